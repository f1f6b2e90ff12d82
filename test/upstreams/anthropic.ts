import type {
  ContentBlock,
  Message,
  MessageDeltaUsage,
  RawMessageStreamEvent,
  Usage as WireUsage,
} from '@anthropic-ai/sdk/resources/messages';
import type { Usage } from '../../src/pricing/usage.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { type Asked, countTokens, type Said, type Script, say, textOf } from './said.js';

interface MessagesRequest {
  readonly model: string;
  readonly messages: readonly { readonly content?: unknown }[];
  readonly system?: unknown;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string }[];
}

/** `POST /v1/messages`, as Anthropic answers it. */
export function answerMessages(
  request: MessagesRequest,
  script: (asked: Asked) => Script,
): StubAnswer {
  const asked: Asked = {
    model: request.model,
    input: inputText(request),
    tools: request.tools?.map(({ name }) => name) ?? [],
    maxOutput: request.max_tokens,
    choices: 1,
  };
  const said = say(asked, script(asked));
  if (request.stream !== true) return plain(message(asked, said), said.billed);
  return stream(
    events(asked, said).map((one) => event(one, one.type)),
    said.billed,
  );
}

/** `POST /v1/messages/count_tokens`: free. */
export function answerCountTokens(request: MessagesRequest): StubAnswer {
  return plain({ input_tokens: countTokens(inputText(request)) }, undefined);
}

function inputText({ system, messages }: MessagesRequest): string {
  return [textOf(system), ...messages.map(({ content }) => textOf(content))].join('');
}

function message(asked: Asked, said: Said): Message {
  return {
    ...opened(asked),
    content: [block(said)],
    stop_reason: stopReason(said),
    usage: toWireUsage(said.billed),
  };
}

function opened({ model }: Asked): Omit<Message, 'usage'> {
  return {
    id: 'msg_stub',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: null,
    stop_sequence: null,
  };
}

function stopReason(said: Said): 'tool_use' | 'max_tokens' | 'end_turn' {
  if (said.toolCall !== undefined) return 'tool_use';
  return said.isCutShort ? 'max_tokens' : 'end_turn';
}

function block({ toolCall, pieces }: Said): ContentBlock {
  if (toolCall === undefined) return { type: 'text', text: pieces.join(''), citations: null };
  const input: unknown = JSON.parse(toolCall.inputPieces.join(''));
  return { ...toolBlock(toolCall.name), input };
}

function toolBlock(name: string) {
  return {
    type: 'tool_use' as const,
    id: 'toolu_stub',
    name,
    input: {},
    caller: { type: 'direct' as const },
  };
}

function events(asked: Asked, said: Said): (RawMessageStreamEvent | { type: 'ping' })[] {
  const { toolCall, pieces } = said;
  const content_block =
    toolCall === undefined
      ? { type: 'text' as const, text: '', citations: null }
      : toolBlock(toolCall.name);
  const deltas =
    toolCall === undefined
      ? pieces.map((text) => ({ type: 'text_delta' as const, text }))
      : toolCall.inputPieces.map((partial_json) => ({
          type: 'input_json_delta' as const,
          partial_json,
        }));
  // The input is known by now. Of the output only the first token is.
  const usage = {
    ...toWireUsage(said.billed),
    output_tokens: 1,
    output_tokens_details: null,
    server_tool_use: null,
  };
  const delta = { container: null, stop_details: null, stop_sequence: null };
  return [
    { type: 'message_start', message: { ...opened(asked), usage } },
    { type: 'content_block_start', index: 0, content_block },
    { type: 'ping' },
    ...deltas.map((one) => ({ type: 'content_block_delta' as const, index: 0, delta: one })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { ...delta, stop_reason: stopReason(said) },
      usage: toDeltaUsage(said.billed),
    },
    { type: 'message_stop' },
  ];
}

function toWireUsage(usage: Usage): WireUsage {
  const { cacheWrite, cacheWriteLong, serverTools } = usage;
  const web_search_requests = serverTools['web_search'] ?? 0;
  return {
    input_tokens: usage.input,
    cache_read_input_tokens: usage.cachedInput,
    cache_creation_input_tokens: cacheWrite + cacheWriteLong,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite,
      ephemeral_1h_input_tokens: cacheWriteLong,
    },
    output_tokens: usage.output + usage.reasoning,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    server_tool_use:
      web_search_requests === 0 ? null : { web_search_requests, web_fetch_requests: 0 },
    service_tier: usage.tier === 'default' ? 'standard' : (usage.tier as 'priority'),
    inference_geo: 'not_available',
    speed: null,
  };
}

/** Cumulative, as the API has it; the kinds of cache entries are not said again. */
function toDeltaUsage(usage: Usage): MessageDeltaUsage {
  const {
    input_tokens,
    cache_read_input_tokens,
    cache_creation_input_tokens,
    output_tokens,
    output_tokens_details,
    server_tool_use,
  } = toWireUsage(usage);
  return {
    input_tokens,
    cache_read_input_tokens,
    cache_creation_input_tokens,
    output_tokens,
    output_tokens_details,
    server_tool_use,
  };
}
