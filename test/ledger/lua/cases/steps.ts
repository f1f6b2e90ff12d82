/** Steps of histories written by hand, on one root with 10 credits that ends after an hour. */
import type {
  AccountLimits,
  By,
  ControlAction,
  Genesis,
  ReserveRequest,
} from '../../../../src/ledger/contract.js';
import { newReservationId } from '../../../../src/ledger/ids.js';
import type { Limit, Unit, Vector, Window } from '../../../../src/money/units.js';
import { CREDIT, genesis, limit, path, price, rootOf } from '../../fixtures.js';
import { START_MS, type Step } from '../../sequences.js';

export const HOUR_MS = 3_600_000;

const ROOT: Genesis = genesis({
  rootId: '0'.repeat(32),
  limits: [limit(10)],
  expiresAtMs: START_MS + HOUR_MS,
});

export const windowed = (whole: number, window: Window, unit: Unit = 'credits'): Limit => ({
  ...limit(whole, unit),
  window,
});
export const carved = (whole: number, unit: Unit = 'credits'): Limit => ({
  ...limit(whole, unit),
  carved: true,
});

/** The nth reservation of these histories. */
export const idOf = (n: number) =>
  newReservationId(ROOT.tenant, ROOT.rootId, new Uint8Array(16).fill(n));

export const open = (overrides: Partial<Genesis> = {}): Step => ({
  kind: 'openRoot',
  genesis: { ...ROOT, ...overrides },
});

/**
 * A path down to these holders; a carved account's amount goes back after `endMs`, and where its
 * parent has no limit of that unit, it has a wide one, as it must.
 */
export const down = (
  holders: readonly string[] = [],
  limits: readonly (readonly Limit[])[] = [],
  endMs = 5_000,
): AccountLimits[] =>
  path(ROOT, holders, limits).map((account, level) => {
    const below = (limits[level + 1] ?? []).filter((its) => its.carved);
    const missing = below.filter(({ unit }) => !account.limits.some((its) => its.unit === unit));
    const lawful = {
      ...account,
      limits: [...account.limits, ...missing.map(({ unit }) => limit(1_000, unit))],
    };
    const isCarved = account.limits.some((its) => its.carved);
    return isCarved ? { ...lawful, carveEndsMs: START_MS + endMs } : lawful;
  });

function ends(its: readonly AccountLimits[]): number {
  return Math.min(START_MS + 86_400_000, ...its.flatMap(({ carveEndsMs }) => carveEndsMs ?? []));
}

export function reserve(n: number, overrides: Partial<ReserveRequest> = {}): Step {
  const its = overrides.path ?? down();
  return {
    kind: 'reserve',
    request: {
      reservation: idOf(n),
      kid: 'k1',
      path: its,
      cost: price(1),
      expiresAtMs: ends(its),
      ttlMs: 60_000,
      owner: 'gateway',
      ...overrides,
    },
  };
}

export const activate = (
  its: readonly AccountLimits[],
  overrides: Partial<{ kid: string; expiresAtMs: number }> = {},
): Step => ({
  kind: 'activate',
  request: { kid: 'k1', path: its, expiresAtMs: ends(its), ...overrides },
});

export const settle = (n: number, cost: Vector = {}, by?: By): Step => ({
  kind: 'settle',
  request: { reservation: idOf(n), cost, ...(by === undefined ? {} : { by }) },
});
/** One whose upstream named the call, or did not. */
export const settleNamed = (n: number, requestId?: string): Step => {
  const upstream = requestId === undefined ? {} : { upstream: { requestId } };
  return { kind: 'settle', request: { reservation: idOf(n), cost: {}, ...upstream } };
};
export const release = (n: number, by?: By): Step => ({
  kind: 'release',
  request: { reservation: idOf(n), ...(by === undefined ? {} : { by }) },
});
export const extend = (n: number, ttlMs: number, by?: By): Step => ({
  kind: 'extend',
  request: { reservation: idOf(n), ttlMs, ...(by === undefined ? {} : { by }) },
});

export const account = (...holders: string[]) => [rootOf(ROOT), ...holders].join('/');
export const caller = (...holders: string[]): By => ({
  kind: 'caller',
  account: account(...holders),
});

export const control = (action: ControlAction, ...holders: string[]): Step => ({
  kind: 'control',
  request: { account: account(...holders), action, actor: 'operator' },
});
export const topUp = (
  id: string,
  micros: number,
  { unit = 'credits', holders = [] }: { unit?: Unit; holders?: string[] } = {},
): Step => ({
  kind: 'topUp',
  request: { account: account(...holders), unit, micros, id, actor: 'operator' },
});

export const later = (byMs: number): Step => ({ kind: 'time', byMs });
export const lag = (ms: number): Step => ({ kind: 'lag', ms });
export const sweep: Step = { kind: 'sweep', tenant: ROOT.tenant, batch: 9 };
export const balance = (...holders: string[]): Step => ({
  kind: 'balance',
  account: account(...holders),
});
/** A range of credits, and a call. */
export const range = (least: number, most: number, steps: number) => ({
  least: { credits: least * CREDIT, calls: CREDIT },
  most: { credits: most * CREDIT, calls: CREDIT },
  steps,
});
