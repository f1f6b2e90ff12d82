import { z } from 'zod';
import {
  idFrom,
  json,
  OBFUSCATION,
  type SandboxAnswer,
  type SandboxStamp,
  secondsOf,
  unnamedEvents,
} from './answer.js';
import { type ChatAsk, readChat } from './chat-request.js';
import { openaiMistake } from './errors.js';
import { logprobOf } from './logprobs.js';
import { type Said, type SaidCall, say } from './say.js';

/**
 * OpenAI's chat completions without a model, a network or a key, with every field that the API sends.
 * The text says that it comes from the sandbox; `usage` is an estimate by length.
 * @param body parsed JSON
 */
export function answerChat(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const ask = readChat(body);
  if (ask instanceof z.ZodError) return openaiMistake(ask);
  const said = say(ask);
  const base = {
    id: stamp.id,
    created: secondsOf(stamp),
    model: ask.model,
    service_tier: 'default',
    system_fingerprint: 'fp_sandbox',
    moderation: null,
  };
  const callId = idFrom(stamp, 'call');
  const given: Given = { ask, said, callId };
  return ask.stream ? unnamedEvents(toChunks(base, given)) : json(200, toCompletion(base, given));
}

interface Given {
  readonly ask: ChatAsk;
  readonly said: Said;
  readonly callId: string;
}

function toCompletion(base: object, given: Given) {
  const { ask, said } = given;
  const { text, call } = said;
  const called = call === undefined ? {} : { tool_calls: [toCall(call, given.callId)] };
  const message = {
    role: 'assistant',
    content: call === undefined ? text.join('') : null,
    refusal: null,
    annotations: [],
    ...called,
  };
  const logprobs = ask.topLogprobs === undefined ? null : toLogprobs(text, ask.topLogprobs);
  const choice = { message, logprobs, finish_reason: finishOf(said) };
  return {
    ...base,
    object: 'chat.completion',
    choices: Array.from({ length: ask.choices }, (_, index) => ({ index, ...choice })),
    usage: usageOf(given),
  };
}

function toCall({ kind, name, pieces }: SaidCall, id: string) {
  const text = pieces.join('');
  return kind === 'custom'
    ? { id, type: kind, custom: { name, input: text } }
    : { id, type: kind, function: { name, arguments: text } };
}

function finishOf({ isCut, call }: Said): 'length' | 'tool_calls' | 'stop' {
  if (isCut) return 'length';
  return call === undefined ? 'stop' : 'tool_calls';
}

function toLogprobs(pieces: readonly string[], top: number) {
  return { content: pieces.map((piece) => logprobOf(piece, top)), refusal: null };
}

function usageOf({ ask: { inputTokens, choices }, said }: Given) {
  const completion = said.tokens * choices;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: completion,
    total_tokens: inputTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0, cache_write_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: said.thought.length * choices,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function toChunks(base: object, given: Given): unknown[] {
  const { ask, said } = given;
  const chunk = (choices: readonly object[], usage: object | null = null) => ({
    ...base,
    object: 'chat.completion.chunk',
    choices,
    ...(ask.includeUsage ? { usage } : {}),
    ...(ask.obfuscates ? { obfuscation: OBFUSCATION } : {}),
  });
  const deltas = toDeltas(given);
  const perChoice = Array.from({ length: ask.choices }, (_, index) => [
    ...deltas.map(({ delta, logprobs }) =>
      chunk([{ index, delta, logprobs, finish_reason: null }]),
    ),
    chunk([{ index, delta: {}, logprobs: null, finish_reason: finishOf(said) }]),
  ]);
  return [...perChoice.flat(), ...(ask.includeUsage ? [chunk([], usageOf(given))] : [])];
}

interface Delta {
  readonly delta: object;
  readonly logprobs: object | null;
}

function toDeltas({ ask, said: { text, call }, callId }: Given): Delta[] {
  const start = { role: 'assistant', content: call === undefined ? '' : null, refusal: null };
  const { topLogprobs } = ask;
  return [
    { delta: start, logprobs: null },
    ...text.map((content) => ({
      delta: { content },
      logprobs: topLogprobs === undefined ? null : toLogprobs([content], topLogprobs),
    })),
    ...(call === undefined ? [] : callDeltas(call, callId)),
  ];
}

/** Its name first, then its arguments in pieces. */
function callDeltas(call: SaidCall, id: string): Delta[] {
  const field = call.kind === 'custom' ? 'input' : 'arguments';
  const begun = { index: 0, ...toCall({ ...call, pieces: [] }, id) };
  const pieces = call.pieces.map((piece) => ({ index: 0, [call.kind]: { [field]: piece } }));
  return [begun, ...pieces].map((one) => ({ delta: { tool_calls: [one] }, logprobs: null }));
}
