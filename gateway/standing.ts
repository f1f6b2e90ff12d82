import { formatInstant } from '../src/caveats/expires.js';
import type { AccountLimits, LimitState } from '../src/ledger/contract.js';
import { formatMicros } from '../src/money/micros.js';
import { UNITS, type Vector } from '../src/money/units.js';

export interface Standing {
  readonly account: string;
  readonly reservation: string;
  /** What this call costs, where that is known before its answer begins. */
  readonly cost: Vector;
  /** Every limit of the path after this call. */
  readonly limits: readonly LimitState[];
}

/** The headers by which every answer says where the caller stands (DESIGN §4). */
export function standingHeaders(standing: Standing): Record<string, string> {
  const headers: Record<string, string> = {
    'x-bursar-account': standing.account,
    'x-bursar-reservation': standing.reservation,
    'x-bursar-cost': formatCost(standing.cost),
  };
  const tightest = smallestShare(standing.limits);
  if (tightest !== undefined) {
    const { remainingMicros, unit, window, resetsAtMs } = tightest;
    const per = window === 'life' ? '' : `/${window}`;
    headers['x-bursar-remaining'] = `${formatMicros(remainingMicros)} ${unit}${per}`;
    if (resetsAtMs !== undefined) headers['x-bursar-resets-at'] = formatInstant(resetsAtMs);
  }
  return headers;
}

/** `15 credits`, `15 credits, 0.0021 usd`. That it is one call goes without saying. */
function formatCost(cost: Vector): string {
  const parts = UNITS.flatMap((unit) => {
    const micros = unit === 'calls' ? undefined : cost[unit];
    return micros === undefined ? [] : [`${formatMicros(micros)} ${unit}`];
  });
  return parts.join(', ');
}

/** The limit that has the smallest share of itself left; the one nearest the root, if several. */
function smallestShare(limits: readonly LimitState[]): LimitState | undefined {
  let tightest: LimitState | undefined;
  for (const limit of limits) {
    if (tightest === undefined || share(limit) < share(tightest)) tightest = limit;
  }
  return tightest;
}

/** Only compared, never an amount: a float is in its place here. */
function share({ remainingMicros, limitMicros }: LimitState): number {
  return limitMicros === 0 ? 0 : remainingMicros / limitMicros;
}

/**
 * The limits as they stand once this much of the hold was given back. What was inside a carve-out
 * goes back into it, and not to the accounts above: they go on holding it back. (Of a call beyond
 * what was set aside, by a top-up, too little is shown.)
 */
export function withReturned(
  limits: readonly LimitState[],
  returned: Vector,
  path: readonly AccountLimits[],
): LimitState[] {
  return limits.map((limit) => {
    if (isAboveCarve(limit, path)) return limit;
    const heldMicros = limit.heldMicros - (returned[limit.unit] ?? 0);
    const remainingMicros = Math.max(0, limit.limitMicros - limit.spentMicros - heldMicros);
    return { ...limit, heldMicros, remainingMicros };
  });
}

function isAboveCarve(
  { account, unit, window }: LimitState,
  path: readonly AccountLimits[],
): boolean {
  if (window !== 'life') return false;
  const below = path.slice(path.findIndex((own) => own.account === account) + 1);
  return below.some(({ limits }) => limits.some((own) => own.carved && own.unit === unit));
}
