import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Problem } from './api/problem.js';
import { headersForCaller } from './upstream/headers.js';
import type { UpstreamResponse } from './upstream/types.js';

/** An answer that says it is no longer than this is read whole: cheaper than a stream. */
const SMALL_BYTES = 64 * 1024;

/** A caller that has taken nothing for so long holds its connection, and the upstream's, for nothing. */
const STALLED_MS = 60_000;

/**
 * The upstream's answer as the caller gets it. A stream passes through as it comes; in no case does
 * the answer end before the ledger knows what the call cost.
 *
 * Two answers stay behind: a redirect, which would have the caller carry its macaroon to wherever
 * the upstream points, and a refusal of the gateway's own credential, which can quote it.
 * @param ended resolves when the hold was settled or released
 * @param outgoing Node's side of the connection, where there is one: a stream is written straight
 *   to it, for less than half of what web streams cost, and so that it can be seen to break off
 * @throws {Problem} `upstream_refused`, `upstream_failed`
 */
export function deliver(
  upstream: UpstreamResponse,
  ownHeaders: Readonly<Record<string, string>>,
  ended: Promise<unknown>,
  outgoing: ServerResponse | undefined,
): Promise<Response> {
  const { status } = upstream;
  if (isKeptBehind(status)) return keepBehind(upstream, ended, false);
  const headers = headersForCaller(upstream.headers, ownHeaders);
  if (status === 204 || status === 205) return deliverEmpty(upstream, headers, ended);
  if (isSmall(upstream)) return deliverSmall(upstream, headers, ended, outgoing);
  if (outgoing !== undefined) return deliverThrough(upstream, headers, ended, outgoing);
  return Promise.resolve(new Response(passThrough(upstream, ended), { status, headers }));
}

/** Whether the caller gets nothing of such an answer. */
export function isKeptBehind(status: number): boolean {
  return status === 401 || status === 407 || (status >= 300 && status < 400);
}

const REFUSED_AND_CHARGED =
  "The gateway's own credential was refused, but not as the provider does it; the call stays charged.";

/**
 * @param isCharged whether a refusal of the gateway's credential was; a redirect always is
 * @throws {Problem} `upstream_refused`, `upstream_failed`
 */
export async function keepBehind(
  { status, body }: UpstreamResponse,
  ended: Promise<unknown>,
  isCharged: boolean,
): Promise<never> {
  body.destroy();
  await ended;
  const cause = `upstream answered ${status}`;
  if (status < 400) throw new Problem('upstream_failed', { cause });
  const message = isCharged ? { message: REFUSED_AND_CHARGED } : {};
  throw new Problem('upstream_refused', { ...message, cause });
}

async function deliverEmpty(
  { status, body }: UpstreamResponse,
  headers: Record<string, string>,
  ended: Promise<unknown>,
): Promise<Response> {
  body.destroy();
  await ended;
  // RFC 9110 §8.6: neither has a length.
  delete headers['content-length'];
  return new Response(null, { status, headers });
}

async function deliverSmall(
  { status, body }: UpstreamResponse,
  headers: Record<string, string>,
  ended: Promise<unknown>,
  outgoing: ServerResponse | undefined,
): Promise<Response> {
  let bytes: Uint8Array;
  try {
    bytes = await body.bytes();
  } catch (error) {
    throw new Problem('upstream_failed', { cause: error });
  }
  await ended;
  return send(status, headers, bytes, outgoing);
}

async function deliverThrough(
  upstream: UpstreamResponse,
  headers: Record<string, string>,
  ended: Promise<unknown>,
  outgoing: ServerResponse,
): Promise<Response> {
  outgoing.writeHead(upstream.status, headers);
  await writeThrough(upstream, ended, outgoing);
  return RESPONSE_ALREADY_SENT;
}

/** An answer whose body was read whole, with what the call cost in its headers. */
export function deliverWhole(
  { status, headers }: Pick<UpstreamResponse, 'status' | 'headers'>,
  ownHeaders: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  outgoing: ServerResponse | undefined,
): Response {
  return send(status, headersForCaller(headers, ownHeaders, bytes.length), bytes, outgoing);
}

function send(
  status: number,
  headers: Record<string, string>,
  bytes: Uint8Array,
  outgoing: ServerResponse | undefined,
): Response {
  if (outgoing === undefined) {
    return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
  }
  outgoing.writeHead(status, headers).end(bytes);
  return RESPONSE_ALREADY_SENT;
}

function isSmall({ headers }: UpstreamResponse): boolean {
  const length = headers['content-length'];
  return typeof length === 'string' && Number(length) <= SMALL_BYTES;
}

/** Writes the body as it comes, and reads no further while the caller is slow. */
async function writeThrough(
  { body }: UpstreamResponse,
  ended: Promise<unknown>,
  outgoing: ServerResponse,
): Promise<void> {
  // The caller left. What was dispatched stays charged; the upstream is told to stop.
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
    body.destroy();
  });
  try {
    for await (const chunk of body) {
      if (outgoing.write(chunk)) continue;
      const stalled = setTimeout(() => outgoing.destroy(), STALLED_MS);
      await once(outgoing, 'drain', { signal: gone.signal });
      clearTimeout(stalled);
    }
    await ended;
    outgoing.end();
  } catch {
    // Cut off, never ended: an answer that broke off must not look whole.
    outgoing.destroy();
  }
}

/** A pull-through stream: nothing is read from the upstream that the caller has not asked for. */
function passThrough(
  { body }: UpstreamResponse,
  ended: Promise<unknown>,
): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        await ended;
        controller.close();
      },
      cancel: () => body.destroy(),
    },
    { highWaterMark: 0 },
  );
}
