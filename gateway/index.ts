/** The gateway as a library: the pure app, or a whole running gateway. */
export { createApp, type GatewayDeps } from './app.js';
export type { GatewayConfig } from './config/types.js';
export { nodeCrypto } from './crypto.js';
export { createFindOperator, mainOperatorKey, type OperatorKey } from './operator/keys.js';
export { type RunningGateway, type StartOptions, startGateway } from './start.js';
