import { once } from 'node:events';
import {
  brotliCompressSync,
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DecodeError, decodeResponse } from '../../../gateway/stream/decode.js';
import { UpstreamError } from '../../../gateway/upstream/types.js';
import { fc } from '../../support/property.js';
import { bodyOf, collect, type Step } from './bodies.js';
import { cutAt, positions, toBytes, toText } from './bytes.js';

const LIMITS = { bytes: 8 * 1024 * 1024, ratio: 100 };

const ENCODINGS = [
  ['gzip', gzipSync, createGzip],
  ['x-gzip', gzipSync, createGzip],
  ['GZIP', gzipSync, createGzip],
  ['br', brotliCompressSync, createBrotliCompress],
  ['deflate', deflateSync, createDeflate],
  // The bare data, as some send it under the same name.
  ['deflate', deflateRawSync, createDeflateRaw],
] as const;

function decoded(encoding: string | undefined, steps: Iterable<Step>, limits = LIMITS) {
  const body = bodyOf(steps);
  const headers = { 'content-encoding': encoding, 'content-length': '9', 'x-request-id': 'r' };
  return { source: body, response: decodeResponse({ status: 200, headers, body }, limits) };
}

/** An `UpstreamError` like any answer that breaks off, with the reason for the log. */
async function expectFailure(reading: Promise<unknown>, reason: RegExp): Promise<void> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  expect((error as UpstreamError).failure).toBe('failed');
  expect((error as UpstreamError).cause).toBeInstanceOf(DecodeError);
  expect(String((error as UpstreamError).cause)).toMatch(reason);
}

describe.each(ENCODINGS)('%s (%o)', (encoding, compress, createEncoder) => {
  it('is what it was before, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), positions, async (text, cuts) => {
        const steps = cutAt(compress(toBytes(text)), cuts);
        const { response } = decoded(encoding, steps);
        expect(toText(await collect(response.body))).toBe(text);
      }),
    );
  });

  it('in one go, and without the headers that told of it', async () => {
    const { response } = decoded(encoding, [compress(toBytes('hello'))]);
    expect(toText([await response.body.bytes()])).toBe('hello');
    expect(response.headers).toEqual({ 'x-request-id': 'r' });
  });

  it('broken off, or no such data: an answer that failed, and its connection is closed', async () => {
    const whole = compress(toBytes('hello, world '.repeat(100)));
    const short = decoded(encoding, [whole.subarray(0, -5)]);
    await expectFailure(collect(short.response.body), /broken/);
    expect(short.source.destroyed).toBe(1);
    const other = decoded(encoding, [toBytes('{"usage":{}} and so on, in plain text')]);
    await expectFailure(collect(other.response.body), /broken/);
  });

  it('an event that was flushed comes out before the next one goes in', async () => {
    const encoder = createEncoder();
    const written: Buffer[] = [];
    encoder.on('data', (chunk: Buffer) => written.push(chunk));
    const flushed = async (text: string) => {
      encoder.write(text);
      await new Promise<void>((resolve) => encoder.flush(() => resolve()));
      return Buffer.concat(written.splice(0));
    };
    const first = await flushed('data: 1\n\n');
    const second = await flushed('data: 2\n\n');
    encoder.end();
    await once(encoder, 'end');
    const { response, source } = decoded(encoding, [first, 'hangs', second]);
    const { value } = await response.body[Symbol.asyncIterator]().next();
    expect(toText([value ?? new Uint8Array()])).toBe('data: 1\n\n');
    expect(source.asked).toBeLessThanOrEqual(2);
  });

  it('a bomb ends the call long before its end', async () => {
    const bomb = compress(Buffer.alloc(16 * 1024 * 1024));
    const pieces = cutAt(
      bomb,
      Array.from({ length: 64 }, (_, n) => Math.floor((bomb.length * n) / 64)),
    );
    const { response, source } = decoded(encoding, pieces, { bytes: 2 ** 40, ratio: 50 });
    let received = 0;
    const reading = (async () => {
      for await (const chunk of response.body) received += chunk.length;
    })();
    await expectFailure(reading, /expected at most 50 times as many/);
    expect(received).toBeLessThan(2 * 1024 * 1024);
    expect(source.destroyed).toBe(1);
  });
});

describe('the limits', () => {
  it('of size holds whatever the ratio', async () => {
    const text = Buffer.alloc(100_000, 'ab');
    const { response } = decoded('gzip', [gzipSync(text)], { bytes: 99_999, ratio: 10_000 });
    await expectFailure(response.body.bytes(), /100000 bytes or more; expected at most 99999/);
    const fits = decoded('gzip', [gzipSync(text)], { bytes: 100_000, ratio: 1 });
    expect((await fits.response.body.bytes()).length).toBe(100_000);
  });
});

describe('what is not decoded', () => {
  it.each([undefined, '', 'identity', 'Identity'])('%j passes as it is', (encoding) => {
    const { response, source } = decoded(encoding, [toBytes('x')]);
    expect(response.body).toBe(source);
  });

  it.each(['zstd', 'compress', 'gzip, br', 'utf-8', '__proto__', 'constructor'])(
    '%s, which nobody knows, passes as it is, with its label',
    (encoding) => {
      const body = bodyOf([toBytes('x')]);
      const response = { status: 200, headers: { 'content-encoding': encoding }, body };
      expect(decodeResponse(response, LIMITS)).toBe(response);
    },
  );

  it('an empty body is empty', async () => {
    const { response } = decoded('gzip', [new Uint8Array()]);
    expect((await response.body.bytes()).length).toBe(0);
  });

  it("the upstream's own failure stays what it is", async () => {
    const { response } = decoded('gzip', [gzipSync('hello').subarray(0, 12), 'breaks']);
    const error = await collect(response.body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpstreamError);
    expect((error as UpstreamError).cause).toBeUndefined();
  });

  it('a reader that stops early closes the connection', async () => {
    const { response, source } = decoded('gzip', [gzipSync('hello')]);
    for await (const _ of response.body) break;
    expect(source.destroyed).toBe(1);
  });
});
