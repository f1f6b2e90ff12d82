import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Usage } from '../../src/pricing/usage.js';
import { logprobOf } from '../recorded/openai/text.js';
import type { Whole } from '../recorded/whole.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { idOf } from './ids.js';
import { type Asked, inputOf, type Said, type Script, say, textOf } from './said.js';

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly content?: unknown }[];
  readonly stream?: boolean;
  readonly stream_options?: {
    readonly include_usage?: boolean;
    readonly include_obfuscation?: boolean;
  };
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly tools?: readonly { readonly function?: { readonly name: string } }[];
}

type Choice = Whole<ChatCompletion.Choice>;
type Chunk = Whole<ChatCompletionChunk>;
type ChunkDelta = ChatCompletionChunk.Choice.Delta;

/** `POST /v1/chat/completions`, as OpenAI answers it: with every field that it sends. */
export function answerChat(request: ChatRequest, script: (asked: Asked) => Script): StubAnswer {
  const asked: Asked = {
    model: request.model,
    input: request.messages.map(({ content }) => textOf(content)).join('\n'),
    tools: request.tools?.flatMap((tool) => tool.function?.name ?? []) ?? [],
    maxOutput: request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY,
    choices: request.n ?? 1,
  };
  const said = say(asked, script(asked));
  if (request.stream !== true) return plain(completion(request, asked, said), said.billed);
  return stream(
    [...chunks(request, asked, said).map((chunk) => event(chunk)), event('[DONE]')],
    said.billed,
  );
}

/** Padding that hides how long a piece is; callers can go without. */
const OBFUSCATION = 'pNfZwF';

function finishReason(said: Said): 'tool_calls' | 'length' | 'stop' {
  if (said.toolCall !== undefined) return 'tool_calls';
  return said.isCutShort ? 'length' : 'stop';
}

function base(request: ChatRequest, { billed }: Said) {
  return {
    id: idOf('chatcmpl-', request),
    created: 1_750_000_000,
    model: request.model,
    moderation: null,
    service_tier: billed.tier as 'default',
    system_fingerprint: 'fp_stub',
  };
}

/** As on the wire, `tool_calls` is there only where there are some. */
type Message = Omit<Choice['message'], 'audio' | 'function_call' | 'tool_calls'> &
  Pick<ChatCompletion.Choice['message'], 'tool_calls'>;

function messageOf(request: ChatRequest, { toolCall, pieces }: Said): Message {
  const message: Message = {
    role: 'assistant',
    content: toolCall === undefined ? pieces.join('') : null,
    refusal: null,
    annotations: [],
  };
  if (toolCall !== undefined) {
    const { name, inputPieces } = toolCall;
    message.tool_calls = [
      {
        id: idOf('call_', request),
        type: 'function',
        function: { name, arguments: inputPieces.join('') },
      },
    ];
  }
  return message;
}

function logprobsOf({ logprobs }: ChatRequest, pieces: readonly string[]): Choice['logprobs'] {
  return logprobs === true ? { content: pieces.map(logprobOf), refusal: null } : null;
}

function completion(request: ChatRequest, { choices }: Asked, said: Said) {
  return {
    ...base(request, said),
    object: 'chat.completion' as const,
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message: messageOf(request, said),
      logprobs: logprobsOf(request, said.pieces),
      finish_reason: finishReason(said),
    })),
    usage: toChatUsage(said.billed),
  } satisfies ChatCompletion;
}

function chunks(request: ChatRequest, { choices }: Asked, said: Said): object[] {
  const { include_usage, include_obfuscation } = request.stream_options ?? {};
  const begun = { ...base(request, said), object: 'chat.completion.chunk' as const };
  const padding = include_obfuscation === false ? {} : { obfuscation: OBFUSCATION };
  const chunk = (given: ChatCompletionChunk.Choice[], usage: Chunk['usage'] = null) => ({
    ...begun,
    choices: given,
    ...(include_usage === true ? { usage } : {}),
    ...padding,
  });
  const deltas: ChunkDelta[] = [
    { role: 'assistant', content: said.toolCall === undefined ? '' : null, refusal: null },
    ...said.pieces.map((content) => ({ content })),
    ...toolDeltas(request, said),
  ];
  return [
    ...Array.from({ length: choices }, (_, index) => [
      ...deltas.map((delta) => {
        const { content } = delta;
        const pieces = typeof content === 'string' && content !== '' ? [content] : [];
        const logprobs = pieces.length > 0 ? logprobsOf(request, pieces) : null;
        return chunk([{ index, delta, logprobs, finish_reason: null }]);
      }),
      chunk([{ index, delta: {}, logprobs: null, finish_reason: finishReason(said) }]),
    ]).flat(),
    ...(include_usage === true ? [chunk([], toChatUsage(said.billed))] : []),
  ];
}

function toolDeltas(request: ChatRequest, { toolCall }: Said): ChunkDelta[] {
  if (toolCall === undefined) return [];
  const first = { id: idOf('call_', request), type: 'function' as const };
  const { name, inputPieces } = toolCall;
  return [
    { tool_calls: [{ index: 0, ...first, function: { name, arguments: '' } }] },
    ...inputPieces.map((piece) => ({
      tool_calls: [{ index: 0, function: { arguments: piece } }],
    })),
  ];
}

/** In OpenAI's fields: the whole input, and of it the cached; the whole output, and the reasoning. */
function toChatUsage(usage: Usage): Whole<CompletionUsage> {
  const input = inputOf(usage);
  const output = usage.output + usage.reasoning;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite,
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
