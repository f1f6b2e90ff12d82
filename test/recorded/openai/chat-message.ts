import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatCompletionMessageToolCall,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import { opaque } from '../opaque.js';
import type { Filled, Samples, Whole } from '../whole.js';
import { CHAT_MODERATION } from './moderation.js';
import { ANSWER, CHAT_ANNOTATION, logprobOf, REFUSAL } from './text.js';

export const TOOL_CALLS: Samples<ChatCompletionMessageToolCall> = {
  function: {
    id: 'call_68f5',
    type: 'function',
    function: { name: 'look_up', arguments: '{"name":"Ada Lovelace"}' },
  },
  custom: { id: 'call_68f6', type: 'custom', custom: { name: 'run_query', input: 'ada' } },
};

/** Every field of a message, those too that no one message has together. */
export const FILLED_MESSAGE: Filled<ChatCompletionMessage> = {
  role: 'assistant',
  content: ANSWER,
  refusal: REFUSAL,
  annotations: [CHAT_ANNOTATION],
  audio: {
    id: 'audio_68f7',
    data: opaque('audio', 2_400),
    expires_at: 1_756_319_296,
    transcript: ANSWER,
  },
  function_call: { name: 'look_up', arguments: '{"name":"Ada Lovelace"}' },
  tool_calls: Object.values(TOOL_CALLS),
};

const CHAT_USAGE: Filled<CompletionUsage> = {
  prompt_tokens: 1_284,
  completion_tokens: 211,
  total_tokens: 1_495,
  prompt_tokens_details: { cached_tokens: 1_024, audio_tokens: 0, cache_write_tokens: 128 },
  completion_tokens_details: {
    reasoning_tokens: 128,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const LOGPROBS: Filled<ChatCompletion.Choice.Logprobs> = {
  content: [logprobOf('Ada'), logprobOf(' Lovelace')],
  refusal: [logprobOf("I'm"), logprobOf(' sorry')],
};

/** Every field of a completion. */
const FILLED_COMPLETION: Filled<ChatCompletion> = {
  id: 'chatcmpl-CAkMIp0Z1ZQ2wVw3mWTnUZ5QF3Rkw',
  object: 'chat.completion',
  created: 1_756_315_696,
  model: 'gpt-5-mini-2025-08-07',
  moderation: CHAT_MODERATION,
  choices: [{ index: 0, finish_reason: 'stop', logprobs: LOGPROBS, message: FILLED_MESSAGE }],
  service_tier: 'default',
  system_fingerprint: 'fp_560af6e559',
  usage: CHAT_USAGE,
};

/** Every field of a chunk. */
export const FILLED_CHUNK: Filled<ChatCompletionChunk> = {
  ...FILLED_COMPLETION,
  object: 'chat.completion.chunk',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: LOGPROBS,
      delta: {
        role: 'assistant',
        content: ANSWER,
        refusal: REFUSAL,
        function_call: FILLED_MESSAGE.function_call,
        tool_calls: [{ index: 0, ...TOOL_CALLS.function }],
      },
    },
  ],
};

type Choice = Whole<ChatCompletion.Choice>;
type FinishReason = Choice['finish_reason'];
type Message = Whole<ChatCompletionMessage>;

/** A choice; the message of another provider can have any fields. */
export interface ChatGiven<M extends object = Partial<Message>> {
  readonly message: M;
  readonly finish?: FinishReason;
  readonly logprobs?: Choice['logprobs'];
}

/**
 * A completion with this message. As on the wire, a message has `tool_calls`, `function_call` and
 * `audio` only where there are some.
 */
export function completionOf(given: readonly ChatGiven<object>[]): Omit<
  Whole<ChatCompletion>,
  'choices'
> & {
  readonly choices: readonly (Omit<Choice, 'message'> & { readonly message: object })[];
} {
  return {
    ...FILLED_COMPLETION,
    moderation: null,
    choices: given.map(({ message, finish = 'stop', logprobs = null }, index) => ({
      index,
      finish_reason: finish,
      logprobs,
      message: { role: 'assistant', content: null, refusal: null, annotations: [], ...message },
    })),
  };
}

export { LOGPROBS };
