import type { Context } from 'hono';
import { z } from 'zod';
import type { TopUpOutcome } from '../../src/ledger/contract.js';
import { AmountError } from '../../src/money/amount.js';
import { parseQuantity } from '../../src/money/quantity.js';
import { toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import { requireTenant } from '../operator/authorize.js';
import type { Operator } from '../operator/keys.js';
import { askLedger } from './ask-ledger.js';
import type { OperatingDeps } from './control.js';
import { readJson } from './read-json.js';
import { vectorView } from './views.js';

const bodySchema = z.strictObject({
  account: z.string(),
  amount: z.string(),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'expected 32 lowercase hex digits')
    .optional(),
});

export interface TopUpDeps extends OperatingDeps {
  readonly randomBytes: (length: number) => Uint8Array;
}

/**
 * `POST /bursar/v1/topup`, with an operator's key: raises the account's first limit of the
 * amount's unit, and no limit of any other account. The same id again raises nothing again; without
 * one, every request is a top-up of its own.
 */
export function topUpRoute({ ledger, randomBytes }: TopUpDeps) {
  return async (c: Context, operator: Operator): Promise<Response> => {
    const body = await readJson(c.req.raw, bodySchema);
    const { account } = body;
    requireTenant(operator, account);
    const actor = operator.name;
    const { unit, micros } = readAmount(body.amount);
    const id = body.id ?? Buffer.from(randomBytes(16)).toString('hex');
    const outcome = await askLedger(() => ledger.topUp({ account, unit, micros, id, actor }));
    if (outcome.status === 'refused') throw refusal(outcome, account, id);
    const { toppedUp, replayed } = outcome;
    const view = { account, id, toppedUp: vectorView(toppedUp), replayed };
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

/** @throws {Problem} */
function readAmount(text: string) {
  try {
    const amount = parseQuantity(text);
    if (amount.micros > 0) return amount;
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    throw new Problem('invalid_request', { message: error.message, param: 'amount' });
  }
  throw new Problem('invalid_request', {
    message: `amount ${JSON.stringify(text)}: expected more than 0`,
    param: 'amount',
  });
}

type Refused = Extract<TopUpOutcome, { readonly status: 'refused' }>;

function refusal({ reason }: Refused, account: string, id: string): Problem {
  switch (reason) {
    case 'root_unknown':
      return new Problem('account_unknown', { account });
    case 'final':
      return new Problem('account_final', { account });
    case 'id_conflict':
      return new Problem('id_conflict', {
        message: `The id ${id} was used for another top-up, or is a reservation's: send another.`,
        param: 'id',
        account,
      });
    case 'too_many_top_ups':
      return new Problem('too_many_top_ups', { account });
    case 'amount_overflow':
      return new Problem('invalid_request', {
        message: `amount: all top-ups of ${account} would reach 2^53 micro-units; expected less`,
        param: 'amount',
        account,
      });
  }
}
