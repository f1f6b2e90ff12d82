import type { Context } from 'hono';
import { matchRule } from '../../src/caveats/tools.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { parseJsonObject, readBody } from '../body.js';
import type { MakeCall } from '../call.js';
import type { NameRule } from '../config/types.js';
import { readCredential } from '../credential.js';
import type { NodeEnv } from '../node-env.js';
import { readTags } from '../tags.js';
import { headersForUpstream } from '../upstream/headers.js';
import type { Upstream } from '../upstream/types.js';

/** An upstream that serves models, with the names that go to it. */
export interface ModelUpstream {
  readonly models: readonly NameRule[];
  /** The gateway's own credential for it; the caller's never goes upstream. */
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
}

export interface ChatDeps {
  readonly authenticate: Authenticate;
  readonly makeCall: MakeCall;
  /** In the configuration's order: the first that has the model serves. */
  readonly modelUpstreams: readonly ModelUpstream[];
  readonly maxBodyBytes: number;
}

/**
 * What the body was read as here is what it is called upstream: in another charset, or as a form,
 * the same bytes could name another model. It also serves a `curl -d` without the header.
 */
const READ_AS = { 'content-type': 'application/json' };

/** `POST /v1/chat/completions`: OpenAI's API, plain and streaming, priced per call. */
export function chatRoute({ authenticate, makeCall, modelUpstreams, maxBodyBytes }: ChatDeps) {
  const upstreams = modelUpstreams.map((one) => ({
    ...one,
    headers: { ...one.headers, ...READ_AS },
  }));
  return async (c: Context<NodeEnv>): Promise<Response> => {
    const allowance = authenticate(readCredential(c.req.raw.headers));
    const tags = readTags(c.req.raw.headers);
    const body = await readBody(c.req.raw, maxBodyBytes);
    const model = readModel(body);
    const serving = upstreams.find(({ models }) => matchRule(models, model) !== undefined);
    if (serving === undefined) {
      throw new Problem('not_routed', {
        message: 'No upstream serves this model.',
        param: 'model',
      });
    }
    return makeCall({
      route: 'chat',
      name: model,
      allowance,
      tags,
      upstream: serving.upstream,
      request: {
        method: 'POST',
        path: '/chat/completions',
        headers: headersForUpstream(c.req.raw.headers, serving.headers),
        body,
        signal: c.req.raw.signal,
      },
      outgoing: c.env?.outgoing,
    });
  };
}

/** What is priced is what is sent: the model is read from the very bytes that go upstream. */
function readModel(body: Uint8Array): string {
  const { model } = parseJsonObject(body);
  if (typeof model !== 'string' || model === '' || model.length > 256) {
    throw new Problem('invalid_request', {
      message: 'model: expected a name of 1 to 256 characters.',
      param: 'model',
    });
  }
  return model;
}
