import { Hono } from 'hono';
import { Problem } from '../../gateway/api/problem.js';
import { type Operator, SCOPES, type Scope } from '../../gateway/operator/keys.js';
import { accountHandlers, addOperatorRoutes } from '../../gateway/routes/operator.js';
import type { Ledger } from '../../src/ledger/contract.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import type { ConfigOption, GatewayOption } from '../options.js';
import { findOperatorKey, loadRequiredConfig, openConfiguredLedger } from '../settings.js';
import { type Ask, askGateway } from './ask.js';
import { namedOperatorGateway } from './gateway-address.js';

export interface OperatorApi {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

/**
 * What the operator asks about accounts, and says of them: to the gateway that was named, else to the configured
 * ledger itself, by the gateway's own routes, so that both answer alike.
 * @param scopes what a key needs for it, the first it can't do without
 */
export async function openOperatorApi(
  io: Io,
  options: ConfigOption & GatewayOption,
  scopes: readonly Scope[],
): Promise<OperatorApi> {
  const gateway = namedOperatorGateway(io, options);
  if (gateway !== undefined) {
    const key = findOperatorKey(io, options, scopes);
    return { ask: askGateway(io, gateway, key), close: () => Promise.resolve() };
  }
  const ledger = await openConfiguredLedger(io, loadRequiredConfig(io, options));
  return { ask: askLedger(io, ledger), close: () => ledger.close() };
}

/** No key can have this name. */
const AT_THE_LEDGER: Operator = {
  name: 'operator, at the ledger',
  scope: new Set(SCOPES),
  tenants: undefined,
};

function askLedger({ clock, randomBytes }: Io, ledger: Ledger): Ask {
  const app = new Hono();
  const handlers = accountHandlers({ ledger, clock, randomBytes });
  // Whoever opens the ledger itself needs no key.
  addOperatorRoutes(app, '', handlers, () => AT_THE_LEDGER);
  app.onError((error) => {
    throw error instanceof Problem ? localReason(error) : error;
  });
  return async ({ method, path, body }) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return (await app.request(`/${path}`, init)).text();
  };
}

/** A stranger learns little of why the ledger fails; its own operator learns it all. */
function localReason({ details, message, code }: Problem): Error {
  return details.cause instanceof Error ? details.cause : new Refusal(`${message} (${code})`);
}
