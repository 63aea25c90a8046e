/** The version of the specification. */
export const OPENAPI = '3.1.0';

/** A document of the OpenAPI Specification 3.1.0, with the parts that `openApiDocument` uses: plain JSON. */
export interface OpenApiDocument {
  openapi: typeof OPENAPI;
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: OpenApiServer[];
  tags: { name: string; description: string }[];
  /** By path, the mount path included. */
  paths: Record<string, OpenApiPathItem>;
  components: {
    schemas: Record<string, OpenApiSchema>;
    securitySchemes: Record<string, OpenApiSecurityScheme>;
  };
}

/** Server Object, §4.8.5. */
export interface OpenApiServer {
  url: string;
}

/** Path Item Object, §4.8.9. */
export interface OpenApiPathItem {
  /** In place of the document's. */
  servers?: OpenApiServer[];
  get?: OpenApiOperation;
  head?: OpenApiOperation;
  post?: OpenApiOperation;
}

/** Operation Object, §4.8.10. */
export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  /** One of them suffices; none: anybody may. */
  security: Record<string, string[]>[];
  parameters?: OpenApiParameter[];
  requestBody?: OpenApiRequestBody;
  /** By status. */
  responses: Record<string, OpenApiResponse>;
}

/** Parameter Object, §4.8.12. */
export interface OpenApiParameter {
  name: string;
  in: 'header';
  description: string;
  schema: OpenApiSchema;
}

/** Request Body Object, §4.8.13. */
export interface OpenApiRequestBody {
  required: boolean;
  /** By media type. */
  content: Record<string, OpenApiMediaType>;
}

/** Response Object, §4.8.17. */
export interface OpenApiResponse {
  description: string;
  headers: Record<string, OpenApiHeader>;
  /** By media type; left out where the answer has no body. */
  content?: Record<string, OpenApiMediaType>;
}

/** Header Object, §4.8.21. */
export interface OpenApiHeader {
  description: string;
  required: boolean;
  schema: OpenApiSchema;
}

/** Media Type Object, §4.8.14. */
export interface OpenApiMediaType {
  schema: OpenApiSchema;
  examples?: Record<string, { value: unknown }>;
}

/** Security Scheme Object, §4.8.27: of HTTP authentication. */
export interface OpenApiSecurityScheme {
  type: 'http';
  scheme: 'basic' | 'bearer';
  bearerFormat?: string;
  description: string;
}

/** Schema Object, §4.8.24: JSON Schema 2020-12. */
export interface OpenApiSchema {
  $ref?: string;
  type?: 'object' | 'array' | 'string' | 'integer';
  description?: string;
  const?: string | number;
  enum?: string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  maxItems?: number;
  prefixItems?: OpenApiSchema[];
  items?: OpenApiSchema;
  properties?: Record<string, OpenApiSchema>;
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  additionalProperties?: boolean;
  allOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
}
