import type { LimitState } from '../src/ledger/contract.js';
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
    headers['x-bursar-remaining'] = `${formatMicros(tightest.remainingMicros)} ${tightest.unit}`;
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

/** The limits as they stand once this much of the hold was given back. */
export function withReturned(limits: readonly LimitState[], returned: Vector): LimitState[] {
  return limits.map((limit) => {
    const heldMicros = limit.heldMicros - (returned[limit.unit] ?? 0);
    const remainingMicros = Math.max(0, limit.limitMicros - limit.spentMicros - heldMicros);
    return { ...limit, heldMicros, remainingMicros };
  });
}
