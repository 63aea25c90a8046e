export { frontierToken } from './router.js';
export { openApiDocument } from './openapi/openapi-document.js';
export { requireAccessToken } from './guard/require-access-token.js';

export { AccessTokenStrategy } from './strategies/access-token.js';
export { AssertionStrategy } from './strategies/assertion.js';
export { ClientBasicStrategy } from './strategies/client-basic.js';
export { ClientBodyStrategy } from './strategies/client-body.js';

export { MemoryStore } from './credentials/memory-store.js';
export { ServiceAccounts } from './credentials/service-accounts.js';
export { hashSecret, verifySecret } from './credentials/secret-hash.js';
export { StaticKeyStore } from './keys/static-key-store.js';

export { TokenError } from './errors/token-error.js';
export {
  AccountGoneError,
  BodyTooLargeError,
  InsufficientScopeError,
  InvalidClientError,
  InvalidGrantError,
  InvalidRequestError,
  InvalidScopeError,
  InvalidTokenError,
  MalformedAssertionError,
  MethodNotAllowedError,
  ServerError,
  TemporarilyUnavailableError,
  TooManyAttemptsError,
  UnauthorizedClientError,
  UnsupportedGrantTypeError,
  UnsupportedMediaTypeError,
} from './errors/catalogue.js';
export { ConflictError, NotFoundError, StoreUnavailableError } from './errors/store-errors.js';

export type {
  AttemptBudget,
  AttemptCount,
  AttemptLimiter,
  FrontierTokenOptions,
  GrantContext,
} from './options/router-options.js';
export type { OpenApiDocumentOptions } from './options/openapi-options.js';
export type {
  OpenApiDocument,
  OpenApiHeader,
  OpenApiMediaType,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiSchema,
  OpenApiSecurityScheme,
  OpenApiServer,
} from './openapi/specification.js';
export type { RequireAccessTokenOptions } from './options/guard-options.js';
export type { AssertionOptions, AssertionStrategyOptions, ClientStrategyOptions } from './options/strategy-options.js';
export type {
  AccountChanges,
  Credential,
  CredentialChanges,
  CredentialStore,
  FoundCredential,
  KeyCredential,
  PublicCredential,
  SecretCredential,
  ServiceAccount,
  ServiceAccountStore,
  VerifySecret,
} from './credentials/contract.js';
export type { FrontierKeyFile, KeyFile } from './credentials/key-file.js';
export type { CreatedSecret } from './credentials/service-accounts.js';
export type {
  AccountOptions,
  AccountPage,
  CredentialOptions,
  KeyOptions,
  ServiceAccountsOptions,
} from './credentials/service-account-options.js';
export type { GenerateKeyOptions, PemKeyOptions, PrivateJwks } from './keys/static-key-store.js';
export type { Client } from './credentials/client.js';
export type { ErrorBody } from './errors/envelope.js';
export type { TokenEvent } from './host/events.js';
export type { AccessToken, AccessTokenHeader, AccessTokenPayload } from './guard/access-token.js';
export type { AlgorithmName } from './jwa/algorithms.js';
export type { KeyStore, SigningKey } from './keys/contract.js';
export type { JsonWebKey } from './keys/json-web-key.js';
export type { ProfileName } from './options/shared.js';
export type { ReplayStore } from './replay/contract.js';
