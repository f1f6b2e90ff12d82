import { describe, expect, it } from 'vitest';
import type { RecordedApi, WireEvent } from './answer.js';
import { BETA_BLOCKS } from './anthropic/beta-blocks.js';
import { BETA_DELTAS, BETA_MESSAGE_EVENTS, DELTAS, MESSAGE_EVENTS } from './anthropic/events.js';
import { ANSWERS, STREAM_ERRORS } from './index.js';
import { BETA_ITEMS } from './openai/beta-items.js';
import { FILLED_CHUNK } from './openai/chat-message.js';
import { RESPONSE_EVENTS } from './openai/response-event-samples.js';

const streamed = (api: RecordedApi): WireEvent[] =>
  [...ANSWERS, ...STREAM_ERRORS].flatMap((one) => (one.api === api ? one.events : []));

const typesOf = (events: readonly WireEvent[]): string[] =>
  [...new Set(events.map(({ type }) => String(type)))].toSorted();

/** Of sound, of work in the background, and of what failed on its way: no recorded answer has them. */
const NEVER = [
  'response.audio.delta',
  'response.audio.done',
  'response.audio.transcript.delta',
  'response.audio.transcript.done',
  'response.mcp_call.failed',
  'response.mcp_list_tools.failed',
  'response.queued',
];

describe('the streams of recorded answers', () => {
  it('have every event of a response', () => {
    const known = Object.keys(RESPONSE_EVENTS).filter((type) => !NEVER.includes(type));
    expect(typesOf(streamed('responses'))).toEqual(known.toSorted());
  });

  it('have every item of a response', () => {
    const items = streamed('responses').flatMap(({ item }) => (item ?? []) as WireEvent[]);
    expect(typesOf(items)).toEqual(Object.keys(BETA_ITEMS).toSorted());
  });

  it('have every event of a message, every delta and every block', () => {
    const events = streamed('messages');
    const known = { ...MESSAGE_EVENTS, ...BETA_MESSAGE_EVENTS };
    // Neither is in the SDK's union: it reads them by itself.
    expect(typesOf(events)).toEqual([...Object.keys(known), 'error', 'ping'].toSorted());
    const deltas = events.flatMap(({ type, delta }) =>
      type === 'content_block_delta' ? [delta as WireEvent] : [],
    );
    expect(typesOf(deltas)).toEqual(Object.keys({ ...DELTAS, ...BETA_DELTAS }).toSorted());
    const blocks = events.flatMap(({ content_block: block }) => (block ?? []) as WireEvent[]);
    expect(typesOf(blocks)).toEqual(Object.keys(BETA_BLOCKS).toSorted());
  });

  it('have every field of a chunk', () => {
    const chunks = streamed('chat');
    const fields = new Set(chunks.flatMap((chunk) => Object.keys(chunk)));
    for (const name of Object.keys(FILLED_CHUNK)) expect(fields).toContain(name);
  });
});
