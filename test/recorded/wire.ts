import { event } from '../upstreams/answer.js';
import type { RecordedAnswer, RecordedApi, WireEvent } from './answer.js';

export interface Wire {
  readonly contentType: string;
  /** One piece, or one an event. */
  readonly pieces: readonly string[];
}

/** An answer as its provider sends it. */
export function wireOf({ api, plain, events }: RecordedAnswer, isStream: boolean): Wire {
  if (isStream) return streamOf(api, events);
  return { contentType: 'application/json', pieces: [JSON.stringify(plain)] };
}

/** Chat completions name no event, and end with a mark of their own. */
export function streamOf(api: RecordedApi, events: readonly WireEvent[]): Wire {
  const named = api !== 'chat';
  const pieces = events.map((one) => event(one, named ? String(one['type']) : undefined));
  return {
    contentType: 'text/event-stream; charset=utf-8',
    pieces: named ? pieces : [...pieces, event('[DONE]')],
  };
}
