import type { Usage } from '../../src/pricing/usage.js';

export interface StubAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The body in the pieces in which it is sent: one, or one an event. */
  readonly pieces: readonly string[];
  /** What the provider bills, which is what the body says; undefined when it bills nothing. */
  readonly billed: Usage | undefined;
}

export function plain(value: unknown, billed: Usage | undefined, status = 200): StubAnswer {
  return { status, contentType: 'application/json', pieces: [JSON.stringify(value)], billed };
}

export function stream(pieces: readonly string[], billed: Usage): StubAnswer {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', pieces, billed };
}

export function event(data: unknown, name?: string): string {
  const field = name === undefined ? '' : `event: ${name}\n`;
  return `${field}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
