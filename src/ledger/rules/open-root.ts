import type { Limit } from '../../money/units.js';
import type { Genesis, OpenOutcome } from '../contract.js';
import type { Decision, Records } from './records.js';
import { type Clocks, timeOf } from './time.js';

/**
 * Makes a root, once (DESIGN §3, rule 8). The root's counters begin with its first hold; that a
 * root is known at all is what tells a fresh budget from a lost one.
 */
export function openRoot(
  records: Records,
  genesis: Genesis,
  clocks: Clocks,
): Decision<OpenOutcome> {
  const known = records.root(`${genesis.tenant}/${genesis.rootId}`);
  if (known === undefined) {
    const timeMs = timeOf(clocks, 0);
    const root = { genesis, sequence: 0, clockMs: timeMs };
    const account = `${genesis.tenant}/${genesis.rootId}`;
    const head = { root: account, sequence: 0, timeMs, account };
    const change = { root, accounts: [], entry: { ...head, kind: 'opened' as const, genesis } };
    return { outcome: { status: 'opened', replayed: false }, changes: [change] };
  }
  return sameGenesis(known.genesis, genesis)
    ? { outcome: { status: 'opened', replayed: true }, changes: [] }
    : { outcome: { status: 'refused', reason: 'root_conflict' }, changes: [] };
}

/** Labels have no order; limits do, since the first of a unit is the one that a top-up raises. */
function sameGenesis(a: Genesis, b: Genesis): boolean {
  const names = Object.keys(a.labels);
  return (
    a.tenant === b.tenant &&
    a.rootId === b.rootId &&
    a.kid === b.kid &&
    a.holder === b.holder &&
    a.expiresAtMs === b.expiresAtMs &&
    a.limits.length === b.limits.length &&
    a.limits.every((limit, i) => sameLimit(limit, b.limits[i])) &&
    names.length === Object.keys(b.labels).length &&
    names.every((name) => Object.hasOwn(b.labels, name) && a.labels[name] === b.labels[name])
  );
}

function sameLimit(a: Limit, b: Limit | undefined): boolean {
  return (
    a.unit === b?.unit &&
    a.window === b.window &&
    a.limitMicros === b.limitMicros &&
    a.carved === b.carved
  );
}
