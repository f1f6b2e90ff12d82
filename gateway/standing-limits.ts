import type { AccountState, LimitState } from '../src/ledger/contract.js';
import type { Limit, Vector } from '../src/money/units.js';

/**
 * The limits of an account as they stand, for display: raised by what was topped up, and each in
 * its own window.
 * @param own in the order in which they were presented
 * @param minted the genesis' limits, for a root alone; those equal to one of its own are left out
 */
export function standingLimits(
  state: AccountState,
  own: readonly Limit[],
  minted: readonly Limit[],
  _nowMs: number,
): readonly (LimitState & Pick<Limit, 'carved'>)[] {
  const mine = raised(own, state.toppedUp);
  const more = raised(minted, state.toppedUp).filter(
    (limit) => !mine.some((one) => isSame(one, limit)),
  );
  return [...mine, ...more].map((limit) => ({
    ...limitState(state, limit),
    carved: limit.carved,
  }));
}

function isSame(a: Limit, b: Limit): boolean {
  return a.unit === b.unit && a.window === b.window && a.limitMicros === b.limitMicros;
}

function raised(limits: readonly Limit[], toppedUp: Vector): readonly Limit[] {
  return limits.map((limit, place) => {
    if (limits.findIndex(({ unit }) => unit === limit.unit) !== place) return limit;
    const limitMicros = limit.limitMicros + (toppedUp[limit.unit] ?? 0);
    return { ...limit, limitMicros: Math.min(limitMicros, Number.MAX_SAFE_INTEGER) };
  });
}

function limitState(state: AccountState, { unit, window, limitMicros }: Limit): LimitState {
  const { account, counters } = state;
  const { spent, held } = counters[unit];
  const row = state.windows.find((own) => own.unit === unit && own.window === window);
  const spentMicros = window === 'life' ? spent : (row?.spentMicros ?? 0);
  const heldMicros = window === 'life' ? held : (row?.heldMicros ?? 0);
  const remainingMicros = Math.max(0, limitMicros - spentMicros - heldMicros);
  return { account, unit, window, limitMicros, spentMicros, heldMicros, remainingMicros };
}
