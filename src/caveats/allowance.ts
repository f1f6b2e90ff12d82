import type { Limit, Micros } from '../money/units.js';

/** One account of the path, as the caveats describe it. */
export interface AllowedAccount {
  /** `tenant/rootId[/holder…]`, the ledger's name of it. */
  readonly account: string;
  readonly holder: string;
  /** Every `budget` that names this account, in the macaroon's order. All of them hold. */
  readonly limits: readonly Limit[];
  /** The earliest `expires` up to the next `holder`, in milliseconds; undefined when none. */
  readonly expiresAtMs: number | undefined;
  /**
   * Where one of the limits is carved: when it goes back, which is the earliest `expires` of the
   * chain before the next `holder`. In milliseconds since 1970.
   */
  readonly carveEndsMs?: number;
}

/** One line of a `tools` caveat: a name, or a prefix ending in `*`, with an optional price. */
export interface ToolRule {
  /** Decoded: `%3A` is `:` here. */
  readonly name: string;
  readonly prefix: boolean;
  /** Credits per call, in micro-credits. Only ever raises the gateway's own price. */
  readonly priceMicros: Micros | undefined;
}

/**
 * What a macaroon allows: everything that its caveats say, in one plain value. It comes out of a
 * proved chain alone (`readAllowance(proved)`), except for `inspect`, which says so.
 */
export interface Allowance {
  readonly tenant: string;
  readonly rootId: string;
  readonly kid: string;
  /** Root first, leaf last; at least one. */
  readonly path: readonly AllowedAccount[];
  /** One entry a `tools` caveat. A call must match a rule of each. Empty: everything priced. */
  readonly tools: readonly (readonly ToolRule[])[];
  /** The earliest of all `expires`, in milliseconds since 1970. Not valid at or after it. */
  readonly expiresAtMs: number;
}
