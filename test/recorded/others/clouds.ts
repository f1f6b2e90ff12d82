import { opaque } from '../opaque.js';
import { ANSWER, CALL, CALLED, chatOf, THOUGHT } from './chat.js';

const counted = { prompt_tokens: 1_284, completion_tokens: 211, total_tokens: 1_495 };

/** xAI: reasoning is beside the completion's tokens; a tick is 10^-10 USD. */
const xai = {
  provider: 'xai',
  model: 'grok-4.3',
  fields: {
    system_fingerprint: 'fp_156d35dcaa',
    service_tier: 'default',
    citations: ['https://example.com/ada', 'https://example.com/note-g'],
    usage: {
      prompt_tokens: 1_284,
      completion_tokens: 83,
      total_tokens: 1_495,
      prompt_tokens_details: {
        text_tokens: 1_284,
        audio_tokens: 0,
        image_tokens: 0,
        cached_tokens: 1_024,
      },
      completion_tokens_details: {
        reasoning_tokens: 128,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
      num_sources_used: 0,
      cost_in_usd_ticks: 10_573_000,
    },
  },
};

export const XAI_ANSWERS = [
  chatOf({ ...xai, label: 'text', message: { content: ANSWER, reasoning_content: THOUGHT } }),
  chatOf({
    ...xai,
    label: 'a call',
    message: { content: 'I look her up.', tool_calls: [CALL] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];

/** Groq: how long each part took is not billed. */
const groqUsage = {
  queue_time: 0.037,
  prompt_time: 0.0009,
  completion_time: 0.17,
  total_time: 0.171,
};
const groq = {
  provider: 'groq',
  model: 'llama-3.3-70b-versatile',
  fields: {
    service_tier: 'on_demand',
    system_fingerprint: 'fp_179b0f92c9',
    usage: { ...counted, ...groqUsage },
    usage_breakdown: null,
    x_groq: { id: 'req_01jbd6g2qdfw2adyrt2az8hz4w', seed: 1 },
  },
};

export const GROQ_ANSWERS = [
  chatOf({ ...groq, label: 'text', message: { content: ANSWER } }),
  chatOf({
    ...groq,
    label: 'reasoning',
    message: { content: ANSWER, reasoning: THOUGHT, channel: 'analysis' },
  }),
  chatOf({
    ...groq,
    label: 'a call',
    message: { tool_calls: [CALL] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];

/** Gemini by its OpenAI-compatible API: a call's signature must come back with it. */
const signed = { extra_content: { google: { thought_signature: opaque('gemini', 1_200) } } };
const gemini = {
  provider: 'gemini',
  model: 'gemini-3.1-pro-preview',
  lacks: ['service_tier', 'system_fingerprint'],
  fields: {
    usage: { prompt_tokens: 1_284, completion_tokens: 83, total_tokens: 1_495 },
  },
};

export const GEMINI_ANSWERS = [
  chatOf({ ...gemini, label: 'text', message: { content: ANSWER, ...signed } }),
  chatOf({
    ...gemini,
    label: 'a call with its signature',
    message: { content: null, tool_calls: [{ ...CALL, ...signed }] },
    finish: 'tool_calls',
    more: CALLED,
  }),
  chatOf({
    ...gemini,
    label: "a call with Vertex's signature",
    message: {
      content: null,
      tool_calls: [{ ...CALL, extra_content: { vertex: signed.extra_content.google } }],
    },
    finish: 'tool_calls',
    more: CALLED,
  }),
];

const safe = { filtered: false, severity: 'safe' };
const prompts = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const undetected = { filtered: false, detected: false };
const FILTERED = {
  ...prompts,
  protected_material_text: undetected,
  protected_material_code: {
    ...undetected,
    citation: { URL: 'https://example.com', license: 'MIT' },
  },
};

/** Azure: what its filters found, of the prompt and of each choice. */
const azure = {
  provider: 'azure',
  model: 'gpt-4o',
  lacks: ['service_tier'],
  fields: {
    prompt_filter_results: [
      {
        prompt_index: 0,
        content_filter_results: { ...prompts, jailbreak: undetected, indirect_attack: undetected },
      },
    ],
  },
  choice: {
    content_filter_results: FILTERED,
    content_filter_offsets: { check_offset: 0, start_offset: 0, end_offset: 12 },
  },
};

export const AZURE_ANSWERS = [
  chatOf({
    ...azure,
    label: 'text',
    message: { content: ANSWER, context: { citations: [], intent: '["first program"]' } },
  }),
  chatOf({
    ...azure,
    label: 'a call',
    message: { content: null, tool_calls: [CALL] },
    finish: 'tool_calls',
    more: CALLED,
  }),
];
