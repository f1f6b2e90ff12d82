import type { Context } from 'hono';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readCredential } from '../credential.js';
import { type ListDeps, type ListedModel, listModels } from '../model-calls/list.js';
import { cutPage } from './pages.js';

export interface ModelsDeps {
  readonly settings: () => ListDeps;
  readonly authenticate: Authenticate;
}

/** The list does not know when a model was made. */
const LONG_AGO = '1970-01-01T00:00:00Z';

/**
 * `GET /v1/models` and `GET /v1/models/{model}`: what the caller's macaroon can call, free. In
 * Anthropic's shape, and in its pages, for who sends `anthropic-version`, as its SDK does; both
 * providers have this path.
 */
export function modelsRoute({ authenticate, settings }: ModelsDeps) {
  return (c: Context): Response => {
    const { headers } = c.req.raw;
    const models = listModels(settings(), authenticate(readCredential(headers)));
    const isAnthropic = headers.has('anthropic-version');
    const asked = readAsked(c.req.url);
    if (asked !== undefined) {
      const model = models.find(({ id }) => id === asked);
      if (model === undefined) throw noSuchModel(asked);
      return answer(isAnthropic ? anthropicModel(model) : openaiModel(model));
    }
    const query = new URL(c.req.url).searchParams;
    return answer(isAnthropic ? anthropicPage(models, query) : openaiList(models, query));
  };
}

function noSuchModel(asked: string): Problem {
  return new Problem('not_routed', {
    message: `The model ${JSON.stringify(asked.slice(0, 256))} does not exist, or this macaroon can't call it.`,
    param: 'model',
  });
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

function openaiList(models: readonly ListedModel[], query: URLSearchParams): ApiValue {
  // Codex asks with its version, and reads `models`: what it ships with, where that is empty.
  const catalog = query.has('client_version') ? { models: [] } : {};
  return { object: 'list', data: models.map(openaiModel), ...catalog };
}

function openaiModel({ id, upstream }: ListedModel): ApiValue {
  return { id, object: 'model', created: 0, owned_by: upstream };
}

function anthropicPage(models: readonly ListedModel[], query: URLSearchParams): ApiValue {
  const { page, hasMore } = cutPage(models, query);
  return {
    data: page.map(anthropicModel),
    has_more: hasMore,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** With what the price list knows of it. */
function anthropicModel({ id, contextWindow, maxOutput }: ListedModel): ApiValue {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: LONG_AGO,
    max_input_tokens: contextWindow ?? null,
    max_tokens: maxOutput ?? null,
    capabilities: null,
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
  };
}

function answer(value: ApiValue): Response {
  return new Response(toApiJson(value), { headers: { 'content-type': 'application/json' } });
}
