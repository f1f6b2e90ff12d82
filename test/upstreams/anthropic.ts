import type { Message, Usage as WireUsage } from '@anthropic-ai/sdk/resources/messages';
import type { Usage } from '../../src/pricing/usage.js';
import { messageEventsOf } from '../recorded/anthropic/events.js';
import type { WholeBetaMessage, WholeMessage } from '../recorded/anthropic/message.js';
import { event, plain, type StubAnswer, stream } from './answer.js';
import { encryptedOf, idOf } from './ids.js';
import { type Asked, countTokens, type Said, type Script, say, textOf } from './said.js';

interface MessagesRequest {
  readonly model: string;
  readonly messages: readonly { readonly content?: unknown }[];
  readonly system?: unknown;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string }[];
}

/**
 * `POST /v1/messages`, as Anthropic answers it: with every field that it sends.
 * @param isBeta whether the betas' fields are there, too
 */
export function answerMessages(
  request: MessagesRequest,
  script: (asked: Asked) => Script,
  isBeta = false,
): StubAnswer {
  const asked: Asked = {
    model: request.model,
    input: inputText(request),
    tools: request.tools?.map(({ name }) => name) ?? [],
    maxOutput: request.max_tokens,
    choices: 1,
  };
  const said = say(asked, script(asked));
  const message = isBeta ? betaMessageOf(request, said) : messageOf(request, said);
  if (request.stream !== true) return plain(message, said.billed);
  return stream(
    messageEventsOf(message).map((one) => event(one, String(one['type']))),
    said.billed,
  );
}

/** `POST /v1/messages/count_tokens`: free. */
export function answerCountTokens(request: MessagesRequest, isBeta = false): StubAnswer {
  const input_tokens = countTokens(inputText(request));
  const edited = { context_management: { original_input_tokens: input_tokens } };
  return plain({ input_tokens, ...(isBeta ? edited : {}) }, undefined);
}

function inputText({ system, messages }: MessagesRequest): string {
  return [textOf(system), ...messages.map(({ content }) => textOf(content))].join('');
}

type SaidBlock = Extract<
  WholeMessage['content'][number],
  { readonly type: 'text' | 'thinking' | 'tool_use' }
>;

function messageOf(request: MessagesRequest, said: Said) {
  return {
    id: idOf('msg_', request),
    type: 'message' as const,
    role: 'assistant' as const,
    model: request.model,
    content: blocksOf(request, said),
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: stopReason(said),
    stop_sequence: null,
    usage: toWireUsage(said.billed),
  } satisfies WholeMessage;
}

function betaMessageOf(request: MessagesRequest, said: Said): WholeBetaMessage {
  const message = messageOf(request, said);
  return {
    ...message,
    context_management: { applied_edits: [] },
    input_transformations: null,
    usage: { ...message.usage, iterations: null, fallback_credit: null },
  };
}

function stopReason(said: Said): Message['stop_reason'] {
  if (said.toolCall !== undefined) return 'tool_use';
  return said.isCutShort ? 'max_tokens' : 'end_turn';
}

function blocksOf(request: MessagesRequest, said: Said): SaidBlock[] {
  const { thought, toolCall, pieces } = said;
  const thinking: SaidBlock[] =
    thought === undefined
      ? []
      : [{ type: 'thinking', thinking: thought, signature: encryptedOf(thought) }];
  if (toolCall === undefined) {
    return [...thinking, { type: 'text', text: pieces.join(''), citations: null }];
  }
  const input: unknown = JSON.parse(toolCall.inputPieces.join(''));
  const { name } = toolCall;
  const caller = { type: 'direct' as const };
  const id = idOf('toolu_', request);
  return [...thinking, { type: 'tool_use', id, name, input, caller, toolset_name: null }];
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
    speed: 'standard',
  };
}
