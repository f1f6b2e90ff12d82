import { type Dispatcher, Pool } from 'undici';
import {
  type Upstream,
  type UpstreamBody,
  UpstreamError,
  type UpstreamFailure,
  type UpstreamRequest,
  type UpstreamResponse,
} from './types.js';

export interface HttpUpstreamOptions {
  /** http or https, without query. */
  readonly baseUrl: string;
  /** The longest wait for the answer's headers, and between two pieces of its body. */
  readonly timeoutMs: number;
}

/**
 * An upstream over HTTP/1.1: one pool of connections to one origin, which the configuration names
 * and no caller can change. Redirects are not followed.
 */
export function createHttpUpstream({ baseUrl, timeoutMs }: HttpUpstreamOptions): Upstream {
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/$/, '');
  const pool = new Pool(base.origin, {
    // One request at a time on a connection: a slow answer delays no other.
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(timeoutMs, 10_000) },
  });
  // Errors of attempts to connect, name look-ups and certificates included: only of these is it
  // certain that nothing was sent. Their codes alone don't tell, since an open connection can break
  // with some of the same.
  const neverConnected = new WeakSet<object>();
  pool.on('connectionError', (_origin, _targets, error) => neverConnected.add(error));
  return {
    send: async (request) => {
      try {
        return readResponse(await pool.request(toUndici(basePath, request)));
      } catch (error) {
        if (error instanceof Error && neverConnected.has(error)) {
          throw new UpstreamError('unreachable', { cause: error });
        }
        // An abort surfaces as whatever reason it was given, so the signal is asked, not the error.
        if (request.signal.aborted) throw new UpstreamError('aborted', { cause: error });
        throw toUpstreamError(error);
      }
    },
    close: () => pool.destroy(),
  };
}

/** A tool at the top of its origin, called by its name alone, has an empty path: RFC 9112 §3.2.1. */
function originForm(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function toUndici(basePath: string, request: UpstreamRequest): Dispatcher.RequestOptions {
  return {
    method: request.method as Dispatcher.HttpMethod,
    path: originForm(`${basePath}${request.path}`),
    headers: request.headers as Record<string, string>,
    body: request.body ?? null,
    signal: request.signal,
  };
}

function readResponse({ statusCode, headers, body }: Dispatcher.ResponseData): UpstreamResponse {
  return { status: statusCode, headers, body: readBody(body) };
}

function readBody(body: Dispatcher.ResponseData['body']): UpstreamBody {
  return {
    bytes: async () => {
      try {
        return await body.bytes();
      } catch (error) {
        throw toUpstreamError(error);
      }
    },
    destroy: () => {
      // Destroying a body that is still arriving emits an error: there is nobody left to tell.
      body.on('error', () => {});
      body.destroy();
    },
    async *[Symbol.asyncIterator]() {
      try {
        yield* body as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw toUpstreamError(error);
      }
    },
  };
}

function toUpstreamError(error: unknown): UpstreamError {
  return new UpstreamError(failureOf(error), { cause: error });
}

function failureOf(error: unknown): UpstreamFailure {
  const { code } = error as { readonly code?: string };
  const isTimeout = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return isTimeout ? 'timeout' : 'failed';
}
