import { caveatError } from './errors.js';

/** Not valid at or after this instant. */
export interface ExpiresCaveat {
  readonly kind: 'expires';
  readonly atMs: number;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** RFC 3339 in UTC, whole seconds. @throws {CaveatError} */
export function parseExpires(value: string): ExpiresCaveat {
  const atMs = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  // Date.parse rolls 24:00:00 over and lets some impossible days pass: only a round trip is exact.
  if (Number.isNaN(atMs) || formatInstant(atMs) !== value) {
    throw caveatError('expires', value, 'an instant such as 2026-01-31T23:59:59Z');
  }
  return { kind: 'expires', atMs };
}

export function formatExpires(caveat: ExpiresCaveat): string {
  return `expires = ${formatInstant(caveat.atMs)}`;
}

/** Milliseconds since 1970 as the caveat writes them; parts of a second are dropped. */
export function formatInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function narrowsExpires(previousMs: number, nextMs: number): boolean {
  return nextMs < previousMs;
}

/** Whether a call at this instant is allowed. */
export function permitsAt(expiresAtMs: number, nowMs: number): boolean {
  return nowMs < expiresAtMs;
}
