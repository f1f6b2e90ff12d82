import type {
  BetaRawContentBlockDelta,
  BetaRawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/beta/messages';
import type {
  RawContentBlockDelta,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages';
import type { WireEvent } from '../answer.js';
import { opaque } from '../opaque.js';
import { cut } from '../pieces.js';
import type { Samples } from '../whole.js';
import { BETA_BLOCKS } from './beta-blocks.js';
import { ANSWER, BLOCKS, THOUGHT } from './blocks.js';
import { CITATIONS } from './citations.js';
import {
  FILLED_BETA_MESSAGE,
  FILLED_MESSAGE,
  type WholeBetaMessage,
  type WholeMessage,
} from './message.js';

export const DELTAS: Samples<RawContentBlockDelta> = {
  text_delta: { type: 'text_delta', text: ANSWER },
  input_json_delta: { type: 'input_json_delta', partial_json: '{"name":' },
  citations_delta: { type: 'citations_delta', citation: CITATIONS.char_location },
  thinking_delta: { type: 'thinking_delta', thinking: THOUGHT },
  signature_delta: { type: 'signature_delta', signature: opaque('thinking', 400) },
};

export const BETA_DELTAS: Samples<BetaRawContentBlockDelta> = {
  ...DELTAS,
  thinking_delta: { ...DELTAS.thinking_delta, estimated_tokens: 24 },
  compaction_delta: {
    type: 'compaction_delta',
    content: 'The user asked for the first program.',
    encrypted_content: opaque('compaction', 400),
  },
};

/** What the last delta says of a message: known by then alone. */
function endOf<C, D, R, Q>({
  container,
  stop_details,
  stop_reason,
  stop_sequence,
}: {
  readonly container: C;
  readonly stop_details: D;
  readonly stop_reason: R;
  readonly stop_sequence: Q;
}) {
  return { container, stop_details, stop_reason, stop_sequence };
}

/** The counts of the last delta: the kinds of cache entries, the tier and so on are not said again. */
function countedOf<U extends WholeMessage['usage']>(usage: U) {
  const { cache_creation: _, service_tier: _t, inference_geo: _g, speed: _s, ...counted } = usage;
  return counted;
}

/** Every event that a stream can have, with all of its fields. */
export const MESSAGE_EVENTS: Samples<RawMessageStreamEvent> = {
  message_start: { type: 'message_start', message: FILLED_MESSAGE },
  content_block_start: { type: 'content_block_start', index: 0, content_block: BLOCKS.text },
  content_block_delta: { type: 'content_block_delta', index: 0, delta: DELTAS.text_delta },
  content_block_stop: { type: 'content_block_stop', index: 0 },
  message_delta: {
    type: 'message_delta',
    delta: endOf(FILLED_MESSAGE),
    usage: countedOf(FILLED_MESSAGE.usage),
  },
  message_stop: { type: 'message_stop' },
};

export const BETA_MESSAGE_EVENTS: Samples<BetaRawMessageStreamEvent> = {
  message_start: { type: 'message_start', message: FILLED_BETA_MESSAGE },
  content_block_start: {
    type: 'content_block_start',
    index: 0,
    content_block: BETA_BLOCKS.mcp_tool_listing,
  },
  content_block_delta: {
    type: 'content_block_delta',
    index: 0,
    delta: BETA_DELTAS.compaction_delta,
  },
  content_block_stop: { type: 'content_block_stop', index: 0 },
  message_delta: {
    type: 'message_delta',
    delta: endOf(FILLED_BETA_MESSAGE),
    usage: countedOf(FILLED_BETA_MESSAGE.usage),
    context_management: FILLED_BETA_MESSAGE.context_management,
    input_transformations: FILLED_BETA_MESSAGE.input_transformations,
  },
  message_stop: { type: 'message_stop' },
};

type AnyBlock = WholeBetaMessage['content'][number] | WholeMessage['content'][number];

/** The stream of a message: the SDK puts its events together to the very same one. */
export function messageEventsOf(message: WholeMessage | WholeBetaMessage): WireEvent[] {
  const { content, usage } = message;
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: null, server_tool_use: null },
  };
  const edited =
    'context_management' in message
      ? {
          context_management: message.context_management,
          input_transformations: message.input_transformations,
        }
      : {};
  return [
    { type: 'message_start', message: begun },
    { type: 'ping' },
    ...content.flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: openedBlock(block) },
      ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: endOf(message),
      usage: countedOf(usage),
      ...edited,
    },
    { type: 'message_stop' },
  ];
}

/** A block as it stands before its deltas. Results of tools come whole. */
function openedBlock(block: AnyBlock): object {
  switch (block.type) {
    case 'text':
      return { ...block, text: '', citations: block.citations === null ? null : [] };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return { ...block, input: {} };
    case 'compaction':
      return { ...block, content: null, encrypted_content: null };
    default:
      return block;
  }
}

function deltasOf(block: AnyBlock): object[] {
  switch (block.type) {
    case 'text':
      return [
        ...cut(block.text).map((text) => ({ type: 'text_delta', text })),
        ...(block.citations ?? []).map((citation) => ({ type: 'citations_delta', citation })),
      ];
    case 'thinking':
      return [
        ...cut(block.thinking).map((thinking) => ({
          type: 'thinking_delta',
          thinking,
          estimated_tokens: 1,
        })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return cut(JSON.stringify(block.input)).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
    case 'compaction': {
      const { content, encrypted_content } = block;
      return [{ type: 'compaction_delta', content, encrypted_content }];
    }
    default:
      return [];
  }
}
