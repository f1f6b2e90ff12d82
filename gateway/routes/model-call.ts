import type { Context } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import type { Ledger } from '../../src/ledger/contract.js';
import type { Authenticate } from '../authenticate.js';
import { readBody } from '../body.js';
import type { BodyThreads } from '../body-threads/pool.js';
import type { MakeCall } from '../call.js';
import type { OffUpstream } from '../config/types.js';
import { readCredential } from '../credential.js';
import { announcedBytes, type InFlight } from '../in-flight.js';
import { perSettings } from '../live-settings.js';
import { openBody } from '../model-calls/call-body.js';
import { type PlanDeps, planModelCall } from '../model-calls/plan.js';
import { recallFor } from '../model-calls/recall.js';
import { type ModelUpstream, routeModel } from '../model-calls/upstreams.js';
import { leavingOf, type NodeEnv } from '../node-env.js';
import type { Api } from '../providers/request.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';

export interface ModelCallDeps extends Omit<PlanDeps, keyof PlanSettings> {
  readonly settings: () => ModelSettings;
  readonly authenticate: Authenticate;
  readonly makeCall: MakeCall;
  readonly inFlight: Pick<InFlight, 'upload'>;
  readonly ledger: Pick<Ledger, 'shared'>;
  readonly maxBodyBytes: number;
  /** Without them every body is read in this thread. */
  readonly bodyThreads?: Pick<BodyThreads, 'isDear' | 'open'> | undefined;
}

type PlanSettings = Pick<PlanDeps, 'prices' | 'priceList'>;

interface ModelSettings extends PlanSettings {
  /** In the configuration's order: the first that has the model serves. */
  readonly modelUpstreams: readonly ModelUpstream[];
  /** Named in the 404 of a model that they would serve. */
  readonly offUpstreams: readonly OffUpstream[];
}

/** Where each API is: below `/v1` here, and below the upstream's base URL there. */
export const API_PATHS: Readonly<Record<Api, string>> = {
  chat: '/chat/completions',
  responses: '/responses',
  embeddings: '/embeddings',
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
  completions: '/completions',
  images: '/images/generations',
  speech: '/audio/speech',
  moderations: '/moderations',
  input_tokens: '/responses/input_tokens',
};

const NONE = {};

/**
 * What the body was read as here is what it is called upstream: in another charset, or as a form,
 * the same bytes could name another model. It also serves a `curl -d` without the header.
 */
const READ_AS = { 'content-type': 'application/json' };

/** A provider's API, plain and streaming: `POST` to one of {@link API_PATHS}. */
export function modelCallRoute(api: Api, deps: ModelCallDeps) {
  const { authenticate, makeCall, maxBodyBytes, inFlight, bodyThreads } = deps;
  const routing = perSettings(deps.settings, ({ modelUpstreams, offUpstreams, ...prices }) => ({
    upstreams: modelUpstreams.map((one) => ({ ...one, headers: { ...one.headers, ...READ_AS } })),
    off: offUpstreams,
    plan: { ...deps, ...prices },
  }));
  return async (c: Context<NodeEnv>): Promise<Response> => {
    const { headers } = c.req.raw;
    const allowance = authenticate(readCredential(headers));
    const read = inFlight.upload(allowance.path, announcedBytes(headers, maxBodyBytes));
    try {
      return await call(c, allowance);
    } finally {
      read();
    }
  };

  async function call(c: Context<NodeEnv>, allowance: Allowance): Promise<Response> {
    const { headers } = c.req.raw;
    const { upstreams, off, plan: planning } = routing();
    const tags = readTags(headers);
    const bytes = await readBody(c.req.raw, maxBodyBytes, c.env?.incoming);
    const leaving = leavingOf(c);
    // What is priced is what is sent: all is read from the very bytes that go upstream.
    const open = bodyThreads?.isDear(bytes)
      ? await bodyThreads.open(api, bytes, allowance.path, leaving)
      : openBody(api, bytes);
    const { model, ids } = open;
    const trace = c.env?.trace;
    if (trace !== undefined) trace.name = model;
    try {
      const {
        upstream,
        rules,
        answers,
        headers: own,
        added = NONE,
      } = routeModel(upstreams, api, model, off);
      const recalled =
        ids.length === 0 ? undefined : await recallFor(deps.ledger.shared, allowance, model, ids);
      const terms = { api, model, headers, rules, ...(recalled === undefined ? {} : { recalled }) };
      const reading = open.read(terms);
      const body = reading instanceof Promise ? await reading : reading;
      const { plan, headers: listed } = planModelCall(planning, {
        ...terms,
        allowance,
        body,
        answers,
      });
      return await makeCall({
        route: api,
        name: model,
        allowance,
        tags,
        plan,
        billing: answers?.billing,
        upstream,
        request: {
          method: 'POST',
          path: `${API_PATHS[api]}${passedQuery(c)}`,
          headers: headersForUpstream(headers, own, listed, added),
          signal: leaving,
        },
        outgoing: c.env?.outgoing,
        trace,
      });
    } finally {
      open.leave();
    }
  }
}

/** Anthropic's SDK marks its betas in the address too. */
function passedQuery(c: Context<NodeEnv>): string {
  return c.req.query('beta') === 'true' ? '?beta=true' : '';
}
