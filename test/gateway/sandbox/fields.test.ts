import type {
  ContentBlock,
  Message,
  MessageDeltaUsage,
  TextBlock,
  ThinkingBlock,
  ToolUseBlock,
  Usage,
} from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
} from 'openai/resources/chat/completions';
import type { Completion, CompletionUsage } from 'openai/resources/completions';
import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import type { ImagesResponse } from 'openai/resources/images';
import type { Moderation } from 'openai/resources/moderations';
import type {
  Response,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { missingFrom, type Names, sandboxClients } from './clients.js';

const COMPLETION: Names<ChatCompletion> = {
  id: 'sent',
  choices: 'sent',
  created: 'sent',
  model: 'sent',
  moderation: 'sent',
  object: 'sent',
  service_tier: 'sent',
  system_fingerprint: 'sent',
  usage: 'sent',
};
const CHUNK: Names<ChatCompletionChunk> = { ...COMPLETION, usage: 'only where asked' };
const CHOICE: Names<ChatCompletion.Choice> = {
  finish_reason: 'sent',
  index: 'sent',
  logprobs: 'sent',
  message: 'sent',
};
const MESSAGE: Names<ChatCompletionMessage> = {
  content: 'sent',
  refusal: 'sent',
  role: 'sent',
  annotations: 'sent',
  audio: 'only where asked',
  function_call: 'only where asked',
  tool_calls: 'only where asked',
};
const CHAT_USAGE: Names<CompletionUsage> = {
  completion_tokens: 'sent',
  prompt_tokens: 'sent',
  total_tokens: 'sent',
  completion_tokens_details: 'sent',
  prompt_tokens_details: 'sent',
};
const CHAT_OUTPUT: Names<CompletionUsage.CompletionTokensDetails> = {
  accepted_prediction_tokens: 'sent',
  audio_tokens: 'sent',
  reasoning_tokens: 'sent',
  rejected_prediction_tokens: 'sent',
};
const CHAT_INPUT: Names<CompletionUsage.PromptTokensDetails> = {
  audio_tokens: 'sent',
  cache_write_tokens: 'sent',
  cached_tokens: 'sent',
};
const RESPONSE: Names<Response> = {
  id: 'sent',
  created_at: 'sent',
  output_text: 'sent',
  error: 'sent',
  incomplete_details: 'sent',
  instructions: 'sent',
  metadata: 'sent',
  model: 'sent',
  object: 'sent',
  output: 'sent',
  parallel_tool_calls: 'sent',
  temperature: 'sent',
  tool_choice: 'sent',
  tools: 'sent',
  top_p: 'sent',
  background: 'sent',
  completed_at: 'sent',
  conversation: 'sent',
  max_output_tokens: 'sent',
  moderation: 'sent',
  previous_response_id: 'sent',
  prompt: 'sent',
  prompt_cache_key: 'sent',
  prompt_cache_options: 'sent',
  prompt_cache_retention: 'sent',
  reasoning: 'sent',
  safety_identifier: 'sent',
  service_tier: 'sent',
  status: 'sent',
  text: 'sent',
  top_logprobs: 'sent',
  truncation: 'sent',
  usage: 'sent',
  user: 'sent',
};
const RESPONSE_USAGE: Names<ResponseUsage> = {
  input_tokens: 'sent',
  input_tokens_details: 'sent',
  output_tokens: 'sent',
  output_tokens_details: 'sent',
  total_tokens: 'sent',
};
const OUTPUT_MESSAGE: Names<ResponseOutputMessage> = {
  id: 'sent',
  content: 'sent',
  role: 'sent',
  status: 'sent',
  type: 'sent',
  phase: 'sent',
};
const REASONING: Names<ResponseReasoningItem> = {
  id: 'sent',
  summary: 'sent',
  type: 'sent',
  content: 'sent',
  encrypted_content: 'sent',
  status: 'sent',
};
const FUNCTION_CALL: Names<ResponseFunctionToolCall> = {
  arguments: 'sent',
  call_id: 'sent',
  name: 'sent',
  type: 'sent',
  id: 'sent',
  caller: 'sent',
  namespace: 'only where asked',
  status: 'sent',
};
const ANTHROPIC_MESSAGE: Names<Message> = {
  id: 'sent',
  container: 'sent',
  content: 'sent',
  diagnostics: 'sent',
  model: 'sent',
  role: 'sent',
  stop_details: 'sent',
  stop_reason: 'sent',
  stop_sequence: 'sent',
  type: 'sent',
  usage: 'sent',
};
const ANTHROPIC_USAGE: Names<Usage> = {
  cache_creation: 'sent',
  cache_creation_input_tokens: 'sent',
  cache_read_input_tokens: 'sent',
  inference_geo: 'sent',
  input_tokens: 'sent',
  output_tokens: 'sent',
  output_tokens_details: 'sent',
  server_tool_use: 'sent',
  service_tier: 'sent',
  speed: 'sent',
};
const DELTA_USAGE: Names<MessageDeltaUsage> = {
  cache_creation_input_tokens: 'sent',
  cache_read_input_tokens: 'sent',
  input_tokens: 'sent',
  output_tokens: 'sent',
  output_tokens_details: 'sent',
  server_tool_use: 'sent',
};
const TEXT: Names<TextBlock> = { citations: 'sent', text: 'sent', type: 'sent' };
const THINKING: Names<ThinkingBlock> = { signature: 'sent', thinking: 'sent', type: 'sent' };
const TOOL_USE: Names<ToolUseBlock> = {
  id: 'sent',
  caller: 'sent',
  input: 'sent',
  name: 'sent',
  toolset_name: 'sent',
  type: 'sent',
};
const LEGACY: Names<Completion> = {
  id: 'sent',
  choices: 'sent',
  created: 'sent',
  model: 'sent',
  object: 'sent',
  system_fingerprint: 'sent',
  usage: 'sent',
};
const EMBEDDINGS: Names<CreateEmbeddingResponse> = {
  data: 'sent',
  model: 'sent',
  object: 'sent',
  usage: 'sent',
};
const IMAGES: Names<ImagesResponse> = {
  created: 'sent',
  background: 'sent',
  data: 'sent',
  output_format: 'sent',
  quality: 'sent',
  size: 'sent',
  usage: 'sent',
};
const MODERATION: Names<Moderation> = {
  categories: 'sent',
  category_applied_input_types: 'sent',
  category_scores: 'sent',
  flagged: 'sent',
};

const USER = { role: 'user', content: 'Hello' } as const;
const TOOL = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
    required: ['city', 'days'],
  },
};

