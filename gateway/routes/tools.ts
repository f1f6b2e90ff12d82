import type { Context } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import type { ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readBody } from '../body.js';
import type { MakeCall } from '../call.js';
import { listedPriceOf, planTool } from '../call-plan.js';
import { readCredential } from '../credential.js';
import { announcedBytes, type InFlight } from '../in-flight.js';
import { leavingOf, type NodeEnv } from '../node-env.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';
import type { Upstream } from '../upstream/types.js';

/** A configured HTTP tool. */
export interface ToolEndpoint {
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

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * `/tools/<name>/…` goes to the tool's configured URL, with the rest of the path and the query, and
 * costs that tool's price, in credits and USD, whatever the method and the path.
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
    if (!METHODS.has(method)) throw new Problem('method_not_allowed');
    const { name, rest } = readToolPath(c.req.url);
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) throw new Problem('not_routed', { message: 'No such tool.' });
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const { incoming, outgoing } = c.env ?? {};
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
        path: rest,
        headers: headersForUpstream(c.req.raw.headers, endpoint.headers),
        signal: leavingOf(c),
      },
      outgoing,
    });
  }
}

const TOOL_PATH = /^\/tools\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/**
 * What another server may read as other path segments than the ones that stand here: encoded
 * slashes, backslashes and dots, once or twice; empty and dot segments, with a path parameter
 * (`/..;/`) too; and a fragment.
 */
const DISGUISED = /%(?:25)*(?:2f|5c|2e|00)|[\\#]|\/\/|\/\.\.?(?:\/|;|%(?:25)*3b|$)/i;

/** @throws {Problem} `invalid_request` for a path that could be read in two ways */
function readToolPath(url: string): { readonly name: string; readonly rest: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const [, spelled = '', below = '', query = ''] = TOOL_PATH.exec(url.slice(start)) ?? [];
  if (DISGUISED.test(spelled) || DISGUISED.test(below)) {
    throw new Problem('invalid_request', {
      message: 'The path holds a dot segment, an empty one, or an encoded slash, backslash or dot.',
    });
  }
  try {
    // Only looked at: a slash in a form that is not UTF-8 is a slash to some.
    decodeURIComponent(below);
    return { name: decodeURIComponent(spelled), rest: `${below}${query}` };
  } catch {
    throw new Problem('invalid_request', { message: 'The path is not UTF-8.' });
  }
}
