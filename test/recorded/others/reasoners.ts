import { ANSWER, CALL, CALLED, chatOf, THOUGHT } from './chat.js';

const counted = { prompt_tokens: 1_284, completion_tokens: 211, total_tokens: 1_495 };

/** DeepSeek API reference: hits and misses of its cache in place of OpenAI's details, or beside. */
const deepseek = {
  provider: 'deepseek',
  model: 'deepseek-flash',
  fields: {
    system_fingerprint: 'fp_a5d11d2ef2_prod',
    usage: {
      ...counted,
      prompt_cache_hit_tokens: 1_024,
      prompt_cache_miss_tokens: 260,
      prompt_tokens_details: { cached_tokens: 1_024 },
      completion_tokens_details: { reasoning_tokens: 128 },
    },
  },
};

export const DEEPSEEK_ANSWERS = [
  chatOf({ ...deepseek, label: 'text', message: { content: ANSWER } }),
  chatOf({
    ...deepseek,
    label: 'reasoning',
    message: { content: ANSWER, reasoning_content: THOUGHT },
  }),
  chatOf({
    ...deepseek,
    label: 'a call with reasoning',
    message: { content: '', reasoning_content: THOUGHT, tool_calls: [CALL] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];

/**
 * vLLM, "Reasoning outputs": `reasoning_content` of before, `reasoning` since; what it says of the
 * tokens and of transfers is null unless asked for.
 */
const vllm = {
  provider: 'vllm',
  model: 'Qwen/Qwen3-8B',
  fields: {
    service_tier: null,
    system_fingerprint: null,
    prompt_logprobs: null,
    prompt_token_ids: null,
    kv_transfer_params: null,
    usage: { ...counted, prompt_tokens_details: null },
  },
  choice: { stop_reason: null, token_ids: null },
};

export const VLLM_ANSWERS = [
  chatOf({
    ...vllm,
    label: 'text',
    message: { content: ANSWER, function_call: null, audio: null, tool_calls: [] },
  }),
  chatOf({
    ...vllm,
    label: 'reasoning',
    message: { content: ANSWER, reasoning_content: THOUGHT, reasoning: THOUGHT },
  }),
  chatOf({
    ...vllm,
    label: 'a call with reasoning',
    message: { content: null, reasoning_content: THOUGHT, tool_calls: [CALL] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];

const PART = { type: 'text', text: ANSWER };

/** Mistral, "Reasoning": content in parts, one of which holds the thinking. */
const mistral = {
  provider: 'mistral',
  model: 'magistral-medium-latest',
  lacks: ['service_tier', 'system_fingerprint'],
  fields: {
    usage: { ...counted, prompt_audio_seconds: null, num_cached_tokens: 1_024 },
  },
};
const thinking = { type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }], closed: true };
const reference = { type: 'reference', reference_ids: [1, 2] };

export const MISTRAL_ANSWERS = [
  chatOf({
    ...mistral,
    label: 'text',
    message: { content: ANSWER, prefix: false, tool_calls: null },
  }),
  chatOf({
    ...mistral,
    label: 'thinking',
    message: { content: [thinking, PART, reference], prefix: false },
  }),
  chatOf({
    ...mistral,
    label: 'a call',
    message: { content: '', prefix: false, tool_calls: [{ ...CALL, index: 0 }] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];
