import type { Context } from 'hono';
import { formatInstant } from '../../src/caveats/expires.js';
import type { AccountState, Genesis, Ledger, RootState } from '../../src/ledger/contract.js';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import { accountView, genesisView, holderOf } from './views.js';

const MAX_ROOTS = 10_000;

export interface AccountsDeps {
  readonly ledger: Ledger;
  readonly clock: () => number;
}

/**
 * `GET /bursar/v1/accounts`, with an operator's key: every root of its tenants; or with `?account=` one account,
 * its path and its children, as deep as `&depth=` says (1). Their limits are the ones last seen in
 * a macaroon: the ledger itself never decides by them.
 */
export function accountsRoute({ ledger, clock }: AccountsDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const account = c.req.query('account');
    if (account !== undefined) requireTenant(operator, account);
    const view =
      account === undefined
        ? await allRoots(ledger, operator, clock())
        : await oneAccount(ledger, account, readDepth(c.req.query('depth')), clock());
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

function readDepth(text: string | undefined): number {
  const depth = text === undefined ? 1 : Number(text);
  if (!Number.isInteger(depth) || depth < 0 || depth > 15) {
    throw new Problem('invalid_request', {
      message: `depth: expected a whole number from 0 to 15, found ${JSON.stringify(text)}`,
      param: 'depth',
    });
  }
  return depth;
}

async function allRoots(ledger: Ledger, { tenants }: Operator, nowMs: number): Promise<ApiValue> {
  const roots = await askLedger(() => ledger.roots(MAX_ROOTS));
  const shown = roots.filter(({ genesis }) => tenants?.has(genesis.tenant) ?? true);
  return { roots: shown.map((root) => rootView(root, nowMs)) };
}

async function oneAccount(
  ledger: Ledger,
  account: string,
  depth: number,
  nowMs: number,
): Promise<ApiValue> {
  const [balance, tree] = await askLedger(() =>
    Promise.all([ledger.balance(account), ledger.tree({ account, depth })]),
  );
  if (balance.status === 'refused' || tree.status === 'refused') {
    throw new Problem('account_unknown', { account });
  }
  const { genesis } = balance;
  const below = tree.accounts.filter((state) => state.account !== account);
  return {
    account,
    limitsAre: 'last seen',
    root: genesisView(genesis, formatInstant),
    path: balance.path.map((state) => stateView(state, genesis, nowMs)),
    children: childrenOf(account, below, genesis, nowMs),
    truncated: tree.truncated,
  };
}

function childrenOf(
  parent: string,
  below: readonly AccountState[],
  genesis: Genesis,
  nowMs: number,
): ApiValue[] {
  return below
    .filter(({ account }) => account.slice(0, account.lastIndexOf('/')) === parent)
    .map((child) => ({
      ...stateView(child, genesis, nowMs),
      children: childrenOf(
        child.account,
        below.filter(({ account }) => account.startsWith(`${child.account}/`)),
        genesis,
        nowMs,
      ),
    }));
}

/** A root's limits are known; any other account's are those it was last seen with. */
function stateView(
  state: AccountState,
  genesis: Genesis,
  nowMs: number,
): Record<string, ApiValue | undefined> {
  const isRoot = state.account === `${genesis.tenant}/${genesis.rootId}`;
  const limits = isRoot ? genesis.limits : state.limitsLastSeen;
  return accountView({ state, holder: holderOf(state.account, genesis), limits }, nowMs);
}

function rootView({ genesis, state }: RootState, nowMs: number): ApiValue {
  return { ...stateView(state, genesis, nowMs), root: genesisView(genesis, formatInstant) };
}
