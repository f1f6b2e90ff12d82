import { Problem } from './api/problem.js';
import { headersForCaller } from './upstream/headers.js';
import type { UpstreamResponse } from './upstream/types.js';

/** An answer that says it is no longer than this is read whole: cheaper than a stream. */
const SMALL_BYTES = 64 * 1024;

/**
 * The upstream's answer as the caller gets it. A stream passes through as it comes; in no case does
 * the answer end before the ledger knows what the call cost.
 *
 * Two answers stay behind: a redirect, which would have the caller carry its macaroon to wherever
 * the upstream points, and a refusal of the gateway's own credential, which can quote it.
 * @param ended resolves when the hold was settled or released
 * @throws {Problem} `upstream_refused`, `upstream_failed`
 */
export async function deliver(
  upstream: UpstreamResponse,
  ownHeaders: Readonly<Record<string, string>>,
  ended: Promise<void>,
): Promise<Response> {
  const { status, body } = upstream;
  if (status === 401 || status === 407 || (status >= 300 && status < 400)) {
    body.destroy();
    await ended;
    throw new Problem(status < 400 ? 'upstream_failed' : 'upstream_refused', {
      cause: `upstream answered ${status}`,
    });
  }
  const headers = headersForCaller(upstream.headers, ownHeaders);
  if (status === 204 || status === 205) {
    body.destroy();
    await ended;
    return new Response(null, { status, headers });
  }
  if (isSmall(upstream)) {
    const [bytes] = await Promise.all([readSmall(upstream), ended]);
    return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
  }
  return new Response(passThrough(upstream, ended), { status, headers });
}

function isSmall({ headers }: UpstreamResponse): boolean {
  const length = headers['content-length'];
  return typeof length === 'string' && Number(length) <= SMALL_BYTES;
}

async function readSmall({ body }: UpstreamResponse): Promise<Uint8Array> {
  try {
    return await body.bytes();
  } catch (error) {
    throw new Problem('upstream_failed', { cause: error });
  }
}

/** A pull-through stream: nothing is read from the upstream that the caller has not asked for. */
function passThrough({ body }: UpstreamResponse, ended: Promise<void>): ReadableStream<Uint8Array> {
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
      // The caller left. What was dispatched stays charged; the upstream is told to stop.
      cancel: () => body.destroy(),
    },
    { highWaterMark: 0 },
  );
}
