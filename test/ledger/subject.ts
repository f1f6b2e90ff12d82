import type { Ledger, LedgerOptions } from '../../src/ledger/contract.js';

/** What each group of laws is given. */
export interface Subject {
  /** A ledger on a fresh, empty store. */
  readonly open: (options?: Options) => Promise<Ledger>;
  /** Two on one: two gateways. */
  readonly openTwo: (options?: Options) => Promise<readonly [Ledger, Ledger]>;
  readonly time: StoreTime;
}

/** Options that are not given are the defaults. */
export type Options = Partial<LedgerOptions>;

/** The store's time, as the tests see it. */
export interface StoreTime {
  readonly now: () => number;
  /** Lets at least `ms` of the store's time pass. */
  readonly pass: (ms: number) => Promise<void>;
}
