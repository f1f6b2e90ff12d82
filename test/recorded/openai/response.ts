import type {
  Response,
  ResponseOutputItem,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import type { Filled, Whole } from '../whole.js';
import { ITEMS } from './items.js';
import { RESPONSE_MODERATION } from './moderation.js';
import { SCHEMA, TOOLS } from './tools.js';

/** As the API sends it: the SDK puts `output_text` together by itself. */
export type WireResponse = Omit<Response, 'output_text'>;

const RESPONSE_USAGE: Filled<ResponseUsage> = {
  input_tokens: 1_284,
  input_tokens_details: { cached_tokens: 1_024, cache_write_tokens: 128 },
  output_tokens: 211,
  output_tokens_details: { reasoning_tokens: 128 },
  total_tokens: 1_495,
};

/** Every field of a response, those too that no one response has together. */
export const FILLED_RESPONSE: Filled<WireResponse> = {
  id: 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
  object: 'response',
  created_at: 1_756_315_696,
  completed_at: 1_756_315_702,
  status: 'completed',
  background: false,
  error: { code: 'server_error', message: 'The model failed to answer.' },
  incomplete_details: { reason: 'max_output_tokens' },
  instructions: 'Answer in one sentence.',
  max_output_tokens: 2_048,
  metadata: { task: 'ada' },
  model: 'gpt-5-mini-2025-08-07',
  moderation: RESPONSE_MODERATION,
  output: Object.values(ITEMS),
  parallel_tool_calls: true,
  previous_response_id: 'resp_68af4029',
  conversation: { id: 'conv_68af4028' },
  prompt: {
    id: 'pmpt_68af4027',
    version: '3',
    variables: {
      name: 'Ada',
      about: {
        type: 'input_text',
        text: 'Lovelace',
        prompt_cache_breakpoint: { mode: 'explicit' },
      },
    },
  },
  prompt_cache_key: 'ada',
  prompt_cache_options: { mode: 'implicit', ttl: '30m' },
  prompt_cache_retention: '24h',
  reasoning: {
    effort: 'medium',
    summary: 'detailed',
    generate_summary: 'detailed',
    context: 'all_turns',
    mode: 'standard',
  },
  safety_identifier: 'user-1',
  service_tier: 'default',
  temperature: 1,
  text: {
    format: {
      type: 'json_schema',
      name: 'person',
      description: 'A person.',
      schema: SCHEMA,
      strict: true,
    },
    verbosity: 'medium',
  },
  tool_choice: 'auto',
  tools: Object.values(TOOLS),
  top_logprobs: 2,
  top_p: 0.98,
  truncation: 'disabled',
  usage: RESPONSE_USAGE,
  user: 'user-1',
};

export type Item = Whole<ResponseOutputItem>;

/** A finished response with this output, and null where nothing was asked for. */
export function responseOf(
  output: readonly Item[],
  more: Partial<Whole<WireResponse>> = {},
): Whole<WireResponse> {
  return {
    ...FILLED_RESPONSE,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    moderation: null,
    previous_response_id: null,
    conversation: null,
    prompt: null,
    prompt_cache_key: null,
    prompt_cache_retention: null,
    reasoning: {
      effort: 'medium',
      summary: 'detailed',
      generate_summary: null,
      context: null,
      mode: 'standard',
    },
    safety_identifier: null,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tools: [],
    top_logprobs: 0,
    output: [...output],
    ...more,
  };
}
