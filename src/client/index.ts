/**
 * The client of the reservation API, with no Node built-ins: for code that spends by itself, and
 * holds the money first. The API is described in docs/reservations.md.
 */
export { AmountError } from '../money/amount.js';
export type { Unit } from '../money/units.js';
export type { Amounts, WrittenAmount, WrittenAmounts } from './amounts.js';
export {
  type CallOptions,
  type ClientOptions,
  createReservationClient,
  type Hold,
  type ReservationClient,
  type ReserveOptions,
  type ReserveRequest,
  type Settled,
} from './client.js';
export {
  BudgetExhausted,
  Refused,
  ReservationResolved,
  Unavailable,
} from './errors.js';
export { NothingSpent, NotSettled, type Spend, type Spent, type Work } from './spend.js';
export type { Fetch } from './transport.js';
