import type { Leaving } from '../leaving.js';

/** One request to an upstream, with nothing of the caller's in it that was not let through. */
export interface UpstreamRequest {
  readonly method: string;
  /** Below the upstream's base URL, beginning with `/`; with the query, if any. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** Aborts the call; what was sent stays sent. */
  readonly signal: Leaving;
  /** To be called when the exchange is over, however it ends: its connection is free again. */
  readonly ended: () => void;
}

export interface UpstreamResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: UpstreamBody;
}

export interface UpstreamBody extends AsyncIterable<Uint8Array> {
  /** The whole of it, for a body that is known to be small. */
  bytes(): Promise<Uint8Array>;
  /** Closes the connection, if there is one. */
  destroy(): void;
}

/** Something that answers calls: a provider, an HTTP tool, the sandbox. */
export interface Upstream {
  /** @throws {UpstreamError} */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  close(): Promise<void>;
}

/**
 * - `unreachable`: no connection, so certainly nothing was sent;
 * - `failed`: it broke off, and may or may not have done the work;
 * - `timeout`: no answer in time; it may still be doing the work;
 * - `aborted`: the caller left while it was under way;
 * - `not_sent`: the caller left before anything was sent.
 */
export type UpstreamFailure = 'unreachable' | 'failed' | 'timeout' | 'aborted' | 'not_sent';

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly failure: UpstreamFailure;
  constructor(failure: UpstreamFailure, options?: ErrorOptions) {
    super(`upstream ${failure}`, options);
    this.failure = failure;
  }
}
