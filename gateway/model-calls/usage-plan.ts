import type { Micros } from '../../src/money/units.js';
import type { ModelPrice } from '../../src/pricing/models/index.js';
import type { UsagePlan } from '../call-plan.js';
import { messageAnswers } from '../providers/anthropic/answers.js';
import { boundRequest, windowOf } from '../providers/bound.js';
import { chatAnswers, embeddingAnswers, responseAnswers } from '../providers/openai/answers.js';
import { completionAnswers, echoedAnswers } from '../providers/openai/completion-answers.js';
import { imageAnswers } from '../providers/openai/image-answers.js';
import type { MeteredApi, ModelRequest } from '../providers/request.js';
import { type MeterOptions, meterAnswer } from '../stream/meter.js';
import type { AnswerFormat } from '../stream/reading.js';
import { ANY_MODEL_TOKENS, settleUsage } from './settle-usage.js';

const FORMATS: Readonly<Record<MeteredApi, AnswerFormat>> = {
  chat: chatAnswers,
  responses: responseAnswers,
  embeddings: embeddingAnswers,
  messages: messageAnswers,
  completions: completionAnswers,
  images: imageAnswers,
};

export interface UsageTerms {
  readonly api: MeteredApi;
  readonly request: ModelRequest;
  /** The line with which the call is held. */
  readonly price: ModelPrice;
  /** The price list with which it is held: another model may serve. */
  readonly find: (model: string) => ModelPrice | undefined;
  /** The call is not counted in USD: the line lacks a figure. */
  readonly isUnpriced: boolean;
  /** The most of each choice that goes upstream. */
  readonly outputTokens: number;
  /** What the call costs besides, where that is known. */
  readonly credits: Micros | undefined;
  /** Numbers in a usage that cost nothing at this upstream. */
  readonly ignored?: ReadonlySet<string> | undefined;
  /** As {@link UsagePlan} has them. */
  readonly remember?: UsagePlan['remember'];
  readonly overrun?: UsagePlan['overrun'];
}

/** How the answer of a request is read and charged. */
export function planUsage(plan: UsageTerms): UsagePlan {
  const { api, request } = plan;
  const format = request.echoes ? echoedAnswers : FORMATS[api];
  const options = meterOptions(plan);
  return {
    asksStream: request.stream,
    openMeter: () => meterAnswer(format, options),
    settle: (reading, facts, held) =>
      settleUsage({ ...plan, most: (line) => mostOf(request, line) }, { reading, facts }, held),
    unknown: request.unknown,
    remember: plan.remember,
    overrun: plan.overrun,
  };
}

function meterOptions({ request, price, outputTokens, ignored }: UsageTerms): MeterOptions {
  const { choices, cacheWrites, streamUsage, serverTools, textBytes, mayShrink } = request;
  const bound = boundRequest(request, outputTokens, price);
  const own = mostOf(request, price);
  return {
    most: {
      input: Math.max(bound.inputTokens, own.input),
      output: Math.max(bound.outputTokens * choices, own.output),
    },
    mayWriteLong: cacheWrites === 'long',
    hidesUsageEvent: streamUsage === 'to_ask',
    ...{ textBytes, mayShrink, choices, serverTools },
    ...(ignored === undefined ? {} : { ignored }),
  };
}

/** What a model can take in and put out, whatever was asked for (DESIGN §3, rule 7). */
function mostOf(
  request: ModelRequest,
  line: ModelPrice,
): { readonly input: number; readonly output: number } {
  const { rounds, compactions, choices, extraOutputTokens, thinkingTokens } = request;
  const window = windowOf(request, line) ?? ANY_MODEL_TOKENS;
  const own = line.maxOutput ?? ANY_MODEL_TOKENS;
  // A budget of thinking that is not under the limit is one of the whole turn.
  const output = thinkingTokens > own ? window : own;
  return {
    input: window * (rounds + compactions),
    output: (output * (rounds + compactions) + extraOutputTokens) * choices,
  };
}
