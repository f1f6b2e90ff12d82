import type { SweepOutcome } from '../contract.js';
import { expireCarve } from '../rules/carves.js';
import { sweepBelow } from '../rules/closing.js';
import { presumeSpent } from '../rules/resolve.js';
import { isBelieved } from '../rules/time.js';
import { splitAccount } from './account-key.js';
import type { Effects } from './effects.js';

/**
 * One batch of what is due in a tenant, at most so many holds and carve-outs in all. Searches the rows,
 * so what is staged goes there first.
 */
export function sweep(tenant: string, batch: number, effects: Effects): SweepOutcome {
  const { records, rows, clocks, retainMs } = effects;
  if (!isBelieved(clocks)) return { presumedSpent: 0, carvesEnded: 0, forgotten: 0, more: false };
  records.flush();
  const due = rows.holdsDue(tenant, true, clocks.storeMs, batch + 1);
  const presumed = due.slice(0, batch);
  for (const hold of presumed) {
    const root = records.root(splitAccount(hold.account).root);
    if (root === undefined || hold.state !== 'held') continue;
    for (const change of presumeSpent(records, root, hold, clocks)) records.apply(change);
  }
  const closed = sweepClosings(tenant, batch - presumed.length, effects);
  const placesForCarves = batch - presumed.length - closed.looked;
  records.flush();
  const carves = rows.carvesDueIn(tenant, clocks.storeMs, placesForCarves + 1);
  const ended = carves.slice(0, placesForCarves);
  for (const ref of ended) {
    const root = records.root(splitAccount(ref.account).root);
    if (root === undefined) continue;
    for (const change of expireCarve(records, root, ref, clocks)) records.apply(change);
  }
  const left = placesForCarves - ended.length;
  const old = rows.holdsDue(tenant, false, clocks.storeMs - retainMs, left + 1);
  const forgotten = old.slice(0, left);
  for (const { reservation } of forgotten) records.forget(reservation);
  const isMoreDue =
    due.length + carves.length + old.length > presumed.length + ended.length + forgotten.length;
  return {
    presumedSpent: presumed.length + closed.holds,
    carvesEnded: ended.length + closed.carves,
    forgotten: forgotten.length,
    more: isMoreDue || !closed.isDone,
  };
}

/** What revoked and closed accounts have left, each from where the step before ended. */
function sweepClosings(tenant: string, max: number, { records, rows, clocks }: Effects) {
  const all = { holds: 0, carves: 0, looked: 0 };
  const closings = rows.closingsIn(tenant, max + 1);
  for (const account of closings.slice(0, max)) {
    const root = records.root(splitAccount(account).root);
    const left = max - all.looked;
    if (root === undefined || left === 0) break;
    const step = sweepBelow(records, root, account, { clocks, max: left });
    for (const change of step.changes) records.apply(change);
    all.holds += step.holds;
    all.carves += step.carves;
    all.looked += step.looked;
    if (step.isDone) records.dropClosing(account);
  }
  return { ...all, isDone: rows.closingsIn(tenant, 1).length === 0 };
}
