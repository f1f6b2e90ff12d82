import type { AnswerRules } from '../providers/answer-rules.js';
import { billingRows } from '../upstream/billing.js';
import { variablesIn } from './interpolate.js';
import type { LoadedConfig } from './load.js';
import type { Settings } from './schema.js';
import type { GatewayConfig, OffUpstream, UpstreamConfig } from './types.js';

type Upstreams = Settings['upstreams'];
type ProviderSettings = Exclude<Upstreams[string], { protocol: 'sandbox' }>;

/**
 * Which upstreams serve: each provider whose key is not empty, and the sandbox only where no provider
 * does. An answer that is made up is never charged in the place of a real one.
 */
export function splitUpstreams(
  loaded: LoadedConfig,
  settings: Upstreams,
  limits: Settings['limits'],
): Pick<GatewayConfig, 'upstreams' | 'offUpstreams'> {
  const upstreams: UpstreamConfig[] = [];
  const offUpstreams: OffUpstream[] = [];
  const all = Object.entries(settings);
  const serving = all.flatMap(([name, one]) => (isProvider(one) && isOn(one) ? [name] : []));
  for (const [name, one] of all) {
    const { protocol, models } = one;
    if (!isProvider(one)) {
      if (serving.length === 0) upstreams.push({ name, protocol: 'sandbox', models });
      else offUpstreams.push({ name, protocol, models, why: describeOthers(serving) });
    } else if (isOn(one)) upstreams.push(toProvider(name, one, limits));
    else offUpstreams.push({ name, protocol, models, why: describeKey(loaded, name) });
  }
  return { upstreams, offUpstreams };
}

function isProvider(one: Upstreams[string]): one is ProviderSettings {
  return one.protocol !== 'sandbox';
}

function isOn({ apiKey }: ProviderSettings): boolean {
  return apiKey !== '';
}

function toProvider(
  name: string,
  provider: ProviderSettings,
  { upstreamTimeout, serverToolRuns }: Settings['limits'],
): UpstreamConfig {
  const { protocol, baseUrl, apiKey, models, requests, timeout, query } = provider;
  const headers = lowered(provider.headers);
  const { tokenizer, ...listed } = requests;
  const answers = toAnswers(provider);
  const rules = { ...listed, imageTokens: requests.imageTokens, serverToolRuns };
  const timeoutMs = timeout ?? upstreamTimeout;
  const sent = { baseUrl, apiKey, headers, query };
  return { name, protocol, ...sent, models, rules, answers, tokenizer, timeoutMs };
}

/** By their names in lower case. */
export function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Undefined where the file says nothing of an upstream's answers. */
function toAnswers({
  billing: { preset, rows },
  usage: { ignore },
}: ProviderSettings): AnswerRules | undefined {
  if (preset === 'standard' && rows.length === 0 && ignore.length === 0) return undefined;
  return { billing: billingRows(preset, rows), ignored: new Set(ignore) };
}

function describeOthers(serving: readonly string[]): string {
  const are = serving.length === 1 ? 'is' : 'are';
  return `it answers only while every provider is off: ${serving.join(', ')} ${are} on`;
}

/** By the variables that the file has in the key's place. */
function describeKey({ document }: LoadedConfig, name: string): string {
  const variables = variablesIn(textAt(document.tree, ['upstreams', name, 'apiKey']));
  const remedy = variables.length === 0 ? '' : `: set ${variables.join(' and ')}`;
  return `its apiKey is empty${remedy}`;
}

function textAt(tree: unknown, path: readonly string[]): string {
  let value = tree;
  for (const step of path) value = (value as Readonly<Record<string, unknown>> | undefined)?.[step];
  return typeof value === 'string' ? value : '';
}
