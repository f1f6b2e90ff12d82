import type { Allowance } from '../../src/caveats/allowance.js';
import type { CallPlan } from '../call-plan.js';
import type { AnswerRules } from '../providers/answer-rules.js';
import type { CallBody, ReadingTerms } from './call-body.js';

export interface AskedCall extends ReadingTerms {
  readonly allowance: Allowance;
  readonly body: CallBody;
  readonly answers?: AnswerRules | undefined;
}

/** A plan, with those of the caller's headers that its API lists. */
export interface ModelPlan {
  readonly plan: CallPlan;
  readonly headers: Readonly<Record<string, string>>;
}
