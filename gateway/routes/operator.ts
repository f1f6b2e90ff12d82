import type { Context, Env, Hono } from 'hono';
import type { ControlAction } from '../../src/ledger/contract.js';
import type { AuthorizeOperator } from '../operator/authorize.js';
import type { Operator, Scope } from '../operator/keys.js';
import { type AccountsDeps, accountsRoute } from './accounts.js';
import { controlRoute } from './control.js';
import { revokeRoute } from './revoke.js';
import { type TopUpDeps, topUpRoute } from './top-up.js';

/** Every route of the operator, and the scope that a key needs for it. */
export const OPERATOR_ROUTES = {
  'POST /macaroons': 'mint',
  'GET /accounts': 'read',
  'POST /pause': 'control',
  'POST /resume': 'control',
  'POST /revoke': 'control',
  'POST /close': 'control',
  'POST /topup': 'control',
} as const satisfies Readonly<Record<`${'GET' | 'POST'} /${string}`, Scope>>;

export type OperatorRoute = keyof typeof OPERATOR_ROUTES;
/** Is called for an operator whose key has the route's scope; the tenant is for it to check. */
type OperatorHandler = (c: Context, operator: Operator) => Promise<Response>;
type Handlers<R extends OperatorRoute> = Readonly<Record<R, OperatorHandler>>;

/** What the operator does with accounts: at the gateway, and on a ledger opened by the command. */
export function accountHandlers(
  deps: AccountsDeps & TopUpDeps,
): Handlers<Exclude<OperatorRoute, 'POST /macaroons'>> {
  const control = (action: ControlAction) => controlRoute(action, deps);
  return {
    'GET /accounts': accountsRoute(deps),
    'POST /pause': control('pause'),
    'POST /resume': control('resume'),
    'POST /revoke': revokeRoute(deps),
    'POST /close': control('close'),
    'POST /topup': topUpRoute(deps),
  };
}

/** Puts each handler behind a key with its route's scope. */
export function addOperatorRoutes<E extends Env>(
  app: Hono<E>,
  prefix: string,
  handlers: Partial<Handlers<OperatorRoute>>,
  authorize: AuthorizeOperator,
): void {
  for (const [route, handle] of Object.entries(handlers)) {
    const [method = '', path = ''] = route.split(' ');
    const scope = OPERATOR_ROUTES[route as OperatorRoute];
    app.on(method, `${prefix}${path}`, (c) => handle(c, authorize(c, scope)));
  }
}
