import type {
  MessageCountTokensParams,
  MessageCreateParams,
} from '@anthropic-ai/sdk/resources/messages';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../../gateway/providers/request.js';
import { COUNTING, refusal } from './support.js';

/** A value that the field may have, and whether a request with it is taken. */
type Field = readonly [value: unknown, outcome: 'taken' | 'invalid_request' | 'price_unknown'];

/**
 * Every field that the SDK's types know. A field that a new version adds does not compile here
 * until somebody has looked at what it costs.
 */
type FieldsOf<Params> = Readonly<Record<keyof Params, Field>>;

const chat: FieldsOf<ChatCompletionCreateParams> = {
  model: ['gpt-4o', 'taken'],
  messages: [[{ role: 'user', content: 'a' }], 'taken'],
  audio: [{ voice: 'alloy', format: 'mp3' }, 'price_unknown'],
  frequency_penalty: [0.5, 'taken'],
  function_call: ['auto', 'taken'],
  functions: [[{ name: 'f', parameters: {} }], 'taken'],
  logit_bias: [{ '50256': -100 }, 'taken'],
  logprobs: [true, 'taken'],
  max_completion_tokens: [5, 'taken'],
  max_tokens: [5, 'taken'],
  metadata: [{ a: 'b' }, 'taken'],
  modalities: [['text'], 'taken'],
  moderation: [{}, 'taken'],
  n: [2, 'taken'],
  parallel_tool_calls: [false, 'taken'],
  prediction: [{ type: 'content', content: 'a' }, 'taken'],
  presence_penalty: [0.5, 'taken'],
  prompt_cache_key: ['k', 'taken'],
  prompt_cache_options: [{ mode: 'explicit', ttl: '30m' }, 'taken'],
  prompt_cache_retention: ['24h', 'taken'],
  reasoning_effort: ['low', 'taken'],
  response_format: [{ type: 'json_object' }, 'taken'],
  safety_identifier: ['s', 'taken'],
  seed: [1, 'taken'],
  service_tier: ['flex', 'taken'],
  stop: [['a'], 'taken'],
  store: [false, 'taken'],
  stream: [true, 'taken'],
  stream_options: [{ include_usage: true, include_obfuscation: false }, 'taken'],
  temperature: [0.5, 'taken'],
  tool_choice: [{ type: 'function', function: { name: 'f' } }, 'taken'],
  tools: [[{ type: 'custom', custom: { name: 'f' } }], 'taken'],
  top_logprobs: [1, 'taken'],
  top_p: [0.5, 'taken'],
  user: ['u', 'taken'],
  verbosity: ['low', 'taken'],
  web_search_options: [{}, 'price_unknown'],
};

const responses: FieldsOf<ResponseCreateParams> = {
  model: ['gpt-5', 'taken'],
  input: ['a', 'taken'],
  background: [true, 'invalid_request'],
  context_management: [[{ type: 'compaction' }], 'taken'],
  conversation: ['conv_1', 'taken'],
  include: [['reasoning.encrypted_content'], 'taken'],
  instructions: ['a', 'taken'],
  max_output_tokens: [5, 'taken'],
  metadata: [{ a: 'b' }, 'taken'],
  moderation: [{}, 'taken'],
  parallel_tool_calls: [true, 'taken'],
  previous_response_id: ['resp_1', 'taken'],
  prompt: [{ id: 'p' }, 'price_unknown'],
  prompt_cache_key: ['k', 'taken'],
  prompt_cache_options: [{ ttl: '30m' }, 'taken'],
  prompt_cache_retention: ['in_memory', 'taken'],
  reasoning: [{ effort: 'low', summary: 'auto', context: 'auto' }, 'taken'],
  safety_identifier: ['s', 'taken'],
  service_tier: ['priority', 'taken'],
  store: [false, 'taken'],
  stream: [true, 'taken'],
  stream_options: [{ include_obfuscation: false }, 'taken'],
  temperature: [0.5, 'taken'],
  text: [{ format: { type: 'json_schema', name: 'n', schema: {} }, verbosity: 'low' }, 'taken'],
  tool_choice: ['auto', 'taken'],
  tools: [[{ type: 'function', name: 'f', parameters: {}, strict: true }], 'taken'],
  top_logprobs: [1, 'taken'],
  top_p: [0.5, 'taken'],
  truncation: ['auto', 'taken'],
  user: ['u', 'taken'],
};

