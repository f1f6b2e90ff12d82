import type { Context, Hono } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import type { RememberedResponse, SharedState } from '../../src/ledger/contract.js';
import { priceCall, type ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import type { MakeCall } from '../call.js';
import { planFree } from '../call-plan.js';
import type { OffUpstream } from '../config/types.js';
import { readCredential } from '../credential.js';
import { type ModelUpstream, routeModel } from '../model-calls/upstreams.js';
import { leavingOf, type NodeEnv } from '../node-env.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';
import { askLedger } from './ask-ledger.js';

export interface StoredResponsesDeps {
  readonly authenticate: Authenticate;
  readonly makeCall: MakeCall;
  readonly settings: () => StoredSettings;
  /** Who made a response, and with which model. */
  readonly recall: SharedState['recall'];
}

interface StoredSettings {
  readonly modelUpstreams: readonly ModelUpstream[];
  readonly offUpstreams: readonly OffUpstream[];
  readonly priceList: ToolPriceList;
}

const BASE = '/v1/responses';

/**
 * `/v1/responses/{id}`: what the provider keeps of a response, and its end. Free, and in other respects
 * a call as any other, so that an account that is paused or revoked is refused.
 *
 * The account that made the response and those below it may use it; for all others there is none. One
 * that the ledger does not know, since it is too old or was made elsewhere, is asked for at the first
 * upstream that has such a route: who knows the id may use it, as at the provider.
 */
export function addStoredResponseRoutes(app: Hono<NodeEnv>, deps: StoredResponsesDeps): void {
  const at = (below: string) => async (c: Context<NodeEnv>) => {
    const { headers } = c.req.raw;
    const settings = deps.settings();
    const allowance = deps.authenticate(readCredential(headers));
    const tags = readTags(headers);
    const id = readId(c.req.param('id'));
    const known = await askLedger(() => recallOne(deps, allowance, id));
    if (known !== undefined && !mayUse(allowance, known)) throw unknownResponse(id);
    const { upstream, headers: own, added = {} } = findUpstream(settings, known);
    if (known !== undefined) mustBeAllowed(settings.priceList, allowance, known.model);
    return await deps.makeCall({
      route: 'stored_responses',
      name: known?.model ?? 'responses',
      allowance,
      tags,
      plan: planFree(undefined),
      upstream,
      request: {
        method: c.req.method,
        path: `/responses/${id}${below}${new URL(c.req.url).search}`,
        headers: headersForUpstream(headers, own, added),
        signal: leavingOf(c),
      },
      outgoing: c.env?.outgoing,
      trace: c.env?.trace,
    });
  };
  app.get(BASE, ({ req }) => {
    const asks = req.header('upgrade')?.toLowerCase() === 'websocket';
    throw new Problem(asks ? 'no_websocket' : 'method_not_allowed');
  });
  app.get(`${BASE}/:id`, at(''));
  app.delete(`${BASE}/:id`, at(''));
  app.post(`${BASE}/:id/cancel`, at('/cancel'));
  app.get(`${BASE}/:id/input_items`, at('/input_items'));
}

/** Nothing that another server could read as more than one segment of a path. */
const ID = /^[A-Za-z0-9_-]{1,128}$/;

function readId(id = ''): string {
  if (!ID.test(id)) throw unknownResponse(id);
  return id;
}

async function recallOne(
  { recall }: StoredResponsesDeps,
  { tenant, rootId }: Allowance,
  id: string,
): Promise<RememberedResponse | undefined> {
  const found = await recall({ tenant, rootId, ids: [id] });
  return found.find((one) => one.id === id);
}

/** Whoever made it, and whoever is below. */
function mayUse({ path }: Allowance, { account }: RememberedResponse): boolean {
  return path.some((own) => own.account === account);
}

function findUpstream(
  { modelUpstreams, offUpstreams }: StoredSettings,
  known: RememberedResponse | undefined,
): ModelUpstream {
  if (known !== undefined) {
    return routeModel(modelUpstreams, 'responses', known.model, offUpstreams);
  }
  const first = modelUpstreams.find(({ apis }) => apis.has('responses'));
  if (first !== undefined) return first;
  throw new Problem('not_routed', { message: 'No upstream keeps responses.' });
}

function mustBeAllowed(priceList: ToolPriceList, allowance: Allowance, model: string): void {
  const { status } = priceCall(priceList, allowance, model);
  if (status === 'not_allowed') throw new Problem('tool_not_allowed');
}

/** In the provider's own words. */
function unknownResponse(id: string): Problem {
  const shown = id.slice(0, 128);
  return new Problem('stored_unknown', { message: `Response with id '${shown}' not found.` });
}
