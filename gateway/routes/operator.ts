import type { Env, Hono } from 'hono';
import type { ControlAction } from '../../src/ledger/contract.js';
import { type AccountsDeps, accountsRoute } from './accounts.js';
import { controlRoute } from './control.js';
import { type TopUpDeps, topUpRoute } from './top-up.js';

const ACTIONS: readonly ControlAction[] = ['pause', 'resume', 'revoke', 'close'];

/** What the operator does with accounts: at the gateway, and on a ledger opened by the command. */
export function addOperatorRoutes<E extends Env>(
  app: Hono<E>,
  prefix: string,
  deps: AccountsDeps & TopUpDeps,
): void {
  app.get(`${prefix}/accounts`, accountsRoute(deps));
  for (const action of ACTIONS) app.post(`${prefix}/${action}`, controlRoute(action, deps));
  app.post(`${prefix}/topup`, topUpRoute(deps));
}
