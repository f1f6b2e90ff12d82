import type { GatewayConfig } from '../gateway/config/types.js';

type NamedUpstream = Pick<GatewayConfig['upstreams'][number], 'name' | 'models'>;

/** Which upstream serves what, in the order in which they are asked. */
export function describeUpstreams(upstreams: readonly NamedUpstream[]): string {
  if (upstreams.length === 0) return 'no upstream is on: no model is served';
  const [first, ...others] = upstreams.map(describeUpstream);
  return [first, ...others.map((text) => `then ${text}`)].join(', ');
}

function describeUpstream({ name, models }: NamedUpstream): string {
  const patterns = models.map((rule) => `${rule.name}${rule.prefix ? '*' : ''}`);
  return `${name} serves ${patterns.includes('*') ? 'every model' : patterns.join(' ')}`;
}
