import { randomBytes } from 'node:crypto';
import type { Billed } from './billed.js';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: readonly string[];
  readonly billed: Billed | undefined;
}

export function json(value: unknown, billed?: Billed, status = 200): Answer {
  return { status, contentType: 'application/json', pieces: [JSON.stringify(value)], billed };
}

export function stream(events: readonly string[], billed: Billed): Answer {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', pieces: events, billed };
}

export function event(data: unknown, name?: string): string {
  const field = name === undefined ? '' : `event: ${name}\n`;
  return `${field}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

export function id(prefix: string): string {
  return prefix + randomBytes(16).toString('hex');
}

/** As a model says it, a few characters at a time. */
export function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,12}/g) ?? [];
}

/** The padding that hides the length of a piece from who listens on the line. */
export function obfuscation(): string {
  return randomBytes(6).toString('base64url');
}
