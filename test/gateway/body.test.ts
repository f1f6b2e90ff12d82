import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../gateway/api/problem.js';
import { parseJsonObject, readBody } from '../../gateway/body.js';
import { fc, runs } from '../support/property.js';

const MAX_BYTES = 100;

function asking(length: number): Request {
  const headers = { 'content-length': String(length) };
  return new Request('http://gateway.test/', { method: 'POST', headers });
}

describe('a body from a caller’s connection', () => {
  it('is the bytes that came, in whatever pieces', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20, minLength: 1 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, async (sent) => {
        const whole = Buffer.concat(sent);
        const incoming = new IncomingMessage(new Socket());
        const read = readBody(asking(whole.length), MAX_BYTES, incoming);
        for (const piece of sent) incoming.push(Buffer.from(piece));
        incoming.push(null);
        expect(Buffer.compare(await read, whole)).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });

  it('is none when the connection closes before its end', async () => {
    const incoming = new IncomingMessage(new Socket());
    const read = readBody(asking(10), MAX_BYTES, incoming);
    incoming.push(Buffer.from('{"mod'));
    incoming.destroy();
    await expect(read).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is none when the connection was closed before anybody read', async () => {
    const incoming = new IncomingMessage(new Socket());
    const closed = once(incoming, 'close');
    incoming.destroy();
    await closed;
    await expect(readBody(asking(10), MAX_BYTES, incoming)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('is not read at all when it says that it is too long', async () => {
    const incoming = new IncomingMessage(new Socket());
    const read = readBody(asking(MAX_BYTES + 1), MAX_BYTES, incoming);
    await expect(read).rejects.toMatchObject({ code: 'body_too_large' });
    expect(incoming.readableFlowing).toBeNull();
  });
});

describe('a body that is JSON', () => {
  const refusalOf = (text: string) => {
    try {
      parseJsonObject(new TextEncoder().encode(text));
    } catch (error) {
      return error instanceof Problem ? [error.code, error.message] : error;
    }
    return undefined;
  };

  it.each([
    ['brackets in brackets', '['.repeat(1_000_000), 'nested deeper than 64 levels'],
    ['a million empty objects', `{"a":[${'{},'.repeat(1e6)}1]}`, 'of more than 500000 values'],
    [
      'a hundred thousand and one keys',
      `{${Array.from({ length: 100_001 }, (_, i) => `"k${i}":[]`).join()}}`,
      'with more than 100000 members in its objects',
    ],
  ])('is refused before it is parsed: %s', (_what, text, found) => {
    expect(refusalOf(text)).toEqual(['invalid_request', `The body is JSON ${found}.`]);
  });

  it('may have a list of tokens for each text that is to be embedded', () => {
    const tokens = Array.from({ length: 300_000 }, (_, i) => i);
    expect(refusalOf(JSON.stringify({ model: 'text-embedding-3-small', input: tokens }))).toBe(
      undefined,
    );
  });
});