const embeddings: FieldsOf<EmbeddingCreateParams> = {
  model: ['m', 'taken'],
  input: ['a', 'taken'],
  dimensions: [5, 'taken'],
  encoding_format: ['base64', 'taken'],
  user: ['u', 'taken'],
};

const countTokens: FieldsOf<MessageCountTokensParams> = {
  model: ['claude-sonnet-4-5', 'taken'],
  messages: [[{ role: 'user', content: 'a' }], 'taken'],
  cache_control: [{ type: 'ephemeral', ttl: '1h' }, 'taken'],
  output_config: [{ effort: 'low', format: { type: 'json_schema', schema: {} } }, 'taken'],
  speed: ['fast', 'taken'],
  system: [[{ type: 'text', text: 'a' }], 'taken'],
  thinking: [{ type: 'enabled', budget_tokens: 1024 }, 'taken'],
  tool_choice: [{ type: 'auto' }, 'taken'],
  tools: [[{ name: 'f', input_schema: { type: 'object' } }], 'taken'],
  user_profile_id: ['u', 'price_unknown'],
  workspace_id: ['w', 'price_unknown'],
};

const messages: FieldsOf<MessageCreateParams> = {
  ...countTokens,
  max_tokens: [5, 'taken'],
  container: ['c', 'price_unknown'],
  diagnostics: [{}, 'taken'],
  inference_geo: ['us', 'taken'],
  metadata: [{ user_id: 'u' }, 'taken'],
  service_tier: ['auto', 'taken'],
  stop_sequences: [['a'], 'taken'],
  stream: [true, 'taken'],
};

/** Fields with a reader of their own that refuses them; others are refused by their name alone. */
const LISTED = new Set(['audio', 'web_search_options', 'prompt']);

/** No longer in the types, and taken by the models that had them. */
const sampling: Readonly<Record<string, Field>> = {
  temperature: [0.5, 'taken'],
  top_k: [1, 'taken'],
  top_p: [0.5, 'taken'],
};

const APIS: readonly (readonly [Api, Readonly<Record<string, Field>>, readonly string[]])[] = [
  ['chat', chat, ['model', 'messages']],
  ['responses', responses, ['model', 'input']],
  ['embeddings', embeddings, ['model', 'input']],
  ['messages', { ...messages, ...sampling }, ['model', 'messages']],
  ['count_tokens', countTokens, ['model', 'messages']],
];

describe.each(APIS)('the fields of %s as its SDK knows them', (api, fields, base) => {
  const minimal = Object.fromEntries(base.map((name) => [name, fields[name]?.[0]]));

  it.each(Object.entries(fields))('%s', (name, [value, outcome]) => {
    const found = refusal(api, { ...minimal, [name]: value }, { rules: COUNTING });
    expect(found).toBe(outcome === 'taken' ? outcome : `${outcome} ${name}`);
  });

  it.each(Object.keys(fields))('%s in another case is refused by that name', (name) => {
    const upper = name.toUpperCase();
    const { [name]: _, ...others } = minimal as Record<string, unknown>;
    const isListed = name === 'model' || fields[name]?.[1] !== 'price_unknown' || LISTED.has(name);
    const code = isListed ? 'invalid_request' : 'price_unknown';
    const expected = name === 'model' ? 'invalid_request model' : `${code} ${upper}`;
    expect(refusal(api, { ...others, [upper]: fields[name]?.[0] }, { rules: COUNTING })).toBe(
      expected,
    );
  });
});
