import { isMicros } from '../../src/money/micros.js';
import { MICROS_PER_UNIT, type Micros, type Vector } from '../../src/money/units.js';
import { costOf, type ModelPrice } from '../../src/pricing/models/index.js';
import { totalTokens, type Usage } from '../../src/pricing/usage.js';
import type { UsagePlan } from '../call-plan.js';
import { messageAnswers } from '../providers/anthropic/answers.js';
import { boundRequest } from '../providers/bound.js';
import { chatAnswers, embeddingAnswers, responseAnswers } from '../providers/openai/answers.js';
import { completionAnswers, echoedAnswers } from '../providers/openai/completion-answers.js';
import { imageAnswers } from '../providers/openai/image-answers.js';
import type { MeteredApi, ModelRequest } from '../providers/request.js';
import { meterEvents, meterPlain } from '../stream/meter.js';
import type { AnswerFormat, ReadingTerms } from '../stream/reading.js';
import { callCost } from './call-cost.js';

const FORMATS: Readonly<Record<MeteredApi, AnswerFormat>> = {
  chat: chatAnswers,
  responses: responseAnswers,
  embeddings: embeddingAnswers,
  messages: messageAnswers,
  completions: completionAnswers,
  images: imageAnswers,
};

/** Of a model whose window the price list does not say: beyond all that there are. */
const ANY_MODEL_TOKENS = 10_000_000;

export interface UsageTerms {
  readonly api: MeteredApi;
  readonly request: ModelRequest;
  /** The line with which the call is held. */
  readonly price: ModelPrice;
  /** The call is not counted in USD: the line lacks a figure. */
  readonly isUnpriced: boolean;
  /** The most of each choice that goes upstream. */
  readonly outputTokens: number;
  /** What the call costs besides, where that is known. */
  readonly credits: Micros | undefined;
}

/** How the answer of a request is read and charged. */
export function planUsage(plan: UsageTerms): UsagePlan {
  const { api, request, price, outputTokens, credits } = plan;
  const format = request.echoes ? echoedAnswers : FORMATS[api];
  const charged = plan.isUnpriced ? undefined : price;
  const terms = readingTerms(request, price, outputTokens);
  const hidesUsageEvent = request.streamUsage === 'to_ask';
  return {
    openMeter: (isStream) =>
      isStream ? meterEvents(format, { ...terms, hidesUsageEvent }) : meterPlain(format, terms),
    costOf: (usage) => costByUsage(charged, usage, credits),
  };
}

function costByUsage(
  price: ModelPrice | undefined,
  usage: Usage,
  credits: Micros | undefined,
): Vector | undefined {
  const tokens = totalTokens(usage) * MICROS_PER_UNIT;
  if (!isMicros(tokens)) return undefined;
  if (price === undefined) return callCost({ credits, usd: undefined, tokens });
  const usd = costOf(price, usage);
  return usd.status === 'priced' ? callCost({ credits, usd: usd.micros, tokens }) : undefined;
}

/** What the model can take in and put out, whatever was asked for: more is no usage (DESIGN §3, rule 7). */
function readingTerms(
  request: ModelRequest,
  price: ModelPrice,
  outputTokens: number,
): ReadingTerms {
  const { rounds, choices, extraOutputTokens, cacheWrites } = request;
  const bound = boundRequest(request, outputTokens, price);
  const input = (price.contextWindow ?? ANY_MODEL_TOKENS) * rounds;
  const output = (price.maxOutput ?? ANY_MODEL_TOKENS) * rounds + extraOutputTokens;
  return {
    most: {
      input: Math.max(bound.inputTokens, input),
      output: Math.max(bound.outputTokens, output) * choices,
    },
    mayWriteLong: cacheWrites === 'long',
  };
}
