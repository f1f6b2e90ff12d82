import type {
  BetaContentBlock,
  BetaMessage,
  BetaMessageDeltaUsage,
  BetaRawMessageStreamEvent,
  BetaUsage,
} from '@anthropic-ai/sdk/resources/beta/messages/messages';
import { type Billed, bill } from './billed.js';
import type { Asked, Reply } from './script.js';
import { type Answer, event, id, json, pieces, stream } from './wire.js';

/** `POST /v1/messages` with every field that the API's types have. */
export function answerMessages(asked: Asked, reply: Reply, bytes: number): Answer {
  const content = blocks(asked, reply);
  const billed = billedBy(asked, reply, bytes, content);
  const message = whole(asked, content, billed);
  if (asked.body['stream'] !== true) return json(message, billed);
  return stream(
    events(message).map((one) => event(one, one.type)),
    billed,
  );
}

function billedBy(asked: Asked, reply: Reply, bytes: number, content: unknown[]): Billed {
  const sent = JSON.stringify(asked.body);
  const hasMark = sent.includes('"cache_control"');
  return bill(
    { ...asked, bytes },
    {
      text: JSON.stringify(content).length,
      reasoning: isThinking(asked),
      searches: reply.searches?.length ?? 0,
    },
    {
      write: hasMark ? 200 + asked.turn : 0,
      long: sent.includes('"ttl":"1h"'),
      automatic: hasMark,
    },
  );
}

function isThinking({ body }: Asked): boolean {
  const { thinking } = body as { thinking?: { type?: string } };
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive';
}

function blocks(asked: Asked, reply: Reply): BetaContentBlock[] {
  const { reasoning = 'Thinking.', text, calls = [], searches = [] } = reply;
  const signature = Buffer.from(`signed ${id('')} ${'s'.repeat(300)}`).toString('base64');
  const thought: BetaContentBlock[] = isThinking(asked)
    ? [
        { type: 'thinking', thinking: reasoning, signature },
        { type: 'redacted_thinking', data: signature },
      ]
    : [];
  const direct = { caller: { type: 'direct' as const } };
  const searched = searches.flatMap((query): BetaContentBlock[] => {
    const tool_use_id = id('srvtoolu_');
    return [
      { type: 'server_tool_use', id: tool_use_id, name: 'web_search', input: { query }, ...direct },
      { type: 'web_search_tool_result', tool_use_id, ...direct, content: [result(query)] },
    ];
  });
  const citations = searches.map((query) => ({
    type: 'web_search_result_location' as const,
    cited_text: `Of ${query}.`,
    encrypted_index: signature,
    title: query,
    url: 'https://stub.invalid/found',
  }));
  const said: BetaContentBlock[] =
    text === undefined
      ? []
      : [{ type: 'text', text, citations: citations.length === 0 ? null : citations }];
  const used = calls.map(
    ({ name, input }): BetaContentBlock => ({
      type: 'tool_use',
      id: id('toolu_'),
      name,
      input,
      ...direct,
    }),
  );
  return [...thought, ...searched, ...said, ...used];
}

function result(query: string) {
  return {
    type: 'web_search_result' as const,
    url: 'https://stub.invalid/found',
    title: query,
    page_age: 'November 22, 2026',
    encrypted_content: Buffer.from(`page about ${query} ${'p'.repeat(400)}`).toString('base64'),
  };
}

function whole(asked: Asked, content: BetaContentBlock[], billed: Billed): BetaMessage {
  const calls = content.some(({ type }) => type === 'tool_use');
  return {
    id: id('msg_'),
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content,
    container: null,
    context_management:
      asked.body['context_management'] === undefined ? null : { applied_edits: [] },
    diagnostics: null,
    stop_details: null,
    stop_reason: calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    input_transformations: null,
    usage: usage(billed),
  };
}

function usage(billed: Billed): BetaUsage {
  const { cacheWrite, cacheWriteLong, searches } = billed;
  return {
    input_tokens: billed.input,
    cache_read_input_tokens: billed.cachedInput,
    cache_creation_input_tokens: cacheWrite + cacheWriteLong,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite,
      ephemeral_1h_input_tokens: cacheWriteLong,
    },
    output_tokens: billed.output,
    output_tokens_details: { thinking_tokens: billed.reasoning },
    server_tool_use:
      searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
    service_tier: 'standard',
    inference_geo: 'global',
    speed: 'standard',
    iterations: null,
    fallback_credit: null,
  };
}

/** Cumulative, as the API has it: the lifetimes of cache entries stand in the first event alone. */
function deltaUsage(message: BetaMessage): BetaMessageDeltaUsage {
  const {
    cache_creation: _,
    inference_geo: _geo,
    service_tier: _tier,
    speed: _speed,
    ...rest
  } = message.usage;
  return rest;
}

function events(message: BetaMessage): (BetaRawMessageStreamEvent | { type: 'ping' })[] {
  const { content, stop_reason, usage: all } = message;
  const begun = { ...all, output_tokens: 1, output_tokens_details: null, server_tool_use: null };
  return [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: begun },
    },
    { type: 'ping' },
    ...content.flatMap((block, index) => blockEvents(block, index)),
    {
      type: 'message_delta',
      context_management: message.context_management,
      delta: { container: null, stop_details: null, stop_reason, stop_sequence: null },
      usage: deltaUsage(message),
    },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: BetaContentBlock, index: number): BetaRawMessageStreamEvent[] {
  const [content_block, deltas] = opened(block);
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta }) as const),
    { type: 'content_block_stop', index },
  ];
}

type Delta = Extract<BetaRawMessageStreamEvent, { type: 'content_block_delta' }>['delta'];

/** A block as its first event has it, and the pieces that follow. */
function opened(block: BetaContentBlock): [BetaContentBlock, Delta[]] {
  switch (block.type) {
    case 'thinking': {
      const { thinking, signature } = block;
      const said = pieces(thinking).map(
        (one): Delta => ({
          type: 'thinking_delta',
          thinking: one,
          estimated_tokens: null,
        }),
      );
      return [
        { ...block, thinking: '', signature: '' },
        [...said, { type: 'signature_delta', signature }],
      ];
    }
    case 'text': {
      const { text, citations } = block;
      const cited = citations?.map((citation): Delta => ({ type: 'citations_delta', citation }));
      return [
        { ...block, text: '', citations: citations === null ? null : [] },
        [
          ...(cited ?? []),
          ...pieces(text).map((one): Delta => ({ type: 'text_delta', text: one })),
        ],
      ];
    }
    case 'tool_use':
    case 'server_tool_use': {
      const written = JSON.stringify(block.input);
      const said = ['', ...pieces(written)].map(
        (partial_json): Delta => ({ type: 'input_json_delta', partial_json }),
      );
      return [{ ...block, input: {} } as BetaContentBlock, said];
    }
    default:
      return [block, []];
  }
}
