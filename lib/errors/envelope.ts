import type { TokenError } from './token-error.js';

/** The body of every error: `google.rpc.Status` and RFC 6749 §5.2 at once. */
export interface ErrorBody {
  code: number;
  message: string;
  details: object[];
  error: string;
  error_description: string;
}

/** What a client may know of a failure. The only place where an error becomes an answer's body. */
export function errorBody(error: TokenError, domain: string): ErrorBody {
  const details: object[] = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: error.error.toUpperCase(), domain },
  ];
  if (error.status === 400) {
    details.push({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: error.field ?? 'body', description: error.message }],
    });
  }
  return { code: error.code, message: error.message, details, error: error.error, error_description: error.message };
}
