import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeResponse } from '../../../gateway/stream/decode.js';
import { meterEvents } from '../../../gateway/stream/meter.js';
import { meterBody } from '../../../gateway/stream/metered-body.js';
import { createHttpUpstream } from '../../../gateway/upstream/http.js';
import type { StubAnswer } from '../../upstreams/answer.js';
import { startProvider } from '../../upstreams/provider.js';
import { collect } from './bodies.js';
import { toBytes, toText } from './bytes.js';
import { APIS, type Api, answer, CHAT, TERMS } from './streams.js';

const TEXT = 'What?';
const BOUND = { bytes: 1_000_000, ms: 60_000 };
const closing: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

type Send = (answer: StubAnswer, response: ServerResponse) => void;

/** A streamed call over sockets, metered; nothing of it is read yet. */
async function call(api: Api, send: Send, bound = BOUND) {
  const stub = await startProvider({ send });
  const upstream = createHttpUpstream({ baseUrl: stub.url, timeoutMs: 60_000 });
  closing.push(() => upstream.close(), stub.close);
  const response = await upstream.send({
    method: 'POST',
    path: api.path,
    headers: { 'content-type': 'application/json' },
    body: toBytes(JSON.stringify(api.request({ stream: true, text: TEXT }))),
    signal: new AbortController().signal,
    ended: () => {},
  });
  const plain = decodeResponse(response, { bytes: 1_000_000, ratio: 100 });
  const meter = meterEvents(api.format, { ...TERMS, hidesUsageEvent: false });
  return { stub, ...meterBody(plain.body, meter, bound) };
}

const HEADERS = { 'content-type': 'text/event-stream' };

describe.each(APIS)('%s over sockets', (_, api) => {
  const { body: text, billed } = answer(api, true, { text: `You said: ${TEXT}` });

  it('event by event, and compressed event by event', async () => {
    const sends: Send[] = [
      ({ pieces }, response) => {
        response.writeHead(200, HEADERS);
        for (const piece of pieces) response.write(piece);
        response.end();
      },
      ({ pieces }, response) => {
        response.writeHead(200, { ...HEADERS, 'content-encoding': 'gzip' });
        const gzip = createGzip();
        gzip.pipe(response);
        for (const piece of pieces) {
          gzip.write(piece);
          gzip.flush();
        }
        gzip.end();
      },
    ];
    for (const send of sends) {
      const { body, reading } = await call(api, send);
      expect(toText(await collect(body))).toBe(text);
      expect(await reading).toEqual({ status: 'read', usage: billed });
    }
  });

  it('an upstream that resets or half-closes in the midst: cut for the caller, nothing said', async () => {
    const ends: Send[] = [
      (_answer, response) => response.destroy(),
      (_answer, response) => response.socket?.resetAndDestroy(),
      (_answer, response) => response.socket?.end(),
    ];
    for (const end of ends) {
      const { body, reading } = await call(api, (given, response) => {
        response.writeHead(200, HEADERS);
        response.write(given.pieces[0], () => end(given, response));
      });
      await expect(collect(body)).rejects.toMatchObject({ failure: 'failed' });
      expect((await reading).status).toBe('missing');
    }
  });

  it('behind a caller that left, the upstream is heard to its end', async () => {
    let finish = (): void => {};
    const { body, reading } = await call(api, ({ pieces }, response) => {
      response.writeHead(200, HEADERS);
      response.write(pieces[0]);
      finish = () => response.end(pieces.slice(1).join(''));
    });
    await body[Symbol.asyncIterator]().next();
    body.destroy();
    finish();
    expect(await reading).toEqual({ status: 'read', usage: billed });
  });

  it('behind a caller that left, a silent upstream is hung up on', async () => {
    let hungUp: Promise<unknown> = Promise.resolve();
    const bound = { ...BOUND, ms: 20 };
    const { body, reading } = await call(
      api,
      ({ pieces }, response) => {
        hungUp = once(response, 'close');
        response.writeHead(200, HEADERS);
        response.write(pieces[0]);
      },
      bound,
    );
    body.destroy();
    expect((await reading).status).toBe('missing');
    await hungUp;
  });
});

describe('a bomb over sockets', () => {
  it('ends its call, and no other', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bombed = await call(CHAT, (_answer, response) => {
      response.on('error', () => {});
      response.writeHead(200, { ...HEADERS, 'content-encoding': 'gzip' }).end(bomb);
    });
    const beside = await call(CHAT, ({ pieces }, response) => {
      response.writeHead(200, HEADERS).end(pieces.join(''));
    });
    await expect(collect(bombed.body)).rejects.toMatchObject({ failure: 'failed' });
    expect((await bombed.reading).status).toBe('missing');
    await collect(beside.body);
    expect((await beside.reading).status).toBe('read');
  });
});
