import { opaque } from '../opaque.js';
import { ANSWER, CALL, CALLED, chatOf, THOUGHT } from './chat.js';

const MODEL = 'anthropic/claude-opus-4.5';

/** OpenRouter, "Usage accounting": the cost is what its credits were charged. */
const USAGE = {
  prompt_tokens: 1_284,
  completion_tokens: 211,
  total_tokens: 1_495,
  cost: 0.0114,
  is_byok: false,
  cost_details: {
    upstream_inference_cost: null,
    upstream_inference_prompt_cost: 0.0061,
    upstream_inference_completions_cost: 0.0053,
  },
  server_tool_use: { web_search_requests: 0 },
  prompt_tokens_details: {
    cached_tokens: 1_024,
    cache_write_tokens: 128,
    audio_tokens: 0,
    video_tokens: 0,
  },
  completion_tokens_details: { reasoning_tokens: 128, image_tokens: 0, audio_tokens: 0 },
};

const FIELDS = { id: 'gen-1756315696-Xa', provider: 'Anthropic', usage: USAGE };
const CHOICE = { native_finish_reason: 'stop' };

const at = { id: 'reasoning-1', index: 0 };
const DETAILS = [
  {
    type: 'reasoning.text',
    text: THOUGHT,
    signature: `EqQB${opaque('openrouter', 796)}`,
    format: 'anthropic-claude-v1',
    ...at,
  },
  { type: 'reasoning.summary', summary: 'It is note G.', format: 'openai-responses-v1', ...at },
  {
    type: 'reasoning.encrypted',
    data: `gAAAAABo${opaque('openrouter encrypted', 1_016)}`,
    format: 'openai-responses-v1',
    ...at,
  },
];

const base = { provider: 'openrouter', model: MODEL, fields: FIELDS, choice: CHOICE };

export const OPENROUTER_ANSWERS = [
  chatOf({ ...base, label: 'text', message: { content: ANSWER, reasoning: null } }),
  ...DETAILS.map((detail) =>
    chatOf({
      ...base,
      label: detail.type,
      message: { content: ANSWER, reasoning: THOUGHT, reasoning_details: [detail] },
    }),
  ),
  chatOf({
    ...base,
    label: 'a call with reasoning',
    message: {
      content: null,
      reasoning: THOUGHT,
      reasoning_details: DETAILS,
      tool_calls: [{ ...CALL, index: 0 }],
    },
    finish: 'tool_calls',
    more: CALLED,
  }),
];
