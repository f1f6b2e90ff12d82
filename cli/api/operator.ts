import { Hono } from 'hono';
import { Problem } from '../../gateway/api/problem.js';
import { accountsRoute } from '../../gateway/routes/accounts.js';
import type { Ledger } from '../../src/ledger/contract.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import type { ConfigOption, GatewayOption } from '../options.js';
import { findOperatorKey, loadRequiredConfig, openConfiguredLedger } from '../settings.js';
import { type Ask, askGateway } from './ask.js';
import { namedGateway } from './gateway-address.js';

export interface OperatorApi {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

/**
 * What the operator asks about accounts: of the gateway that was named, else of the configured
 * ledger itself, by the gateway's own route, so that both answer alike.
 */
export async function openOperatorApi(
  io: Io,
  options: ConfigOption & GatewayOption,
): Promise<OperatorApi> {
  const gateway = namedGateway(io, options.gateway);
  if (gateway !== undefined) {
    const key = findOperatorKey(io, options);
    return { ask: askGateway(io, gateway, key), close: () => Promise.resolve() };
  }
  const ledger = await openConfiguredLedger(io, loadRequiredConfig(io, options));
  return { ask: askLedger(ledger), close: () => ledger.close() };
}

function askLedger(ledger: Ledger): Ask {
  const app = new Hono();
  // Whoever opens the ledger itself needs no key.
  app.get('/accounts', accountsRoute({ ledger, requireOperator: () => undefined }));
  app.onError((error) => {
    throw error instanceof Problem ? localReason(error) : error;
  });
  return async ({ method, path }) => (await app.request(`/${path}`, { method })).text();
}

/** A stranger learns little of why the ledger fails; its own operator learns it all. */
function localReason({ details, message, code }: Problem): Error {
  return details.cause instanceof Error ? details.cause : new Refusal(`${message} (${code})`);
}
