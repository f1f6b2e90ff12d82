import type { ServerResponse } from 'node:http';
import type { Allowance } from '../src/caveats/allowance.js';
import type { CallTrace } from './access-log.js';
import type { CallPlan } from './call-plan.js';
import type { Api } from './providers/request.js';
import type { BillingRow } from './upstream/billing.js';
import type { Upstream, UpstreamRequest } from './upstream/types.js';

/** One call that is let through only if it can be paid for. */
export interface PricedCall {
  readonly route: Api | 'stored_responses' | 'tools';
  /** The model or tool, as the `tools` caveat and the price list name it. */
  readonly name: string;
  readonly allowance: Allowance;
  /** What the caller says that it is for. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly plan: CallPlan;
  /** Which errors of the upstream are billed; the rows of all upstreams unless said. */
  readonly billing?: readonly BillingRow[] | undefined;
  readonly upstream: Upstream;
  /** The signal is the caller's leaving. */
  readonly request: Omit<UpstreamRequest, 'body' | 'ended'>;
  /** Node's side of the caller's connection; there is none when the app runs without a server. */
  readonly outgoing: ServerResponse | undefined;
  /** For the access log, where there is one. */
  readonly trace?: CallTrace | undefined;
}
