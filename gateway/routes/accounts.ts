import type { Context } from 'hono';
import { formatInstant } from '../../src/caveats/expires.js';
import {
  type AccountState,
  type Genesis,
  type Ledger,
  MAX_PAGE,
  type RootState,
} from '../../src/ledger/contract.js';
import { eachRoot, rootNameOf } from '../../src/ledger/pages.js';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import { accountView, genesisView, holderOf } from './views.js';

export interface AccountsDeps {
  readonly ledger: Ledger;
  readonly clock: () => number;
}

/**
 * `GET /bursar/v1/accounts`, with an operator's key: the roots of its tenants; or with `?account=` one account, its
 * path and its children, as deep as `&depth=` says (1). Their limits are the ones last seen in a
 * macaroon: the ledger itself never decides by them.
 *
 * Both answer one page, at most `&limit=` of them (500, and no more). `next` is there where there are
 * more: `&after=` takes it.
 */
export function accountsRoute({ ledger, clock }: AccountsDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const account = c.req.query('account');
    if (account !== undefined) requireTenant(operator, account);
    const page = {
      after: c.req.query('after'),
      limit: readNumber('limit', c.req.query('limit'), {
        least: 1,
        most: MAX_PAGE,
        usual: MAX_PAGE,
      }),
    };
    const depth = readNumber('depth', c.req.query('depth'), { least: 0, most: 15, usual: 1 });
    const view =
      account === undefined
        ? await allRoots(ledger, page, operator, clock())
        : await oneAccount(ledger, { account, depth, ...page }, clock());
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

interface Page {
  readonly after: string | undefined;
  readonly limit: number;
}

function readNumber(
  param: string,
  text: string | undefined,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const number = text === undefined ? usual : Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Problem('invalid_request', {
    message: `${param}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(text)}`,
    param,
  });
}

/** A key for some tenants sees their roots alone, and `next` names none of another's. */
async function allRoots(
  ledger: Ledger,
  { after, limit }: Page,
  { tenants }: Operator,
  nowMs: number,
): Promise<ApiValue> {
  const shown: RootState[] = [];
  await askLedger(async () => {
    for await (const root of eachRoot(ledger, after)) {
      if (tenants?.has(root.genesis.tenant) ?? true) shown.push(root);
      if (shown.length === limit) break;
    }
  });
  const last = shown.length < limit ? undefined : shown.at(-1);
  return { roots: shown.map((root) => rootView(root, nowMs)), next: last && rootNameOf(last) };
}

async function oneAccount(
  ledger: Ledger,
  { account, depth, after, limit }: Page & { readonly account: string; readonly depth: number },
  nowMs: number,
): Promise<ApiValue> {
  // The first page has the account itself, which is no child.
  const maxAccounts = after === undefined ? Math.min(limit + 1, MAX_PAGE) : limit;
  const request = { account, depth, maxAccounts, ...(after !== undefined && { after }) };
  const [balance, tree] = await askLedger(() =>
    Promise.all([ledger.balance(account), ledger.tree(request)]),
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
    children: nested(below, genesis, nowMs),
    next: tree.truncated ? tree.accounts.at(-1)?.account : undefined,
  };
}

/** Each below its parent; one whose parent is on a page before, beside those that have none. */
function nested(below: readonly AccountState[], genesis: Genesis, nowMs: number): ApiValue[] {
  const childrenOf = new Map<string, ApiValue[]>();
  const top: ApiValue[] = [];
  for (const state of below) {
    const { account } = state;
    const children: ApiValue[] = [];
    childrenOf.set(account, children);
    const siblings = childrenOf.get(account.slice(0, account.lastIndexOf('/'))) ?? top;
    siblings.push({ ...stateView(state, genesis, nowMs), children });
  }
  return top;
}

/** A root's limits are known; any other account's are those it was last seen with. */
function stateView(
  state: AccountState,
  genesis: Genesis,
  nowMs: number,
): Record<string, ApiValue | undefined> {
  const isRoot = state.account === `${genesis.tenant}/${genesis.rootId}`;
  const limits = isRoot ? genesis.limits : state.limitsLastSeen;
  const view = accountView({ state, holder: holderOf(state.account, genesis), limits }, nowMs);
  // How many accounts the ledger keeps of it and all below it.
  return { ...view, accounts: state.accounts };
}

function rootView({ genesis, state }: RootState, nowMs: number): ApiValue {
  return { ...stateView(state, genesis, nowMs), root: genesisView(genesis, formatInstant) };
}
