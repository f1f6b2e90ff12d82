import { matchRule } from '../../src/caveats/tools.js';
import { Problem } from '../api/problem.js';
import type { NameRule } from '../config/grammar.js';
import { formatRules } from '../config/grammar.js';
import type { OffUpstream } from '../config/types.js';
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
  /** The operator's, which win over all others. Names in lower case. */
  readonly added?: Readonly<Record<string, string>>;
  readonly rules: RequestRules;
  /** Without them, what is known of all upstreams. */
  readonly answers?: AnswerRules | undefined;
  readonly upstream: Upstream;
}

export const OPENAI_APIS: readonly Api[] = [
  'chat',
  'responses',
  'input_tokens',
  'embeddings',
  'completions',
  'moderations',
  'images',
  'speech',
];
export const ANTHROPIC_APIS: readonly Api[] = ['messages', 'count_tokens'];

/** By the protocol that the configuration names. */
export const API_LISTS = {
  openai: OPENAI_APIS,
  anthropic: ANTHROPIC_APIS,
  sandbox: [...OPENAI_APIS, ...ANTHROPIC_APIS],
} as const satisfies Record<OffUpstream['protocol'], readonly Api[]>;

/**
 * The upstream that serves a model: the first, in the configuration's order, that speaks the API
 * and has the name.
 * @param off those that would serve it if they were on: a 404 says so
 * @throws {Problem} `not_routed`
 */
export function routeModel<U extends ModelUpstream>(
  upstreams: readonly U[],
  api: Api,
  model: string,
  off: readonly OffUpstream[],
): U {
  let isNamed = false;
  for (const upstream of upstreams) {
    if (matchRule(upstream.models, model) === undefined) continue;
    if (upstream.apis.has(api)) return upstream;
    isNamed = true;
  }
  throw new Problem('not_routed', {
    message: describeUnserved(api, model, off, isNamed),
    param: 'model',
  });
}

function describeUnserved(
  api: Api,
  model: string,
  off: readonly OffUpstream[],
  isNamed: boolean,
): string {
  const could = off.find((one) => speaks(one, api) && matchRule(one.models, model) !== undefined);
  const why =
    could === undefined
      ? ''
      : ` ${could.name} serves ${formatRules(could.models)}, but ${could.why}.`;
  const through = isNamed ? ' through this API' : '';
  return `No upstream serves this model${through}.${why}`;
}

/** Whether it would, if it were on. */
function speaks({ protocol }: OffUpstream, api: Api): boolean {
  return API_LISTS[protocol].includes(api);
}
