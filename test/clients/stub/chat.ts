import type {
  ChatCompletion,
  ChatCompletionChunk,
} from 'openai/resources/chat/completions/completions';
import { type Billed, bill } from './billed.js';
import type { Asked, Reply } from './script.js';
import { type Answer, event, id, json, obfuscation, pieces, stream } from './wire.js';

/** `POST /v1/chat/completions` with every field that the API's types have. */
export function answerChat(asked: Asked, reply: Reply, bytes: number): Answer {
  const { text, calls = [] } = reply;
  const billed = bill(
    { ...asked, bytes },
    {
      text: (text?.length ?? 0) + JSON.stringify(calls).length,
      reasoning: /^(gpt-5|o\d|gpt-6)/.test(asked.model),
      searches: 0,
    },
    { write: 0, long: false, automatic: true },
  );
  if (asked.body['stream'] === true) return stream(chunks(asked, reply, billed), billed);
  return json(completion(asked, reply, billed), billed);
}

function shared({ model }: Asked) {
  return {
    id: id('chatcmpl-'),
    created: 1_795_305_600,
    model,
    moderation: null,
    service_tier: 'default' as const,
    system_fingerprint: 'fp_stub',
  };
}

function completion(asked: Asked, { text, calls = [] }: Reply, billed: Billed): ChatCompletion {
  const tool_calls = calls.map(({ name, input }) => ({
    id: id('call_'),
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(input) },
  }));
  return {
    ...shared(asked),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text ?? null,
          refusal: null,
          annotations: [],
          ...(calls.length > 0 && { tool_calls }),
        },
        logprobs: null,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage: usage(billed),
  };
}

function usage({
  input,
  cachedInput,
  output,
  reasoning,
}: Billed): ChatCompletion['usage'] & object {
  const prompt_tokens = input + cachedInput;
  return {
    prompt_tokens,
    completion_tokens: output,
    total_tokens: prompt_tokens + output,
    prompt_tokens_details: { cached_tokens: cachedInput, audio_tokens: 0, cache_write_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

type Delta = ChatCompletionChunk.Choice['delta'];

function chunks(asked: Asked, { text, calls = [] }: Reply, billed: Billed): string[] {
  const deltas: Delta[] = [
    { role: 'assistant', content: text === undefined ? null : '', refusal: null },
    ...pieces(text ?? '').map((content) => ({ content })),
    ...calls.flatMap(({ name, input }, index): Delta[] => [
      {
        tool_calls: [
          { index, id: id('call_'), type: 'function', function: { name, arguments: '' } },
        ],
      },
      ...pieces(JSON.stringify(input)).map((one) => ({
        tool_calls: [{ index, function: { arguments: one } }],
      })),
    ]),
  ];
  const finish_reason = calls.length > 0 ? ('tool_calls' as const) : ('stop' as const);
  const base = { ...shared(asked), object: 'chat.completion.chunk' as const };
  const { stream_options } = asked.body as { stream_options?: { include_usage?: boolean } };
  const asksUsage = stream_options?.include_usage === true;
  const chunk = (choice: Omit<ChatCompletionChunk.Choice, 'index' | 'logprobs'>) => ({
    ...base,
    choices: [{ index: 0, logprobs: null, ...choice }],
    ...(asksUsage && { usage: null }),
    obfuscation: obfuscation(),
  });
  return [
    ...deltas.map((delta) => event(chunk({ delta, finish_reason: null }))),
    event(chunk({ delta: {}, finish_reason })),
    ...(asksUsage ? [event({ ...base, choices: [], usage: usage(billed) })] : []),
    event('[DONE]'),
  ];
}
