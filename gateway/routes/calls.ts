import type { Context } from 'hono';
import { UNITS, type Unit, type Vector } from '../../src/money/units.js';
import { Amount, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import type { CallLog } from '../calls.js';
import { readCredential } from '../credential.js';

export interface CallsDeps {
  readonly authenticate: Authenticate;
  readonly calls: CallLog;
}

/**
 * `GET /bursar/v1/calls/{id}`: what one of the caller's own calls cost. Its id is in the answer's
 * `x-bursar-reservation`. For one that was never made, that another account made, that went through
 * another gateway or that is forgotten, the answer is the same.
 */
export function callsRoute({ authenticate, calls }: CallsDeps) {
  return (c: Context): Response => {
    const { path } = authenticate(readCredential(c.req.raw.headers));
    const record = calls.find(c.req.param('id') ?? '');
    if (record === undefined || record.account !== path.at(-1)?.account) {
      throw new Problem('call_unknown');
    }
    const { id, account, name, route, state, held, cost, usage, reading } = record;
    const view = {
      id,
      account,
      name,
      route,
      state,
      held: amounts(held),
      cost: cost === undefined ? undefined : amounts(cost),
      usage: usage === undefined ? undefined : { ...usage },
      reading,
    };
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

function amounts(vector: Vector): { readonly [U in Unit]?: Amount } {
  return Object.fromEntries(
    UNITS.flatMap((unit) => {
      const micros = vector[unit];
      return micros === undefined ? [] : [[unit, new Amount(micros)]];
    }),
  );
}
