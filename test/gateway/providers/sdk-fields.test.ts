import type {
  MessageCreateParams as BetaMessageCreateParams,
  MessageCountTokensParams as BetaTokenCountParams,
} from '@anthropic-ai/sdk/resources/beta/messages';
import type {
  MessageCountTokensParams,
  MessageCreateParams,
} from '@anthropic-ai/sdk/resources/messages';
import type { ResponseCreateParams as BetaResponseCreateParams } from 'openai/resources/beta/responses/responses';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../../gateway/providers/request.js';
import { TOOLS as MESSAGE_TOOLS } from '../../recorded/anthropic/tools.js';
import { CHAT_MESSAGES } from '../../recorded/openai/chat-params.js';
import { FILLED_RESPONSE } from '../../recorded/openai/response.js';
import { CHAT_TOOLS, SCHEMA, TOOLS } from '../../recorded/openai/tools.js';
import type { Filled } from '../../recorded/whole.js';
import { COUNTING, refusal } from './support.js';
import { type Treatment, treatmentOf } from './treatment.js';

/** A value that the field may have, with all of its own fields, and how it is taken. */
type Field<Value = unknown> = readonly [value: Value, treatment: Treatment];

/**
 * Every field that the SDK's types know. A field that a new version adds does not compile here
 * until somebody has looked at what it costs.
 */
type FieldsOf<Params> = {
  readonly [Name in keyof Params]-?: Field<Filled<NonNullable<Params[Name]>>>;
};

const MODERATION = {
  model: 'omni-moderation-latest',
  policy: { input: { mode: 'score' as const }, output: { mode: 'block' as const } },
};

const chat: FieldsOf<ChatCompletionCreateParams> = {
  model: ['gpt-4o', 'required'],
  messages: [[CHAT_MESSAGES.user], 'required'],
  audio: [{ voice: 'alloy', format: 'mp3' }, 'refused'],
  frequency_penalty: [0.5, 'free'],
  function_call: ['auto', 'counted'],
  functions: [[{ name: 'f', description: 'F.', parameters: {} }], 'counted'],
  logit_bias: [{ '50256': -100 }, 'free'],
  logprobs: [true, 'free'],
  max_completion_tokens: [5, 'bounded'],
  max_tokens: [5, 'bounded'],
  metadata: [{ a: 'b' }, 'free'],
  modalities: [['text'], 'free'],
  moderation: [MODERATION, 'free'],
  n: [2, 'bounded'],
  parallel_tool_calls: [false, 'free'],
  prediction: [{ type: 'content', content: 'a' }, 'bounded'],
  presence_penalty: [0.5, 'free'],
  prompt_cache_key: ['k', 'free'],
  prompt_cache_options: [{ mode: 'explicit', ttl: '30m' }, 'free'],
  prompt_cache_retention: ['24h', 'free'],
  reasoning_effort: ['low', 'free'],
  response_format: [{ type: 'json_object' }, 'counted'],
  safety_identifier: ['s', 'free'],
  seed: [1, 'free'],
  service_tier: ['flex', 'bounded'],
  stop: [['a'], 'free'],
  store: [false, 'free'],
  stream: [true, 'free'],
  stream_options: [{ include_usage: true, include_obfuscation: false }, 'free'],
  temperature: [0.5, 'free'],
  tool_choice: [{ type: 'function', function: { name: 'f' } }, 'counted'],
  tools: [[CHAT_TOOLS.custom], 'counted'],
  top_logprobs: [1, 'free'],
  top_p: [0.5, 'free'],
  user: ['u', 'free'],
  verbosity: ['low', 'free'],
  web_search_options: [
    {
      search_context_size: 'low',
      user_location: {
        type: 'approximate',
        approximate: {
          city: 'London',
          country: 'GB',
          region: 'London',
          timezone: 'Europe/London',
        },
      },
    },
    'refused',
  ],
};

