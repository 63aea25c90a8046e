// What `frontier-token` is in the specs of HTTP behaviour.
export * from '../../../lib/index.js';
export { frontierToken } from './watched.js';
