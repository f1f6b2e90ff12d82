import type { Context } from 'hono';
import type { Ledger } from '../../src/ledger/contract.js';
import { toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readCredential } from '../credential.js';
import { askLedger } from './ask-ledger.js';
import { accountView } from './views.js';

export interface BalanceDeps {
  readonly authenticate: Authenticate;
  readonly ledger: Ledger;
  readonly clock: () => number;
}

/** `GET /bursar/v1/balance`: every account that the caller's macaroon charges, root first. */
export function balanceRoute({ authenticate, ledger, clock }: BalanceDeps) {
  return async (c: Context): Promise<Response> => {
    const { path } = authenticate(readCredential(c.req.raw.headers));
    const account = path.at(-1)?.account ?? '';
    const balance = await askLedger(() => ledger.balance(account));
    if (balance.status === 'refused') throw new Problem('ledger_state_lost', { account });
    const accounts = path.flatMap((own, level) => {
      const state = balance.path[level];
      if (state === undefined) return [];
      const minted = level === 0 ? balance.genesis.limits : [];
      const { limits, holder } = own;
      return [accountView({ state, holder, limits, minted }, clock())];
    });
    return new Response(toApiJson({ account, path: accounts }), {
      headers: { 'content-type': 'application/json' },
    });
  };
}
