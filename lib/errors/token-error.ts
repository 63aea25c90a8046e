/** gRPC status numbers, as in `google.rpc.Code`. */
export enum GrpcCode {
  InvalidArgument = 3,
  NotFound = 5,
  AlreadyExists = 6,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  Unauthenticated = 16,
}

/** Whom a refusal is about, as far as it was known when it was made. For events, never for answers. */
export interface About {
  accountId?: string;
  credentialId?: string;
  /** Of an access token. */
  jti?: string;
}

export interface TokenErrorOptions extends ErrorOptions {
  /** Why exactly, for the operator's event: `secret_mismatch`, `assertion_expired`, … */
  reason?: string;
  about?: About;
}

/**
 * Every failure of this package. Two voices: `message` is what the client is told, and names nothing about a
 * credential; `reason` and `cause` are for the operator and never leave the process.
 */
export abstract class TokenError extends Error {
  /** HTTP status of the answer. */
  abstract readonly status: number;
  /** gRPC number of the answer, as in `google.rpc.Code`. */
  abstract readonly code: number;
  /** OAuth error code of the answer (RFC 6749 §5.2, RFC 6750 §3.1). */
  abstract readonly error: string;
  /** Why exactly, for the operator. */
  readonly reason: string;
  /** Headers that this answer needs beside its body. */
  readonly headers: Readonly<Record<string, string>> = {};
  /** The parameter at fault, for `google.rpc.BadRequest`. */
  readonly field: string | undefined = undefined;
  /** @internal */
  readonly about: About;

  constructor(message: string, { reason, about, ...options }: TokenErrorOptions & { reason: string }) {
    super(message, options);
    this.name = new.target.name;
    this.reason = reason;
    this.about = about ?? {};
  }
}
