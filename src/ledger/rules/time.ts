import { MAX_CLOCK_LEAD_MS } from '../contract.js';

/** The two clocks of one operation, in milliseconds since 1970. */
export interface Clocks {
  /** The store's: the one that decides. */
  readonly storeMs: number;
  /** The gateway's: only there to notice that the store's has jumped ahead. */
  readonly gatewayMs: number;
}

/** Whether the store's clock may decide anything (DESIGN §3, rule 10). */
export function isBelieved({ storeMs, gatewayMs }: Clocks): boolean {
  return storeMs - gatewayMs <= MAX_CLOCK_LEAD_MS;
}

/**
 * The time of a change. It never runs back behind the time that the root remembers, and a clock
 * that is not believed does not move it.
 */
export function timeOf(clocks: Clocks, rememberedMs: number): number {
  return isBelieved(clocks) ? Math.max(clocks.storeMs, rememberedMs) : rememberedMs;
}

/** The time for what gateways share beside the money, which remembers no time of its own. */
export function sharedTimeOf(clocks: Clocks): number {
  return isBelieved(clocks) ? clocks.storeMs : clocks.gatewayMs;
}
