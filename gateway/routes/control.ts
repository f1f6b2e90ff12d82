import type { Context } from 'hono';
import { z } from 'zod';
import type {
  BalanceOutcome,
  ControlAction,
  ControlOutcome,
  Ledger,
} from '../../src/ledger/contract.js';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import { readJson } from './read-json.js';

const bodySchema = z.strictObject({ account: z.string() });

export interface OperatingDeps {
  readonly ledger: Ledger;
}

/**
 * `POST /bursar/v1/pause`, `resume` and `close`, with an operator's key: an account, charged before
 * or not, and everything below it, from the next reservation on. What was dispatched is settled all
 * the same.
 */
export function controlRoute(action: ControlAction, deps: OperatingDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const { account } = await readJson(c.req.raw, bodySchema);
    return changeStanding(action, deps, { account, operator });
  };
}

interface Controlled {
  readonly account: string;
  readonly operator: Operator;
}

/** @throws {Problem} */
export async function changeStanding(
  action: ControlAction,
  { ledger }: OperatingDeps,
  { account, operator }: Controlled,
): Promise<Response> {
  requireTenant(operator, account);
  const actor = operator.name;
  const outcome = await askLedger(() => ledger.control({ account, action, actor }));
  const { after, before, replayed } = done(outcome, account);
  const view: ApiValue = {
    account,
    standing: after,
    before,
    replayed,
    // To resume an account below a paused one lets nothing through yet.
    barredBy: after === 'open' ? await barredAbove(ledger, account) : undefined,
  };
  return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
}

/** @throws {Problem} */
function done(outcome: ControlOutcome, account: string) {
  if (outcome.status === 'done') return outcome;
  if (outcome.reason === 'root_unknown') throw new Problem('account_unknown', { account });
  throw new Problem('account_final', {
    message: `${account} is ${outcome.standing}, for good: nothing of it can be changed any more.`,
    account,
  });
}

/** The account nearest the root that still lets nothing through; null when there is none. */
async function barredAbove(ledger: Ledger, account: string): Promise<ApiValue> {
  const balance = await askLedger(() => ledger.balance(account));
  const path: BalanceOutcome['path'] = balance.status === 'found' ? balance.path : [];
  const barring = path.find(({ standing }) => standing !== 'open');
  return barring === undefined ? null : { account: barring.account, standing: barring.standing };
}
