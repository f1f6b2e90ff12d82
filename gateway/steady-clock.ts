import { MAX_CLOCK_LEAD_MS } from '../src/ledger/contract.js';

/** How long a clock that was set ahead must keep going as set before it is believed. */
export const SETTLE_MS = 5 * 60_000;
/** How far two readings of one clock may differ beside the running clock: slewing, rounding. */
const WOBBLE_MS = 1_000;
/** The clock that counts suspension is read in whole seconds. */
const SUSPEND_WOBBLE_MS = 5_000;

export interface SteadyClockDeps {
  /** Milliseconds since 1970: what anybody who may set the clock can move. */
  readonly wall: () => number;
  /** Milliseconds on a clock that nobody sets. It may stand still while the machine is suspended. */
  readonly monotonic: () => number;
  /** Milliseconds since the machine's start, with the time that it was suspended. */
  readonly sinceBoot: () => number;
  /** Told when a jump is refused, and when the clock is believed again. */
  readonly warn: (message: string) => void;
}

/** What the wall clock adds to the running one, and since when it has done so. */
interface Offset {
  readonly ms: number;
  readonly sinceMs: number;
}

/**
 * The wall clock, except that it does not jump ahead: past {@link MAX_CLOCK_LEAD_MS} more than the running
 * clock has counted, it stays what the running clock makes of it. So the ledger, which compares its store's
 * clock with this one, refuses to decide (`clock_ahead`), although both may be the same clock.
 *
 * A jump is believed where the machine was suspended for that long, and where the clock goes on as set for
 * {@link SETTLE_MS}. What was the time at the start is believed as it is. Steps of up to
 * {@link MAX_CLOCK_LEAD_MS} pass at once, and several of them together only as one does. A clock that is set
 * back is followed at once (the ledger keeps its own latest time), and may come back to where it was.
 * @returns whole milliseconds since 1970
 */
export function createSteadyClock(deps: SteadyClockDeps): () => number {
  const { wall, monotonic, sinceBoot, warn } = deps;
  let believedMs = wall() - monotonic();
  let bootOffsetMs = sinceBoot() - monotonic();
  let candidate: Offset = { ms: believedMs, sinceMs: monotonic() };
  let isRefused = false;

  const believe = (offset: Offset): void => {
    believedMs = offset.ms;
    candidate = offset;
    bootOffsetMs = sinceBoot() - offset.sinceMs;
  };

  /** Whether the machine slept for as long as the clock has jumped, and the running clock with it. */
  const hasSlept = (aheadMs: number, nowMs: number): boolean =>
    aheadMs <= sinceBoot() - nowMs - bootOffsetMs + SUSPEND_WOBBLE_MS;

  const follow = (offset: Offset): void => {
    if (Math.abs(offset.ms - candidate.ms) > WOBBLE_MS) {
      candidate = offset;
      const aheadMs = offset.ms - believedMs;
      if (aheadMs > MAX_CLOCK_LEAD_MS && hasSlept(aheadMs, offset.sinceMs)) believe(offset);
    } else if (offset.sinceMs - candidate.sinceMs >= SETTLE_MS) believe(offset);
  };

  return () => {
    const nowMs = monotonic();
    const wallMs = wall();
    const offset = { ms: wallMs - nowMs, sinceMs: nowMs };
    follow(offset);
    const aheadMs = offset.ms - believedMs;
    const isAhead = aheadMs > MAX_CLOCK_LEAD_MS;
    if (isAhead !== isRefused)
      warn(isAhead ? describeJump(aheadMs) : 'the clock is believed again');
    isRefused = isAhead;
    // The running clock counts parts of a millisecond; stored times and names are whole.
    return isAhead ? Math.floor(nowMs + believedMs) : wallMs;
  };
}

function describeJump(aheadMs: number): string {
  return (
    `the clock jumped ${Math.round(aheadMs / 1_000)} s ahead of the running clock: calls get 503 until it ` +
    `is set back, or has kept its pace for ${SETTLE_MS / 1_000} s; a restart believes it at once`
  );
}
