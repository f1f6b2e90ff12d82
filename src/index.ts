/**
 * The portable core: mint, attenuate, delegate, inspect, with no Node built-ins. The ledger is at
 * `bursar/ledger`, the gateway at `bursar/gateway`.
 */
export * from './caveats/index.js';
export * from './macaroon/index.js';
export { AmountError, parseAmount } from './money/amount.js';
export { addMicros, formatMicros, isMicros } from './money/micros.js';
export {
  type Limit,
  MICROS_PER_UNIT,
  type Micros,
  UNITS,
  type Unit,
  type Vector,
  WINDOWS,
  type Window,
} from './money/units.js';
