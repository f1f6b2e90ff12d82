import type {
  BetaContextManagementConfig,
  BetaOutputConfig,
  BetaThinkingConfigParam,
} from '@anthropic-ai/sdk/resources/beta/messages';
import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionStreamOptions,
} from 'openai/resources/chat/completions';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import type { Reasoning } from 'openai/resources/shared';
import { DOCUMENT_SOURCES, IMAGE_SOURCES } from '../../recorded/anthropic/params.js';
import { CHAT_PARTS } from '../../recorded/openai/chat-params.js';
import { FILLED_RESPONSE } from '../../recorded/openai/response.js';
import { SCHEMA } from '../../recorded/openai/tools.js';
import type { Filled, Samples } from '../../recorded/whole.js';
import { describeKinds } from './treatment.js';

const said = [{ role: 'user', content: 'a' }];
const chat = { model: 'gpt-5-mini', messages: said };
const response = { model: 'gpt-5-mini', input: 'a' };
const message = { model: 'claude-opus-5', messages: said };

const CHAT_OBJECTS: {
  readonly stream_options: Filled<ChatCompletionStreamOptions>;
  readonly prompt_cache_options: Filled<NonNullable<ResponseCreateParams['prompt_cache_options']>>;
} = {
  stream_options: { include_usage: true, include_obfuscation: false },
  prompt_cache_options: { mode: 'explicit', ttl: '30m' },
};

describeKinds('objects in a chat request', {
  api: 'chat',
  samples: CHAT_OBJECTS,
  rows: {
    stream_options: { include_usage: 'free', include_obfuscation: 'free' },
    prompt_cache_options: { mode: 'free', ttl: 'free' },
  },
  body: (object, name) => ({ ...chat, [name]: object }),
});

const CHAT_SOURCES: {
  readonly image_url: Filled<ChatCompletionContentPartImage.ImageURL>;
  readonly file: Filled<ChatCompletionContentPart.File.File>;
} = { image_url: CHAT_PARTS.image_url.image_url, file: CHAT_PARTS.file.file };

describeKinds('sources in parts of a chat message', {
  api: 'chat',
  samples: CHAT_SOURCES,
  rows: {
    image_url: { url: 'free', detail: 'counted' },
    // Whatever of the file is there: only the context window bounds it.
    file: { file_id: 'free', file_data: 'free', filename: 'counted' },
  },
  body: (source, type) => ({
    // A picture in low detail is less to it.
    model: 'gpt-4o',
    messages: [{ role: 'user', content: [{ type, [type]: source }] }],
  }),
});

const RESPONSE_OBJECTS: {
  readonly reasoning: Filled<Reasoning>;
  readonly text: Filled<NonNullable<ResponseCreateParams['text']>>;
  readonly stream_options: Filled<NonNullable<ResponseCreateParams['stream_options']>>;
} = {
  reasoning: FILLED_RESPONSE.reasoning,
  text: FILLED_RESPONSE.text,
  stream_options: { include_obfuscation: false },
};

describeKinds('objects in a response request', {
  api: 'responses',
  samples: RESPONSE_OBJECTS,
  rows: {
    reasoning: {
      effort: 'free',
      summary: 'free',
      generate_summary: 'free',
      context: 'free',
      mode: 'free',
    },
    text: { format: 'counted', verbosity: 'free' },
    stream_options: { include_obfuscation: 'free' },
  },
  body: (object, name) => ({ ...response, [name]: object }),
});

const binding = { prefix_mismatch_behavior: 'error' as const };
const THINKING: Samples<BetaThinkingConfigParam> = {
  enabled: { type: 'enabled', budget_tokens: 1_024, display: 'omitted', block_binding: binding },
  adaptive: { type: 'adaptive', display: 'omitted', block_binding: binding },
  between_tools: { type: 'between_tools' },
  disabled: { type: 'disabled' },
};

describeKinds('how a message is thought of', {
  api: 'messages',
  samples: THINKING,
  rows: {
    enabled: { budget_tokens: 'bounded', display: 'free', block_binding: 'free' },
    adaptive: { display: 'free', block_binding: 'free' },
    between_tools: {},
    disabled: {},
  },
  body: (thinking) => ({ ...message, thinking }),
});

const MESSAGE_OBJECTS: {
  readonly output_config: Filled<BetaOutputConfig>;
  readonly cache_control: Filled<CacheControlEphemeral>;
} = {
  output_config: {
    effort: 'low',
    format: { type: 'json_schema', schema: SCHEMA },
    task_budget: { type: 'tokens', total: 1_000, remaining: 500 },
  },
  cache_control: { type: 'ephemeral', ttl: '1h' },
};

describeKinds('objects in a message request', {
  api: 'messages',
  samples: MESSAGE_OBJECTS,
  rows: {
    output_config: { effort: 'counted', format: 'counted', task_budget: 'counted' },
    cache_control: { ttl: 'bounded' },
  },
  body: (object, name) => ({ ...message, [name]: object }),
});

const EDITS: Samples<NonNullable<BetaContextManagementConfig['edits']>[number]> = {
  clear_tool_uses_20250919: {
    type: 'clear_tool_uses_20250919',
    clear_at_least: { type: 'input_tokens', value: 100 },
    clear_tool_inputs: true,
    exclude_tools: ['look_up'],
    keep: { type: 'tool_uses', value: 3 },
    trigger: { type: 'input_tokens', value: 1_000 },
  },
  clear_thinking_20251015: { type: 'clear_thinking_20251015', keep: 'all' },
  compact_20260112: {
    type: 'compact_20260112',
    instructions: 'Be brief.',
    pause_after_compaction: true,
    trigger: { type: 'input_tokens', value: 50_000 },
  },
};

describeKinds('edits of the context', {
  api: 'messages',
  samples: EDITS,
  rows: {
    clear_tool_uses_20250919: {
      clear_at_least: 'free',
      clear_tool_inputs: 'free',
      exclude_tools: 'free',
      keep: 'free',
      trigger: 'free',
    },
    clear_thinking_20251015: { keep: 'free' },
    compact_20260112: {
      instructions: 'counted',
      pause_after_compaction: 'counted',
      trigger: 'counted',
    },
  },
  body: (edit) => ({ ...message, context_management: { edits: [edit] } }),
});

describeKinds('where an image comes from', {
  api: 'messages',
  samples: IMAGE_SOURCES,
  rows: {
    base64: { media_type: 'free', data: 'free' },
    url: { url: 'free' },
    file: { file_id: 'free' },
  },
  body: (source) => ({
    ...message,
    messages: [{ role: 'user', content: [{ type: 'image', source }] }],
  }),
});

describeKinds('where a document comes from', {
  api: 'messages',
  samples: DOCUMENT_SOURCES,
  rows: {
    text: { media_type: 'free', data: 'counted' },
    content: { content: 'bounded' },
    // Whatever it is: only the context window bounds it.
    base64: { media_type: 'free', data: 'free' },
    url: { url: 'free' },
    file: { file_id: 'free' },
  },
  body: (source) => ({
    ...message,
    messages: [{ role: 'user', content: [{ type: 'document', source }] }],
  }),
});
