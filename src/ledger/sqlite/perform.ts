import type {
  RootState,
  RootUnknown,
  SweepOutcome,
  TreeOutcome,
  TreeRequest,
} from '../contract.js';
import { neverCharged } from '../rules/counters.js';
import { openRoot } from '../rules/open-root.js';
import type { Caps, Decision } from '../rules/records.js';
import { reserve } from '../rules/reserve.js';
import { presumeSpent, release, settle } from '../rules/resolve.js';
import { type Clocks, isBelieved } from '../rules/time.js';
import { balance, ROOT_UNKNOWN } from '../rules/views.js';
import type { Operation } from './protocol.js';
import type { Rows } from './rows.js';
import { type StagedRecords, splitAccount } from './staged.js';
import { subtree } from './subtree.js';

/** What one operation may touch. */
export interface Effects {
  readonly records: StagedRecords;
  readonly rows: Rows;
  readonly clocks: Clocks;
  readonly caps: Caps;
  readonly retainMs: number;
}

/** Decides one operation by the rules, and stages what it changes. */
export function perform(operation: Operation, effects: Effects): unknown {
  const { records, rows, clocks, caps } = effects;
  switch (operation.kind) {
    case 'openRoot': {
      const { outcome, root } = openRoot(records, operation.genesis, clocks);
      if (root !== undefined) records.open(root);
      return outcome;
    }
    case 'reserve':
      return take(records, reserve(records, operation.request, clocks, caps));
    case 'settle':
      return take(records, settle(records, operation.request, clocks));
    case 'release':
      return take(records, release(records, operation.request, clocks));
    case 'sweep':
      return sweep(operation.tenant, operation.batch, effects);
    case 'ping':
      return rows.ping();
    case 'balance':
      return balance(records, operation.account);
    case 'tree':
      return tree(operation.request, effects);
    case 'roots':
      return roots(operation.max, effects);
    case 'tenants':
      records.flush();
      return rows.tenants();
  }
}

function take<Outcome>(records: StagedRecords, { outcome, change }: Decision<Outcome>): Outcome {
  if (change !== undefined) records.apply(change);
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
    const change = presumeSpent(records, root, hold, clocks);
    if (change !== undefined) records.apply(change);
  }
  const left = batch - presumed.length;
  const old = rows.holdsDue(tenant, false, clocks.storeMs - retainMs, left + 1);
  const forgotten = old.slice(0, left);
  for (const { reservation } of forgotten) records.forget(reservation);
  return {
    presumedSpent: presumed.length,
    carvesEnded: 0,
    forgotten: forgotten.length,
    more: due.length + old.length > presumed.length + forgotten.length,
  };
}

function tree(request: TreeRequest, { records, rows }: Effects): TreeOutcome | RootUnknown {
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
    accounts: accounts.slice(0, maxAccounts),
    truncated: accounts.length > maxAccounts,
  };
}

function roots(max: number, { records, rows }: Effects): RootState[] {
  records.flush();
  return rows.roots(max).map(({ record: { genesis } }) => {
    const account = `${genesis.tenant}/${genesis.rootId}`;
    return { genesis, state: records.account(account) ?? neverCharged(account) };
  });
}
