import type {
  RootState,
  RootUnknown,
  SweepOutcome,
  TreeOutcome,
  TreeRequest,
} from '../contract.js';
import { rootName } from '../ids.js';
import { activate } from '../rules/activate.js';
import { expireCarve } from '../rules/carves.js';
import { control } from '../rules/control.js';
import { neverCharged } from '../rules/counters.js';
import { type DrainingDecision, lease, moveHead } from '../rules/draining.js';
import { extend } from '../rules/extend.js';
import { openRoot } from '../rules/open-root.js';
import type { Caps, Decision } from '../rules/records.js';
import { reserve } from '../rules/reserve.js';
import { presumeSpent, release, settle } from '../rules/resolve.js';
import { type Clocks, isBelieved, sharedTimeOf } from '../rules/time.js';
import { topUp } from '../rules/top-up.js';
import { balance, ROOT_UNKNOWN, shown } from '../rules/views.js';
import type { JournalRows } from './journal-rows.js';
import { splitAccount } from './kept.js';
import { performShared } from './perform-shared.js';
import type { Operation } from './protocol.js';
import type { Rows } from './rows.js';
import type { SharedRows } from './shared-rows.js';
import type { StagedRecords } from './staged.js';
import { subtree } from './subtree.js';

/** What one operation may touch. */
export interface Effects {
  readonly records: StagedRecords;
  readonly rows: Rows;
  readonly journal: JournalRows;
  readonly shared: SharedRows;
  readonly clocks: Clocks;
  readonly caps: Caps;
  readonly retainMs: number;
}

/** Decides one operation by the rules, and stages what it changes. */
export function perform(operation: Operation, effects: Effects): unknown {
  const { records, rows, journal, clocks, caps } = effects;
  switch (operation.kind) {
    case 'openRoot':
      return take(records, openRoot(records, operation.genesis, clocks));
    case 'reserve':
      return take(records, reserve(records, operation.request, clocks, caps));
    case 'settle':
      return take(records, settle(records, operation.request, clocks));
    case 'release':
      return take(records, release(records, operation.request, clocks));
    case 'extend':
      return take(records, extend(records, operation.request, clocks));
    case 'activate':
      return take(records, activate(records, operation.request, clocks, caps));
    case 'control':
      return take(records, control(records, operation.request, clocks));
    case 'topUp':
      return take(records, topUp(records, operation.request, clocks));
    case 'journal':
      records.flush();
      return journal.page(operation.request);
    case 'lease': {
      const { tenant } = operation.request;
      return drain(
        journal,
        tenant,
        lease(journal.draining(tenant), operation.request, sharedTimeOf(clocks)),
      );
    }
    case 'moveHead': {
      records.flush();
      const { tenant } = operation.request;
      const last = journal.lastNumber(tenant);
      return drain(journal, tenant, moveHead(journal.draining(tenant), operation.request, last));
    }
    case 'trimJournal':
      records.flush();
      return journal.trim(operation.request.tenant, operation.request.through);
    case 'sweep':
      return sweep(operation.tenant, operation.batch, effects);
    case 'ping':
      return rows.ping();
    case 'balance':
      return balance(records, operation.account, clocks);
    case 'tree':
      return tree(operation.request, effects);
    case 'roots':
      return roots(operation.max, effects);
    case 'tenants':
      records.flush();
      return rows.tenants();
    case 'remember':
    case 'recall':
    case 'enter':
    case 'leave':
    case 'refuseNames':
    case 'refusedNames':
      return performShared(operation, {
        records,
        shared: effects.shared,
        clocks: { storeMs: sharedTimeOf(clocks) },
      });
  }
}

function take<Outcome>(records: StagedRecords, { outcome, changes }: Decision<Outcome>): Outcome {
  for (const change of changes) records.apply(change);
  return outcome;
}

function drain<Outcome>(
  journal: JournalRows,
  tenant: string,
  { outcome, after }: DrainingDecision<Outcome>,
): Outcome {
  if (after !== undefined) journal.putDraining(tenant, after);
  return outcome;
}

/** Searches the rows, so what is staged goes there first. */
function sweep(tenant: string, batch: number, effects: Effects): SweepOutcome {
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
  const placesForCarves = batch - presumed.length;
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
  const done = presumed.length + ended.length + forgotten.length;
  return {
    presumedSpent: presumed.length,
    carvesEnded: ended.length,
    forgotten: forgotten.length,
    more: due.length + carves.length + old.length > done,
  };
}

function tree(request: TreeRequest, { records, rows, clocks }: Effects): TreeOutcome | RootUnknown {
  const { account, depth, maxAccounts = 10_000 } = request;
  const { root, below } = splitAccount(account);
  records.flush();
  const stored = records.root(root);
  if (stored === undefined) return ROOT_UNKNOWN;
  const top = records.account(account) ?? neverCharged(account);
  const range = (from: string, to: string, max: number) =>
    rows.accountsBetween(stored.genesis, from, to, max);
  const accounts = [top, ...subtree(range, below, depth, maxAccounts)];
  return {
    status: 'found',
    genesis: stored.genesis,
    accounts: accounts.slice(0, maxAccounts).map((state) => shown(state, stored, clocks)),
    truncated: accounts.length > maxAccounts,
  };
}

function roots(max: number, { records, rows, clocks }: Effects): RootState[] {
  records.flush();
  return rows.roots(max).map(({ record }) => {
    const { genesis } = record;
    const account = rootName(genesis);
    const state = records.account(account) ?? neverCharged(account);
    return { genesis, state: shown(state, record, clocks) };
  });
}
