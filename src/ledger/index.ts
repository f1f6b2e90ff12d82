export * from './contract.js';
export * from './ids.js';
export { openLedger } from './open.js';
