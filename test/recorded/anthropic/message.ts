import type { BetaMessage, BetaUsage } from '@anthropic-ai/sdk/resources/beta/messages';
import type {
  CacheMissReason,
  ContentBlock,
  Message,
  RefusalStopDetails,
  StopReason,
  Usage,
} from '@anthropic-ai/sdk/resources/messages';
import type { Filled, Samples, Whole } from '../whole.js';
import { BETA_BLOCKS } from './beta-blocks.js';
import { BLOCKS } from './blocks.js';

export const MODEL = 'claude-opus-5';

const MESSAGE_USAGE: Filled<Usage> = {
  input_tokens: 260,
  cache_read_input_tokens: 1_024,
  cache_creation_input_tokens: 384,
  cache_creation: { ephemeral_5m_input_tokens: 128, ephemeral_1h_input_tokens: 256 },
  output_tokens: 211,
  output_tokens_details: { thinking_tokens: 128 },
  server_tool_use: { web_search_requests: 1, web_fetch_requests: 1 },
  service_tier: 'standard',
  inference_geo: 'global',
  speed: 'standard',
};

const MISSED: Samples<CacheMissReason> = {
  model_changed: { type: 'model_changed', cache_missed_input_tokens: 384 },
  system_changed: { type: 'system_changed', cache_missed_input_tokens: 384 },
  tools_changed: { type: 'tools_changed', cache_missed_input_tokens: 384 },
  messages_changed: { type: 'messages_changed', cache_missed_input_tokens: 384 },
  previous_message_not_found: { type: 'previous_message_not_found' },
  unavailable: { type: 'unavailable' },
};

export const REFUSED: Filled<RefusalStopDetails> = {
  type: 'refusal',
  category: 'cyber',
  explanation: 'The request asks for working malware.',
};

/** Every field of a message, those too that no one message has together. */
export const FILLED_MESSAGE: Filled<Message> = {
  id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: MODEL,
  content: Object.values(BLOCKS),
  container: {
    id: 'container_011CPR5CNjB747bTd36fQLFk',
    expires_at: '2026-11-22T21:28:49Z',
    skills: [{ skill_id: 'pptx', type: 'anthropic', version: '20251013' }],
  },
  diagnostics: { cache_miss_reason: MISSED.messages_changed },
  stop_details: REFUSED,
  stop_reason: 'end_turn',
  stop_sequence: '\n\nHuman:',
  usage: MESSAGE_USAGE,
};

const sampled = {
  input_tokens: 260,
  cache_read_input_tokens: 1_024,
  cache_creation_input_tokens: 384,
  cache_creation: { ephemeral_5m_input_tokens: 128, ephemeral_1h_input_tokens: 256 },
  output_tokens: 211,
};

/** Sampling of the same call that is billed apart from what stands beside it. */
export const ITERATIONS: Samples<NonNullable<BetaUsage['iterations']>[number]> = {
  message: { type: 'message', model: MODEL, ...sampled },
  compaction: { type: 'compaction', ...sampled },
  advisor_message: { type: 'advisor_message', model: 'claude-fable-5', ...sampled },
  fallback_message: { type: 'fallback_message', model: 'claude-opus-4-8', ...sampled },
};

export const FILLED_BETA_MESSAGE: Filled<BetaMessage> = {
  ...FILLED_MESSAGE,
  content: Object.values(BETA_BLOCKS),
  stop_details: {
    ...REFUSED,
    fallback_credit_token: 'fct_01A',
    fallback_has_prefill_claim: false,
    recommended_model: 'claude-opus-4-8',
  },
  context_management: {
    applied_edits: [
      { type: 'clear_tool_uses_20250919', cleared_input_tokens: 512, cleared_tool_uses: 2 },
      { type: 'clear_thinking_20251015', cleared_input_tokens: 256, cleared_thinking_turns: 1 },
    ],
  },
  input_transformations: [
    {
      type: 'thinking_dropped',
      path: 'messages.1.content.0',
      reason: 'model_binding_mismatch',
    },
    {
      type: 'thinking_mismatch_allowed',
      path: 'messages.3.content.0',
      reason: 'prefix_binding_mismatch',
    },
  ],
  usage: {
    ...MESSAGE_USAGE,
    iterations: Object.values(ITERATIONS),
    fallback_credit: { status: { type: 'redeemed' } },
  },
};

/** Why a message ended, and what the client does next. */
export const STOPS: Readonly<Record<StopReason, 'speaks' | 'answers' | 'resumes'>> = {
  end_turn: 'speaks',
  stop_sequence: 'speaks',
  max_tokens: 'speaks',
  refusal: 'speaks',
  model_context_window_exceeded: 'speaks',
  tool_use: 'answers',
  pause_turn: 'resumes',
};

export type WholeMessage = Whole<Message>;
export type WholeBetaMessage = Whole<BetaMessage>;

/** Of the tools on the provider's side, usage counts two. */
function serverToolUse(content: readonly { readonly type: string; readonly name?: string }[]) {
  const runs = (tool: string) =>
    content.filter(({ type, name }) => type === 'server_tool_use' && name === tool).length;
  const web_search_requests = runs('web_search');
  const web_fetch_requests = runs('web_fetch');
  const none = web_search_requests + web_fetch_requests === 0;
  return none ? null : { web_search_requests, web_fetch_requests };
}

/** A message with this content, and null where nothing was asked for. */
export function messageOf(
  content: readonly Whole<ContentBlock>[],
  more: Partial<WholeMessage> = {},
): WholeMessage {
  return {
    ...FILLED_MESSAGE,
    content: [...content],
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_sequence: null,
    stop_reason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    usage: { ...MESSAGE_USAGE, server_tool_use: serverToolUse(content) },
    ...more,
  };
}

/** The same with what the betas add. */
export function betaMessageOf(
  content: WholeBetaMessage['content'],
  more: Partial<WholeBetaMessage> = {},
): WholeBetaMessage {
  return {
    ...FILLED_BETA_MESSAGE,
    content,
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_sequence: null,
    stop_reason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    context_management: null,
    input_transformations: null,
    usage: {
      ...MESSAGE_USAGE,
      server_tool_use: serverToolUse(content),
      iterations: [ITERATIONS.message],
      fallback_credit: null,
    },
    ...more,
  };
}
