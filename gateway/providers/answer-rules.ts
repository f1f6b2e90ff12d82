import type { BillingRow } from '../upstream/billing.js';

/** What an operator says of an upstream's answers beyond what is known of all of them. */
export interface AnswerRules {
  /** Which errors are billed: the first row that fits decides. */
  readonly billing: readonly BillingRow[];
  /** Numbers in a usage that cost nothing: by name, or by their path (`prompt_tokens_details.x`). */
  readonly ignored: ReadonlySet<string>;
}
