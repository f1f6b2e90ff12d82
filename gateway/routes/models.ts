import type { Context } from 'hono';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readCredential } from '../credential.js';
import { type ListDeps, type ListedModel, listModels } from '../model-calls/list.js';

export interface ModelsDeps extends ListDeps {
  readonly authenticate: Authenticate;
}

/** The list does not know when a model was made. */
const LONG_AGO = '1970-01-01T00:00:00Z';

/**
 * `GET /v1/models` and `GET /v1/models/{model}`: what the caller's macaroon can call, free. In
 * Anthropic's shape for who sends `anthropic-version`, as its SDK does; both providers have this
 * path.
 */
export function modelsRoute({ authenticate, ...deps }: ModelsDeps) {
  return (c: Context): Response => {
    const { headers } = c.req.raw;
    const models = listModels(deps, authenticate(readCredential(headers)));
    const show = headers.has('anthropic-version') ? anthropicModel : openaiModel;
    const asked = readAsked(c.req.url);
    if (asked !== undefined) {
      const model = models.find(({ id }) => id === asked);
      if (model === undefined) {
        throw new Problem('not_routed', {
          message: 'No such model for this macaroon.',
          param: 'model',
        });
      }
      return answer(show(model));
    }
    const data = models.map(show);
    const isAnthropic = show === anthropicModel;
    const page = {
      has_more: false,
      first_id: models.at(0)?.id ?? null,
      last_id: models.at(-1)?.id ?? null,
    };
    return answer(isAnthropic ? { data, ...page } : { object: 'list', data });
  };
}

/** Models have names with slashes, plain or encoded. */
function readAsked(url: string): string | undefined {
  const [, spelled] = /\/v1\/models\/([^?]+)/.exec(url) ?? [];
  if (spelled === undefined) return undefined;
  try {
    return decodeURIComponent(spelled);
  } catch {
    throw new Problem('invalid_request', { message: 'The path is not UTF-8.' });
  }
}

function openaiModel({ id, upstream }: ListedModel): ApiValue {
  return { id, object: 'model', created: 0, owned_by: upstream };
}

function anthropicModel({ id }: ListedModel): ApiValue {
  return { type: 'model', id, display_name: id, created_at: LONG_AGO };
}

function answer(value: ApiValue): Response {
  return new Response(toApiJson(value), { headers: { 'content-type': 'application/json' } });
}
