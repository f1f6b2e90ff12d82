import type { Context } from 'hono';
import type { Ledger, LimitState } from '../../src/ledger/contract.js';
import { toApiJson } from '../api/json.js';
import type { Authenticate } from '../authenticate.js';
import { readCredential } from '../credential.js';
import { refusalProblem } from '../ledger-refusal.js';
import type { Revocations } from '../revocations.js';
import { askLedger } from './ask-ledger.js';
import { readNothing } from './read-json.js';
import { limitStateView } from './views.js';

export interface ActivateDeps {
  readonly authenticate: Authenticate;
  readonly ledger: Ledger;
  readonly revocations: Pick<Revocations, 'ask'>;
}

/**
 * `POST /bursar/v1/activate`, with the macaroon itself and no body, or `{}`: sets aside now what
 * its carved budgets ask for, as its first call would. Again, or without a carved budget, it
 * changes nothing.
 */
export function activateRoute({ authenticate, ledger, revocations }: ActivateDeps) {
  return async (c: Context): Promise<Response> => {
    const allowance = authenticate(readCredential(c.req.raw.headers));
    const { kid, path, expiresAtMs } = allowance;
    await readNothing(c.req.raw);
    const outcome = await askLedger(() =>
      revocations.ask(allowance, (seen) =>
        ledger.activate({ kid, path, expiresAtMs, revocations: seen }),
      ),
    );
    if (outcome.status === 'refused') throw refusalProblem(outcome, 'carve');
    const view = {
      account: path.at(-1)?.account,
      replayed: outcome.replayed,
      limits: withoutTwins(outcome.limits).map((limit) => ({
        account: limit.account,
        ...limitStateView(limit),
      })),
    };
    return new Response(toApiJson(view), { headers: { 'content-type': 'application/json' } });
  };
}

/** A root's limits stand twice, as presented and as minted: the equal ones are shown once. */
function withoutTwins(limits: readonly LimitState[]): readonly LimitState[] {
  return limits.filter((limit, place) => {
    const isTwin = (own: LimitState) =>
      own.account === limit.account &&
      own.unit === limit.unit &&
      own.window === limit.window &&
      own.limitMicros === limit.limitMicros;
    return limits.findIndex(isTwin) === place;
  });
}
