import { matchRule } from '../../src/caveats/tools.js';
import { Problem } from '../api/problem.js';
import type { NameRule } from '../config/types.js';
import type { AnswerRules } from '../providers/answer-rules.js';
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
  /** Without them, what is known of all upstreams. */
  readonly answers?: AnswerRules | undefined;
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
  let isNamed = false;
  for (const upstream of upstreams) {
    if (matchRule(upstream.models, model) === undefined) continue;
    if (upstream.apis.has(api)) return upstream;
    isNamed = true;
  }
  const message = isNamed
    ? 'No upstream serves this model through this API.'
    : 'No upstream serves this model.';
  throw new Problem('not_routed', { message, param: 'model' });
}
