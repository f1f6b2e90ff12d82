import type { SweepOutcome } from '../contract.js';
import { corrupt, readWhole } from './codec.js';
import { dueKey } from './keys.js';
import type { RootCalls } from './root-calls.js';
import type { Store } from './store.js';

/** One batch of what is due in a tenant, each root's in one step of its own. */
export async function sweepTenant(
  store: Store,
  calls: RootCalls,
  tenant: string,
  batch: number,
): Promise<SweepOutcome> {
  const due = await store.run('due', [dueKey(tenant)], [calls.latestMs(), batch + 1]);
  if (!Array.isArray(due)) throw corrupt('answer', String(due));
  const byRoot = new Map<string, string[]>();
  for (const member of due.slice(0, batch).map(String)) {
    const rootId = member.slice(0, 32);
    const members = byRoot.get(rootId) ?? [];
    members.push(member.slice(33));
    byRoot.set(rootId, members);
  }
  const counts = await Promise.all(
    [...byRoot].map(([rootId, members]) => calls.run('sweep', { tenant, rootId }, members)),
  );
  const sum = (place: number) =>
    counts.reduce((total, { rest }) => total + readWhole(rest[place]), 0);
  return {
    presumedSpent: sum(0),
    carvesEnded: sum(2),
    forgotten: sum(1),
    more: due.length > batch || sum(3) > 0,
  };
}
