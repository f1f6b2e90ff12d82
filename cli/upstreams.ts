import { formatRules } from '../gateway/config/grammar.js';
import type { GatewayConfig } from '../gateway/config/types.js';

type NamedUpstream = Pick<GatewayConfig['upstreams'][number], 'name' | 'models'>;

/** Which upstream serves what, in the order in which they are asked, and which is off and why. */
export function describeUpstreams({
  upstreams,
  offUpstreams,
}: Pick<GatewayConfig, 'upstreams' | 'offUpstreams'>): string {
  const off = offUpstreams.map(({ name, why }) => `${name} is off (${why})`);
  return [describeServing(upstreams), ...off].join('; ');
}

function describeServing(upstreams: readonly NamedUpstream[]): string {
  if (upstreams.length === 0) return 'no upstream is on: no model is served';
  const [first, ...others] = upstreams.map(describeUpstream);
  return [first, ...others.map((text) => `then ${text}`)].join(', ');
}

function describeUpstream({ name, models }: NamedUpstream): string {
  return `${name} serves ${formatRules(models)}`;
}