const responses: FieldsOf<ResponseCreateParams> = {
  model: ['gpt-5', 'required'],
  input: ['a', 'required'],
  background: [true, 'refused'],
  context_management: [[{ type: 'compaction', compact_threshold: 1_000 }], 'bounded'],
  conversation: [{ id: 'conv_1' }, 'bounded'],
  include: [['reasoning.encrypted_content'], 'free'],
  instructions: ['a', 'counted'],
  max_output_tokens: [5, 'bounded'],
  metadata: [{ a: 'b' }, 'free'],
  moderation: [MODERATION, 'free'],
  parallel_tool_calls: [true, 'free'],
  previous_response_id: ['resp_1', 'bounded'],
  prompt: [FILLED_RESPONSE.prompt, 'refused'],
  prompt_cache_key: ['k', 'free'],
  prompt_cache_options: [{ mode: 'implicit', ttl: '30m' }, 'free'],
  prompt_cache_retention: ['in_memory', 'free'],
  reasoning: [FILLED_RESPONSE.reasoning, 'free'],
  safety_identifier: ['s', 'free'],
  service_tier: ['priority', 'bounded'],
  store: [false, 'free'],
  stream: [true, 'free'],
  stream_options: [{ include_obfuscation: false }, 'free'],
  temperature: [0.5, 'free'],
  text: [FILLED_RESPONSE.text, 'counted'],
  tool_choice: ['auto', 'counted'],
  tools: [[TOOLS.function], 'counted'],
  top_logprobs: [1, 'free'],
  top_p: [0.5, 'free'],
  truncation: ['auto', 'free'],
  user: ['u', 'free'],
};

/** `betas` is a header. */
const betaResponses: FieldsOf<Omit<BetaResponseCreateParams, 'betas'>> = {
  ...responses,
  input: ['a', 'required'],
  tool_choice: ['auto', 'counted'],
  max_tool_calls: [3, 'free'],
  multi_agent: [{ enabled: true, max_concurrent_subagents: 2 }, 'refused'],
};

const embeddings: FieldsOf<EmbeddingCreateParams> = {
  model: ['m', 'required'],
  input: ['a', 'required'],
  dimensions: [5, 'free'],
  encoding_format: ['base64', 'free'],
  user: ['u', 'free'],
};

const MODEL = 'claude-sonnet-4-5';
const FORMAT = { type: 'json_schema' as const, schema: SCHEMA };
const SAID = { type: 'text' as const, text: 'a' };

const countTokens: FieldsOf<MessageCountTokensParams> = {
  model: [MODEL, 'required'],
  messages: [[{ role: 'user', content: 'a' }], 'required'],
  cache_control: [{ type: 'ephemeral', ttl: '1h' }, 'bounded'],
  output_config: [{ effort: 'low', format: FORMAT }, 'counted'],
  speed: ['fast', 'free'],
  system: ['a', 'counted'],
  thinking: [{ type: 'enabled', budget_tokens: 1024, display: 'omitted' }, 'bounded'],
  tool_choice: [{ type: 'auto', disable_parallel_tool_use: false }, 'counted'],
  tools: [[MESSAGE_TOOLS.custom], 'bounded'],
  user_profile_id: ['u', 'refused'],
  workspace_id: ['w', 'refused'],
};

const messages: FieldsOf<MessageCreateParams> = {
  ...countTokens,
  speed: ['fast', 'bounded'],
  max_tokens: [5, 'bounded'],
  container: ['c', 'refused'],
  diagnostics: [{ previous_message_id: 'msg_1' }, 'free'],
  inference_geo: ['us', 'bounded'],
  metadata: [{ user_id: 'u' }, 'free'],
  service_tier: ['auto', 'free'],
  stop_sequences: [['a'], 'free'],
  stream: [true, 'free'],
};

