import type { Context } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readBody } from '../body.js';
import type { MakeCall } from '../call.js';
import { listedPriceOf, planTool } from '../call-plan.js';
import { readCredential } from '../credential.js';
import { announcedBytes, type InFlight } from '../in-flight.js';
import type { LiveSettings } from '../live-settings.js';
import { leavingOf, type NodeEnv } from '../node-env.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';
import { checkListed } from './tool-lists.js';
import { readToolPath } from './tool-path.js';

export interface ToolsDeps {
  readonly authenticate: Authenticate;
  readonly makeCall: MakeCall;
  readonly inFlight: Pick<InFlight, 'upload'>;
  readonly settings: () => Pick<LiveSettings, 'endpoints' | 'priceList'>;
  readonly maxBodyBytes: number;
}

/**
 * `/tools/<name>/…` goes to the tool's configured URL, with the rest of the path and the query, and
 * costs that tool's price, in credits and USD, whatever the method and the path, of those that its lists name.
 */
export function toolsRoute(deps: ToolsDeps) {
  const { authenticate, makeCall, maxBodyBytes, inFlight } = deps;
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
    const { endpoints, priceList } = deps.settings();
    const tags = readTags(c.req.raw.headers);
    const { method } = c.req;
    const { name, below, query } = readToolPath(c.req.url);
    const { incoming, outgoing, trace } = c.env ?? {};
    if (trace !== undefined) trace.name = name.slice(0, 256);
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) throw new Problem('not_routed', { message: 'No such tool.' });
    checkListed(endpoint, method, below);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const body = hasBody ? await readBody(c.req.raw, maxBodyBytes, incoming) : undefined;
    return await makeCall({
      route: 'tools',
      name,
      allowance,
      tags,
      plan: planTool(listedPriceOf(priceList, allowance, name), body),
      upstream: endpoint.upstream,
      request: {
        method,
        path: `${below}${query}`,
        headers: headersForUpstream(c.req.raw.headers, endpoint.headers),
        signal: leavingOf(c),
      },
      outgoing,
      trace,
    });
  }
}
