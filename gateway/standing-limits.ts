import type { AccountState, LimitState } from '../src/ledger/contract.js';
import { limitState, raised } from '../src/ledger/rules/limits.js';
import { withWindows } from '../src/ledger/rules/windows.js';
import type { Limit } from '../src/money/units.js';

/**
 * The limits of an account as they stand, by the ledger's own rules: raised by what was topped up,
 * and each in its own window. For display.
 * @param own in the order in which they were presented
 * @param minted the genesis' limits, for a root alone; those equal to one of its own are left out
 * @param nowMs by the gateway's clock: for windows in which the ledger has counted nothing yet
 */
export function standingLimits(
  state: AccountState,
  own: readonly Limit[],
  minted: readonly Limit[],
  nowMs: number,
): readonly (LimitState & Pick<Limit, 'carved'>)[] {
  const mine = raised(own, state.toppedUp);
  const more = raised(minted, state.toppedUp).filter(
    (limit) => !mine.some((one) => isSame(one, limit)),
  );
  const limits = [...mine, ...more];
  const counted = withWindows(state, limits, nowMs, 0);
  return limits.map((limit) => ({ ...limitState(counted, limit), carved: limit.carved }));
}

function isSame(a: Limit, b: Limit): boolean {
  return a.unit === b.unit && a.window === b.window && a.limitMicros === b.limitMicros;
}
