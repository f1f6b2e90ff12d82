import type { UpstreamResponse } from './types.js';

/** OpenAI's name for it, which most others have too, and Anthropic's. */
const NAMES = ['x-request-id', 'request-id'] as const;
/** What the journal takes. */
const MAX_CHARS = 256;

/**
 * By what id the upstream itself knows a call, for the journal: nobody has checked it. Cut to what
 * the journal takes; undefined where there is none.
 */
export function upstreamRequestId(headers: UpstreamResponse['headers']): string | undefined {
  for (const name of NAMES) {
    const value = headers[name];
    const id = typeof value === 'string' ? value : value?.[0];
    if (id !== undefined && id !== '') return id.slice(0, MAX_CHARS);
  }
  return undefined;
}
