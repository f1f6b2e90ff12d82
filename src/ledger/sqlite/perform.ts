import {
  MAX_PAGE,
  type RootState,
  type RootUnknown,
  type TreeOutcome,
  type TreeRequest,
} from '../contract.js';
import { rootName } from '../ids.js';
import { activate } from '../rules/activate.js';
import { control } from '../rules/control.js';
import { neverCharged } from '../rules/counters.js';
import { type DrainingDecision, lease, moveHead } from '../rules/draining.js';
import { extend } from '../rules/extend.js';
import { openRoot } from '../rules/open-root.js';
import type { Decision } from '../rules/records.js';
import { reserve } from '../rules/reserve.js';
import { release, settle } from '../rules/resolve.js';
import { revokeMacaroon } from '../rules/revocations.js';
import { sharedTimeOf } from '../rules/time.js';
import { topUp } from '../rules/top-up.js';
import { balance, ROOT_UNKNOWN, shown } from '../rules/views.js';
import { splitAccount } from './account-key.js';
import type { Effects } from './effects.js';
import type { JournalRows } from './journal-rows.js';
import { performShared } from './perform-shared.js';
import type { Operation } from './protocol.js';
import type { StagedRecords } from './staged.js';
import { LAST, subtree } from './subtree.js';
import { sweep } from './sweep.js';

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
    case 'revokeMacaroon':
      return take(records, revokeMacaroon(records, operation.request, clocks));
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
      return roots(operation.max, operation.after, effects);
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

function tree(request: TreeRequest, { records, rows, clocks }: Effects): TreeOutcome | RootUnknown {
  const { account, depth, after, maxAccounts = MAX_PAGE } = request;
  const { root, below } = splitAccount(account);
  records.flush();
  const stored = records.root(root);
  if (stored === undefined) return ROOT_UNKNOWN;
  const top = records.account(account) ?? neverCharged(account);
  const range = (from: string, to: string, max: number) =>
    rows.accountsBetween(stored.genesis, from, to, max);
  const isFirst = after === undefined;
  const bounds = { below, after: isFirst ? undefined : belowOf(after, root), depth };
  const found = subtree(range, bounds, maxAccounts + (isFirst ? 0 : 1));
  const accounts = isFirst ? [top, ...found] : found;
  return {
    status: 'found',
    genesis: stored.genesis,
    accounts: accounts.slice(0, maxAccounts).map((state) => shown(state, stored, clocks)),
    truncated: accounts.length > maxAccounts,
  };
}

/** The part of a text that a name below the root has, so that it compares with those in the same way. */
function belowOf(after: string, root: string): string {
  if (after.startsWith(`${root}/`)) return after.slice(root.length + 1);
  return after > root ? LAST : '';
}

function roots(
  max: number,
  after: string | undefined,
  { records, rows, clocks }: Effects,
): RootState[] {
  records.flush();
  return rows.roots(max, after).map(({ record }) => {
    const { genesis } = record;
    const account = rootName(genesis);
    const state = records.account(account) ?? neverCharged(account);
    return { genesis, state: shown(state, record, clocks) };
  });
}
