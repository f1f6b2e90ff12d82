import type { Allowance } from '../../src/caveats/allowance.js';
import type { CallPlan } from '../call-plan.js';
import type { AnswerRules } from '../providers/answer-rules.js';
import type { RequestBody } from '../providers/read.js';
import type { Api, RecalledTokens, RequestRules } from '../providers/request.js';

export interface AskedCall {
  readonly api: Api;
  readonly model: string;
  readonly allowance: Allowance;
  readonly body: RequestBody;
  /** The caller's. */
  readonly headers: Headers;
  /** Of the upstream that serves it. */
  readonly rules: RequestRules;
  readonly answers?: AnswerRules | undefined;
  /** What is known of the ids that the request names. */
  readonly recalled?: RecalledTokens;
}

/** A plan, with those of the caller's headers that its API lists. */
export interface ModelPlan {
  readonly plan: CallPlan;
  readonly headers: Readonly<Record<string, string>>;
}
