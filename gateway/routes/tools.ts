import type { Context } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import type { ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readBody } from '../body.js';
import type { MakeCall } from '../call.js';
import { creditsOf, planFlat } from '../call-plan.js';
import { readCredential } from '../credential.js';
import { announcedBytes, type InFlight } from '../in-flight.js';
import { leavingOf, type NodeEnv } from '../node-env.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';
import type { Upstream } from '../upstream/types.js';
import { checkListed, type ToolLists } from './tool-lists.js';
import { readToolPath } from './tool-path.js';

/** A configured HTTP tool. */
export interface ToolEndpoint extends ToolLists {
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
}

export interface ToolsDeps {
  readonly authenticate: Authenticate;
  readonly makeCall: MakeCall;
  readonly inFlight: Pick<InFlight, 'upload'>;
  readonly endpoints: ReadonlyMap<string, ToolEndpoint>;
  readonly priceList: ToolPriceList;
  readonly maxBodyBytes: number;
}

/**
 * `/tools/<name>/…` goes to the tool's configured URL, with the rest of the path and the query, and
 * costs that tool's price, whatever the method and the path, of those that its lists name.
 */
export function toolsRoute(deps: ToolsDeps) {
  const { authenticate, makeCall, endpoints, maxBodyBytes, priceList, inFlight } = deps;
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
    const tags = readTags(c.req.raw.headers);
    const { method } = c.req;
    const { name, below, query } = readToolPath(c.req.url);
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) throw new Problem('not_routed', { message: 'No such tool.' });
    checkListed(endpoint, method, below);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const { incoming, outgoing } = c.env ?? {};
    const body = hasBody ? await readBody(c.req.raw, maxBodyBytes, incoming) : undefined;
    return await makeCall({
      route: 'tools',
      name,
      allowance,
      tags,
      plan: planFlat(creditsOf(priceList, allowance, name), body),
      upstream: endpoint.upstream,
      request: {
        method,
        path: `${below}${query}`,
        headers: headersForUpstream(c.req.raw.headers, endpoint.headers),
        signal: leavingOf(c),
      },
      outgoing,
    });
  }
}
