import { clientCredentials } from './client-credentials.js';
import type { Grant } from './grant.js';
import { jwtBearer } from './jwt-bearer.js';

export const grants: readonly Grant[] = [clientCredentials, jwtBearer];
