/** What the sandbox answers to one request. */
export interface SandboxAnswer {
  readonly status: 200 | 400 | 404;
  readonly headers: Readonly<Record<string, string>>;
  /** The body in the pieces in which it is sent: one, unless it is a stream. */
  readonly body: readonly (string | Uint8Array)[];
  readonly isStream: boolean;
}

/** What makes one answer differ from another to the same request. */
export interface SandboxStamp {
  /** `chatcmpl-sandbox-…` */
  readonly id: string;
  readonly nowMs: number;
}

const ID_START = 'chatcmpl-sandbox-';

/** An id as a provider begins it: `resp_sandbox_…`. */
export function idFrom({ id }: SandboxStamp, start: string): string {
  return `${start}_sandbox_${id.slice(ID_START.length)}`;
}

export function secondsOf({ nowMs }: SandboxStamp): number {
  return Math.floor(nowMs / 1000);
}

export function json(status: SandboxAnswer['status'], value: unknown): SandboxAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: [JSON.stringify(value)], isStream: false };
}

export function bytes(contentType: string, body: Uint8Array): SandboxAnswer {
  return { status: 200, headers: { 'content-type': contentType }, body: [body], isStream: false };
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
};

/** Server-sent events without a name, as chat completions have them: the last one says that it is. */
export function unnamedEvents(chunks: readonly unknown[]): SandboxAnswer {
  const data = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'];
  const body = data.map((text) => `data: ${text}\n\n`);
  return { status: 200, headers: EVENT_STREAM, body, isStream: true };
}

export interface SandboxEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Server-sent events that are named by their type. */
export function namedEvents(events: readonly SandboxEvent[]): SandboxAnswer {
  const body = events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
  return { status: 200, headers: EVENT_STREAM, body, isStream: true };
}

/** Padding of a stream's pieces, so that their lengths say nothing of the text. */
export const OBFUSCATION = 'sandbox00';
