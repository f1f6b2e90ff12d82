import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Usage } from '../../src/pricing/usage.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { type Asked, inputOf, type Said, type Script, say, textOf } from './said.js';

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly content?: unknown }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly n?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** `POST /v1/chat/completions`, as OpenAI answers it. */
export function answerChat(request: ChatRequest, script: (asked: Asked) => Script): StubAnswer {
  const asked: Asked = {
    model: request.model,
    input: request.messages.map(({ content }) => textOf(content)).join('\n'),
    tools: request.tools?.map((tool) => tool.function.name) ?? [],
    maxOutput: request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY,
    choices: request.n ?? 1,
  };
  const said = say(asked, script(asked));
  if (request.stream !== true) return plain(completion(asked, said), said.billed);
  const includesUsage = request.stream_options?.include_usage === true;
  return stream(
    [...chunks(asked, said, includesUsage).map((chunk) => event(chunk)), event('[DONE]')],
    said.billed,
  );
}

const CALL_ID = 'call_stub';

function finishReason(said: Said): 'tool_calls' | 'length' | 'stop' {
  if (said.toolCall !== undefined) return 'tool_calls';
  return said.isCutShort ? 'length' : 'stop';
}

function base({ model }: Asked, { billed }: Said) {
  return {
    id: 'chatcmpl-stub',
    created: 1_750_000_000,
    model,
    service_tier: billed.tier as 'default',
    system_fingerprint: 'fp_stub',
  };
}

function completion(asked: Asked, said: Said): ChatCompletion {
  const { toolCall, pieces } = said;
  const message: ChatCompletion.Choice['message'] = {
    role: 'assistant',
    content: toolCall === undefined ? pieces.join('') : null,
    refusal: null,
  };
  if (toolCall !== undefined) {
    const { name, inputPieces } = toolCall;
    message.tool_calls = [
      { id: CALL_ID, type: 'function', function: { name, arguments: inputPieces.join('') } },
    ];
  }
  return {
    ...base(asked, said),
    object: 'chat.completion',
    choices: Array.from({ length: asked.choices }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: finishReason(said),
    })),
    usage: toChatUsage(said.billed),
  };
}

function chunks(asked: Asked, said: Said, includesUsage: boolean): ChatCompletionChunk[] {
  const chunk = (choices: ChatCompletionChunk.Choice[], usage: CompletionUsage | null = null) => ({
    ...base(asked, said),
    object: 'chat.completion.chunk' as const,
    choices,
    ...(includesUsage ? { usage } : {}),
  });
  const deltas: ChatCompletionChunk.Choice.Delta[] = [
    { role: 'assistant', content: said.toolCall === undefined ? '' : null, refusal: null },
    ...said.pieces.map((content) => ({ content })),
    ...toolDeltas(said),
  ];
  return [
    ...Array.from({ length: asked.choices }, (_, index) => [
      ...deltas.map((delta) => chunk([{ index, delta, logprobs: null, finish_reason: null }])),
      chunk([{ index, delta: {}, logprobs: null, finish_reason: finishReason(said) }]),
    ]).flat(),
    ...(includesUsage ? [chunk([], toChatUsage(said.billed))] : []),
  ];
}

function toolDeltas({ toolCall }: Said): ChatCompletionChunk.Choice.Delta[] {
  if (toolCall === undefined) return [];
  const first = { id: CALL_ID, type: 'function' as const };
  const { name, inputPieces } = toolCall;
  return [
    { tool_calls: [{ index: 0, ...first, function: { name, arguments: '' } }] },
    ...inputPieces.map((piece) => ({
      tool_calls: [{ index: 0, function: { arguments: piece } }],
    })),
  ];
}

/** In OpenAI's fields: the whole input, and of it the cached; the whole output, and the reasoning. */
function toChatUsage(usage: Usage): CompletionUsage {
  const input = inputOf(usage);
  const output = usage.output + usage.reasoning;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput,
      audio_tokens: 0,
      ...(usage.cacheWrite > 0 ? { cache_write_tokens: usage.cacheWrite } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
