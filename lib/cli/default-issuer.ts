/** Where `serve` listens unless it is told otherwise, and so what it calls itself. */
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8080;
export const DEFAULT_ISSUER = `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;
