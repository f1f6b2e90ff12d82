import { matchRule } from '../../src/caveats/tools.js';
import { Problem } from '../api/problem.js';
import type { NameRule } from '../config/types.js';
import type { Api, RequestRules } from '../providers/request.js';
import type { Upstream } from '../upstream/types.js';

/** An upstream that serves models, with the names that go to it. */
export interface ModelUpstream {
  /** As the configuration names it. */
  readonly name: string;
  /** The APIs that it speaks. */
  readonly apis: ReadonlySet<Api>;
  readonly models: readonly NameRule[];
  /** The gateway's own credential for it; the caller's never goes upstream. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: RequestRules;
  readonly upstream: Upstream;
}

export const OPENAI_APIS: readonly Api[] = ['chat', 'responses', 'embeddings'];
export const ANTHROPIC_APIS: readonly Api[] = ['messages', 'count_tokens'];

/**
 * The upstream that serves a model: the first, in the configuration's order, that speaks the API
 * and has the name.
 * @throws {Problem} `not_routed`
 */
export function routeModel<U extends ModelUpstream>(
  upstreams: readonly U[],
  api: Api,
  model: string,
): U {
  const named = upstreams.filter(({ models }) => matchRule(models, model) !== undefined);
  const serving = named.find(({ apis }) => apis.has(api));
  if (serving !== undefined) return serving;
  const message =
    named.length === 0
      ? 'No upstream serves this model.'
      : 'No upstream serves this model through this API.';
  throw new Problem('not_routed', { message, param: 'model' });
}
