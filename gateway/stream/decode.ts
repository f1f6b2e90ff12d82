import { type Duplex, pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { type UpstreamBody, UpstreamError, type UpstreamResponse } from '../upstream/types.js';

export interface DecodeLimits {
  /** The most that an answer may be, decoded. */
  readonly bytes: number;
  /** How many times its compressed size, counted from the first mebibyte on. */
  readonly ratio: number;
}

/** Below this no ratio is looked at: a short text of one letter is no bomb. */
const RATIO_FROM_BYTES = 1024 * 1024;

/** Why an answer could not be decoded. What the caller got of it is to be cut off. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/**
 * The answer as it was before it was compressed, without the headers that told so. Upstreams are
 * asked for `identity`, so this is for those that compress all the same. An answer that is not
 * compressed comes back as it is, and so does one in another encoding than gzip, deflate or br, or in
 * more than one: some say `utf-8` there, and what can't be read so says no usage.
 *
 * Reading the body throws an {@link UpstreamError} `failed`, over a {@link DecodeError}, when the data is
 * broken, or grows past a limit; the connection is closed then, and the process has held no more than a
 * few chunks.
 */
export function decodeResponse(response: UpstreamResponse, limits: DecodeLimits): UpstreamResponse {
  const encoding = String(response.headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  if (encoding === '' || encoding === 'identity') return response;
  const decoder = DECODERS.get(encoding);
  if (decoder === undefined) return response;
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers;
  return { ...response, headers, body: decodeBody(response.body, decoder, limits) };
}

/** @param first the first byte of the data */
type MakeDecoder = (first: number) => Duplex;

const DECODERS: ReadonlyMap<string, MakeDecoder> = new Map<string, MakeDecoder>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['br', () => createBrotliDecompress()],
  // RFC 9110 §8.4.1.2 wants zlib's frame, which begins with method 8; some send the bare data.
  ['deflate', (first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw())],
]);

function decodeBody(body: UpstreamBody, make: MakeDecoder, limits: DecodeLimits): UpstreamBody {
  const decoded = () => decode(body, make, limits);
  return {
    bytes: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of decoded()) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    destroy: () => body.destroy(),
    [Symbol.asyncIterator]: decoded,
  };
}

/** @throws {UpstreamError} */
async function* decode(
  body: UpstreamBody,
  make: MakeDecoder,
  limits: DecodeLimits,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await nextWithBytes(chunks);
  if (first === undefined) return;
  const count = { received: 0, decoded: 0 };
  const decoder = make(first[0] ?? 0);
  // An error on either side ends both; it surfaces where the decoder is read.
  pipeline(Readable.from(counted(first, chunks, count)), decoder, () => {});
  try {
    for await (const piece of decoder as AsyncIterable<Uint8Array>) {
      count.decoded += piece.length;
      checkLimits(count, limits);
      yield piece;
    }
  } catch (error) {
    throw error instanceof UpstreamError ? error : failed(`the data is broken: ${error}`);
  } finally {
    body.destroy();
  }
}

async function* counted(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  count: { received: number },
): AsyncGenerator<Uint8Array> {
  let next: Uint8Array | undefined = first;
  while (next !== undefined) {
    count.received += next.length;
    yield next;
    next = await nextWithBytes(rest);
  }
}

async function nextWithBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await chunks.next();
    if (done) return undefined;
    if (value.length > 0) return value;
  }
}

/** @throws {UpstreamError} */
function checkLimits(
  { received, decoded }: { readonly received: number; readonly decoded: number },
  { bytes, ratio }: DecodeLimits,
): void {
  if (decoded > bytes) {
    throw failed(`decoded it is ${decoded} bytes or more; expected at most ${bytes}`);
  }
  if (decoded > RATIO_FROM_BYTES && decoded > received * ratio) {
    throw failed(`${received} bytes became ${decoded}; expected at most ${ratio} times as many`);
  }
}

function failed(reason: string): UpstreamError {
  return new UpstreamError('failed', { cause: new DecodeError(reason) });
}