/** What the betas add for counting and for answers alike. */
const betaCounted = {
  messages: [[{ role: 'user', content: 'a' }], 'required'],
  billing_policy: [{ type: 'billing_policy', bill_to: 'user_profile' }, 'refused'],
  compaction: [{ type: 'summarize', instructions: 'Be brief.' }, 'counted'],
  context_management: [{ edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] }, 'free'],
  mcp_servers: [
    [
      {
        type: 'url',
        name: 'archive',
        url: 'https://mcp.example.com',
        authorization_token: 'not-a-secret',
        tool_configuration: { allowed_tools: ['search'], enabled: true },
      },
    ],
    'refused',
  ],
  output_config: [
    {
      effort: 'low',
      format: FORMAT,
      task_budget: { type: 'tokens', total: 1_000, remaining: 500 },
    },
    'counted',
  ],
  output_format: [FORMAT, 'counted'],
  system: [
    [{ ...SAID, cache_control: { type: 'ephemeral', ttl: '1h' }, citations: [] }],
    'bounded',
  ],
  thinking: [
    {
      type: 'enabled',
      budget_tokens: 1024,
      display: 'updates',
      block_binding: { prefix_mismatch_behavior: 'error' },
    },
    'bounded',
  ],
} satisfies Partial<FieldsOf<BetaTokenCountParams>>;

const betaCountTokens: FieldsOf<Omit<BetaTokenCountParams, 'betas'>> = {
  ...countTokens,
  ...betaCounted,
};

const betaMessages: FieldsOf<Omit<BetaMessageCreateParams, 'betas'>> = {
  ...messages,
  ...betaCounted,
  container: [
    { id: 'c', skills: [{ type: 'anthropic', skill_id: 'pptx', version: 'latest' }] },
    'refused',
  ],
  fallback_credit_token: [{ token: 't', mode: 'strict' }, 'refused'],
  fallbacks: ['default', 'refused'],
  thread: [{ type: 'create' }, 'free'],
};

/** Fields with a reader of their own that refuses them; others are refused by their name alone. */
const LISTED = new Set(['audio', 'background', 'billing_policy', 'prompt', 'web_search_options']);

/** No longer in the types, and taken by the models that had them. */
const sampling: Readonly<Record<string, Field>> = {
  temperature: [0.5, 'free'],
  top_k: [1, 'free'],
  top_p: [0.5, 'free'],
};

type Row = readonly [name: string, Api, Readonly<Record<string, Field>>, readonly string[]];

const APIS: readonly Row[] = [
  ['chat', 'chat', chat, ['model', 'messages']],
  ['responses', 'responses', betaResponses, ['model', 'input']],
  ['embeddings', 'embeddings', embeddings, ['model', 'input']],
  ['messages', 'messages', { ...messages, ...sampling }, ['model', 'messages']],
  ['beta messages', 'messages', betaMessages, ['model', 'messages']],
  ['count_tokens', 'count_tokens', countTokens, ['model', 'messages']],
  ['beta count_tokens', 'count_tokens', betaCountTokens, ['model', 'messages']],
];

describe.each(APIS)('the fields of %s as its SDK knows them', (_name, api, fields, base) => {
  const minimal = Object.fromEntries(base.map((name) => [name, fields[name]?.[0]]));

  it.each(Object.entries(fields))('%s', (name, [value, treatment]) => {
    const { [name]: _, ...lacking } = minimal;
    expect(treatmentOf(api, name, { having: { ...lacking, [name]: value }, lacking })).toBe(
      treatment,
    );
  });

  it.each(Object.keys(fields))('%s in another case is refused by that name', (name) => {
    const upper = name.toUpperCase();
    const { [name]: _, ...others } = minimal as Record<string, unknown>;
    const isListed = name === 'model' || fields[name]?.[1] !== 'refused' || LISTED.has(name);
    const code = isListed ? 'invalid_request' : 'price_unknown';
    const expected = name === 'model' ? 'invalid_request model' : `${code} ${upper}`;
    expect(refusal(api, { ...others, [upper]: fields[name]?.[0] }, { rules: COUNTING })).toBe(
      expected,
    );
  });
});
