import { formatInstant } from '../src/caveats/expires.js';
import type { AccountLimits, LimitState } from '../src/ledger/contract.js';
import { formatMicros } from '../src/money/micros.js';
import { UNITS, type Vector } from '../src/money/units.js';

export interface Standing {
  readonly account: string;
  readonly reservation: string;
  /** What this call costs, where that is known before its answer begins; else what it holds. */
  readonly cost: Vector | { readonly held: Vector };
  /** Every limit of the path after this call. */
  readonly limits: readonly LimitState[];
}

/** The headers by which every answer says where the caller stands (DESIGN §4). */
export function standingHeaders(standing: Standing): Record<string, string> {
  const { account, reservation, cost } = standing;
  const headers: Record<string, string> = {
    'x-bursar-account': account,
    'x-bursar-reservation': reservation,
  };
  if ('held' in cost) headers['x-bursar-held'] = amountsOf(cost.held).join(', ');
  else headers['x-bursar-cost'] = amountsOf(cost).join(', ');
  const tightest = smallestShare(standing.limits);
  if (tightest !== undefined) {
    headers['x-bursar-remaining'] = remainingOf(tightest);
    const { resetsAtMs } = tightest;
    if (resetsAtMs !== undefined) headers['x-bursar-resets-at'] = formatInstant(resetsAtMs);
  }
  return headers;
}

/**
 * The same behind a stream, whose headers are long gone: `bursar cost=0.0021usd,740tokens
 * remaining=4.2usd`. No amount has a space in it.
 */
export function standingComment(cost: Vector, limits: readonly LimitState[]): string {
  const costs = amountsOf(cost).map((amount) => amount.replace(' ', ''));
  const tightest = smallestShare(limits);
  const left = tightest === undefined ? '' : ` remaining=${remainingOf(tightest).replace(' ', '')}`;
  return `bursar cost=${costs.join(',')}${left}`;
}

/** `15 credits`, `0.0021 usd`. That it is one call goes without saying. */
function amountsOf(cost: Vector): string[] {
  const amounts: string[] = [];
  for (const unit of UNITS) {
    const micros = cost[unit];
    if (unit !== 'calls' && micros !== undefined) amounts.push(`${formatMicros(micros)} ${unit}`);
  }
  return amounts;
}

/** `4.2 usd`, `90 credits/day`. */
function remainingOf({ remainingMicros, unit, window }: LimitState): string {
  const per = window === 'life' ? '' : `/${window}`;
  return `${formatMicros(remainingMicros)} ${unit}${per}`;
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
    const micros = returned[limit.unit] ?? 0;
    if (micros === 0 || isAboveCarve(limit, path)) return limit;
    const heldMicros = limit.heldMicros - micros;
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
