/**
 * The client of the reservation API, with no Node built-ins: for code that spends by itself, and
 * holds the money first. The API is described in docs/reservations.md.
 */
export { AmountError } from '../money/amount.js';
export type { Unit } from '../money/units.js';
export type { Amounts, WrittenAmount, WrittenAmounts } from './amounts.js';
export { type ClientOptions, createReservationClient } from './client.js';
export type {
  CallOptions,
  Hold,
  ReservationClient,
  ReserveOptions,
  ReserveRequest,
  Settled,
  Spend,
  Spent,
  Work,
} from './contract.js';
export {
  BudgetExhausted,
  Refused,
  ReservationResolved,
  Unavailable,
} from './errors.js';
export { NothingSpent, NotSettled } from './spend.js';
export type { Fetch } from './transport.js';