describe('every field of the SDKs’ types is sent', () => {
  const { openai, anthropic } = sandboxClients();

  it('of chat completions, plain and streamed', async () => {
    const plain = await openai.chat.completions.create({ model: 'gpt-5', messages: [USER] });
    expect(missingFrom(plain, COMPLETION)).toEqual([]);
    expect(missingFrom(plain.choices[0] ?? {}, CHOICE)).toEqual([]);
    expect(missingFrom(plain.choices[0]?.message ?? {}, MESSAGE)).toEqual([]);
    const { usage } = plain;
    expect(missingFrom(usage ?? {}, CHAT_USAGE)).toEqual([]);
    expect(missingFrom(usage?.completion_tokens_details ?? {}, CHAT_OUTPUT)).toEqual([]);
    expect(missingFrom(usage?.prompt_tokens_details ?? {}, CHAT_INPUT)).toEqual([]);
    const stream = await openai.chat.completions.create({
      model: 'gpt-5',
      messages: [USER],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      expect(missingFrom(chunk, { ...CHUNK, usage: 'sent' })).toEqual([]);
      expect(chunk).toHaveProperty('obfuscation');
    }
  });

  it('of responses, with reasoning and a call', async () => {
    const plain = await openai.responses.create({
      model: 'gpt-5',
      input: 'Hello',
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(missingFrom(plain, RESPONSE)).toEqual([]);
    expect(missingFrom(plain.usage ?? {}, RESPONSE_USAGE)).toEqual([]);
    const [reasoning, message] = plain.output;
    expect([reasoning?.type, message?.type]).toEqual(['reasoning', 'message']);
    expect(missingFrom(reasoning ?? {}, REASONING)).toEqual([]);
    expect(missingFrom(message ?? {}, OUTPUT_MESSAGE)).toEqual([]);
    expect(plain.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    const called = await openai.responses.create({
      model: 'gpt-5',
      input: 'Hello',
      tools: [{ type: 'function', strict: true, ...TOOL }],
      tool_choice: 'required',
    });
    expect(missingFrom(called.output[0] ?? {}, FUNCTION_CALL)).toEqual([]);
  });

  it('of messages, with thinking and a tool', async () => {
    const asked = { model: 'claude-opus-5', max_tokens: 2_000, messages: [USER] };
    const plain = await anthropic.messages.create({
      ...asked,
      thinking: { type: 'enabled', budget_tokens: 1_024 },
    });
    expect(missingFrom(plain, ANTHROPIC_MESSAGE)).toEqual([]);
    expect(missingFrom(plain.usage, ANTHROPIC_USAGE)).toEqual([]);
    const [thinking, text] = plain.content as [ContentBlock, ContentBlock];
    expect([missingFrom(thinking, THINKING), missingFrom(text, TEXT)]).toEqual([[], []]);
    expect(plain.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
    const used = await anthropic.messages.create({
      ...asked,
      tools: [{ name: TOOL.name, input_schema: { ...TOOL.parameters, type: 'object' } }],
      tool_choice: { type: 'any' },
    });
    expect(missingFrom(used.content[0] ?? {}, TOOL_USE)).toEqual([]);
    const events = await anthropic.messages.create({ ...asked, stream: true });
    for await (const event of events) {
      if (event.type !== 'message_delta') continue;
      expect(missingFrom(event.usage, DELTA_USAGE)).toEqual([]);
    }
  });

  it('of all the others', async () => {
    const { data: _, ...rest } = await openai.embeddings.create({ model: 'm', input: 'Hello' });
    expect(missingFrom({ ...rest, data: [] }, EMBEDDINGS)).toEqual([]);
    const legacy = await openai.completions.create({ model: 'm', prompt: 'Hello' });
    expect(missingFrom(legacy, LEGACY)).toEqual([]);
    const images = await openai.images.generate({ model: 'm', prompt: 'Hello' });
    expect(missingFrom(images, IMAGES)).toEqual([]);
    const { results } = await openai.moderations.create({ input: 'Hello' });
    expect(missingFrom(results[0] ?? {}, MODERATION)).toEqual([]);
  });
});
