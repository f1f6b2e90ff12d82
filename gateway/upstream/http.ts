import { type Dispatcher, Pool } from 'undici';
import { Exchange, toUpstreamError } from './exchange.js';
import { encodeQuery, withQuery } from './query.js';
import { type Upstream, UpstreamError, type UpstreamRequest } from './types.js';

export interface HttpUpstreamOptions {
  /** http or https, without query. */
  readonly baseUrl: string;
  /** The longest wait for the answer's headers, and between two pieces of its body. */
  readonly timeoutMs: number;
  /** Sent with every request, in the place of what has the same names. Plain, not percent-encoded. */
  readonly query?: Readonly<Record<string, string>>;
  /** At once, and at the most; what comes above them waits for one. */
  readonly connections?: number;
}

/**
 * An upstream over HTTP/1.1: one pool of connections to one origin, which the configuration names
 * and no caller can change. Redirects are not followed.
 */
export function createHttpUpstream({
  baseUrl,
  timeoutMs,
  connections,
  query,
}: HttpUpstreamOptions): Upstream {
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/$/, '');
  const added = encodeQuery(query);
  const pool = new Pool(base.origin, {
    // One request at a time on a connection: a slow answer delays no other.
    pipelining: 1,
    connections: connections ?? null,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(timeoutMs, 10_000) },
  });
  // Errors of attempts to connect, name look-ups and certificates included: only of these is it
  // certain that nothing was sent. Their codes alone don't tell, since an open connection can break
  // with some of the same.
  const neverConnected = new WeakSet<object>();
  pool.on('connectionError', (_origin, _targets, error) => neverConnected.add(error));
  function explain(error: Error, request: UpstreamRequest): UpstreamError {
    if (neverConnected.has(error)) return new UpstreamError('unreachable', { cause: error });
    // An abort surfaces as whatever reason it was given, so the signal is asked, not the error.
    if (request.signal.aborted) return new UpstreamError('aborted', { cause: error });
    return toUpstreamError(error);
  }
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new Exchange(request.signal, {
          answered: resolve,
          // The pool tells of an attempt to connect after it has told the requests that waited for it.
          failed: (error) => queueMicrotask(() => reject(explain(error, request))),
          ended: request.ended,
        });
        pool.dispatch(toUndici(basePath, added, request), exchange);
      }),
    close: () => pool.destroy(),
  };
}

/** A tool at the top of its origin, called by its name alone, has an empty path: RFC 9112 §3.2.1. */
function originForm(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function toUndici(
  basePath: string,
  query: ReadonlyMap<string, string>,
  request: UpstreamRequest,
): Dispatcher.DispatchOptions {
  return {
    method: request.method as Dispatcher.HttpMethod,
    path: originForm(withQuery(`${basePath}${request.path}`, query)),
    headers: request.headers as Record<string, string>,
    body: request.body ?? null,
  };
}
