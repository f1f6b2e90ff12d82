import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import {
  type Upstream,
  type UpstreamBody,
  UpstreamError,
  type UpstreamResponse,
} from '../types.js';
import { SecretCutter } from './cutter.js';
import { secretValues } from './secret-headers.js';

interface Hiding {
  /** What the configuration adds to each call. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answers that are looked at; all by default. */
  readonly isLookedAt?: (status: number) => boolean;
}

/**
 * An upstream whose answers do not tell the secrets that it was sent, in headers and body. What is
 * compressed is unpacked, since nothing can be found in it.
 */
export function hideSecrets(upstream: Upstream, { headers, isLookedAt }: Hiding): Upstream {
  const cutter = new SecretCutter(secretValues(headers));
  if (cutter.isIdle) return upstream;
  return {
    send: async (request) => {
      const response = await upstream.send(request);
      return isLookedAt?.(response.status) === false ? response : await cutAnswer(response, cutter);
    },
    close: () => upstream.close(),
  };
}

/** An answer that says that it is no longer is read whole, so that it can be told how long it is now. */
const SMALL_BYTES = 64 * 1024;

async function cutAnswer(
  { status, headers, body }: UpstreamResponse,
  cutter: SecretCutter,
): Promise<UpstreamResponse> {
  const {
    'content-length': length,
    'content-encoding': encoding,
    ...others
  } = cutHeaders(headers, cutter);
  const plain = unpack(body, encoding);
  if (plain !== body || !(Number(length) <= SMALL_BYTES)) {
    return { status, headers: others, body: new CutBody(body, plain, cutter) };
  }
  const whole = await body.bytes();
  const bytes = cutter.all(whole);
  // The answer to HEAD has the length of what it does not bring.
  const said = whole.length === 0 ? length : String(bytes.length);
  return { status, headers: { ...others, 'content-length': said }, body: wholeBody(bytes) };
}

function cutHeaders(headers: UpstreamResponse['headers'], cutter: SecretCutter) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? cutter.text(value) : value?.map((one) => cutter.text(one)),
    ]),
  );
}

function wholeBody(bytes: Uint8Array): UpstreamBody {
  return {
    bytes: () => Promise.resolve(bytes),
    destroy: () => {},
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
}

const UNPACKERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** @throws {UpstreamError} for an encoding that nobody asked for, and that is not known */
function unpack(
  body: UpstreamBody,
  encoding: string | readonly string[] | undefined,
): AsyncIterable<Uint8Array> {
  const name = String(encoding ?? 'identity')
    .trim()
    .toLowerCase();
  if (name === 'identity' || name === '') return body;
  if (!Object.hasOwn(UNPACKERS, name)) {
    body.destroy();
    throw new UpstreamError('failed', { cause: `content-encoding ${name}` });
  }
  const unpacker = UNPACKERS[name as keyof typeof UNPACKERS]();
  const packed = Readable.from(body, { objectMode: false });
  packed.once('error', (error) => unpacker.destroy(error));
  unpacker.once('close', () => body.destroy());
  return packed.pipe(unpacker);
}

class CutBody implements UpstreamBody {
  readonly #body: UpstreamBody;
  readonly #plain: AsyncIterable<Uint8Array>;
  readonly #cutter: SecretCutter;

  constructor(body: UpstreamBody, plain: AsyncIterable<Uint8Array>, cutter: SecretCutter) {
    this.#body = body;
    this.#plain = plain;
    this.#cutter = cutter;
  }

  async bytes(): Promise<Uint8Array> {
    if (this.#plain === this.#body) return this.#cutter.all(await this.#body.bytes());
    const pieces: Uint8Array[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const stream = this.#cutter.stream();
    for await (const piece of this.#plain) {
      const out = stream.push(piece);
      if (out.length > 0) yield out;
    }
    const last = stream.end();
    if (last.length > 0) yield last;
  }

  destroy(): void {
    this.#body.destroy();
  }
}
