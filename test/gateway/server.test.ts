import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer } from '../../gateway/server.js';
import { createHttpUpstream } from '../../gateway/upstream/http.js';
import { deferred } from '../support/deferred.js';
import {
  bearer,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  modelUpstream,
} from './harness.js';
import { httpStub } from './http-upstream.js';

const LIMITS = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  connections: 64,
  headerTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  drainMs: 2_000,
  holdTtlMs: 600_000,
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Running extends GatewayUnderTest {
  readonly server: RunningServer;
  readonly seen: IncomingMessage[];
}

/** A gateway on a socket, before an upstream on another. */
async function running(
  answer: (request: IncomingMessage, response: ServerResponse) => void = ok,
  { timeoutMs = 5_000, url = undefined as string | undefined, limits = LIMITS } = {},
): Promise<Running> {
  const stub = await httpStub(answer);
  const upstream = createHttpUpstream({ baseUrl: `${url ?? stub.url}/v1`, timeoutMs });
  const gateway = gatewayUnderTest({
    modelUpstreams: [modelUpstream({ models: [{ name: '', prefix: true }], upstream })],
    endpoints: new Map([['web_search', { headers: {}, upstream }]]),
  });
  const server = await startServer(gateway.app, { listen: { host: '127.0.0.1', port: 0 }, limits });
  cleanups.push(
    () => stub.close(),
    () => upstream.close(),
    () => server.drain(0),
  );
  return { ...gateway, server, seen: stub.seen };
}

function ok(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json').end('{"ok":true}');
}

function chat({ server }: Running, macaroon: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: bearer(macaroon),
    body: '{"model":"gpt-4o"}',
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Sends raw bytes, and answers what came back until the other side closed. */
async function raw({ server }: Running, text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('the way to the upstream', () => {
  it('carries the call and its answer', async () => {
    const gateway = await running();
    const response = await chat(gateway, await gateway.mint());
    expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    expect(gateway.seen[0]?.url).toBe('/v1/chat/completions');
    expect(gateway.seen[0]?.headers['authorization']).toBeUndefined();
  });

  it('passes a stream on as it comes', async () => {
    const next = deferred();
    const gateway = await running(async (_request, response) => {
      response.setHeader('content-type', 'text/event-stream').write('data: 1\n\n');
      await next.promise;
      response.end('data: 2\n\n');
    });
    const response = await chat(gateway, await gateway.mint());
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    // The second event is only sent once the first has arrived: held back, this would hang.
    expect(await reader?.read()).toEqual({ done: false, value: 'data: 1\n\n' });
    next.resolve();
    expect(await reader?.read()).toEqual({ done: false, value: 'data: 2\n\n' });
    expect((await reader?.read())?.done).toBe(true);
  });

  it.each([
    ['nowhere', (url: string) => url],
    // Two addresses, and an error that names neither: Node tries both.
    ['nowhere, by a name', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['to no name', () => 'http://nothing.invalid'],
    ['to no certificate', (url: string) => url.replace('http:', 'https:')],
  ])('that leads %s charges nothing', async (_where, change) => {
    const other = await httpStub(ok);
    const isGone = !change(other.url).startsWith('https:');
    if (isGone) await other.close();
    else cleanups.push(() => other.close());
    const gateway = await running(ok, { url: change(other.url) });
    const macaroon = await gateway.mint();
    const response = await chat(gateway, macaroon);
    expect([response.status, (await errorOf(response)).error.code]).toEqual([
      502,
      'upstream_unreachable',
    ]);
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(0);
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, number]>([
    ['resets', (request) => request.socket.resetAndDestroy(), 502],
    ['closes without an answer', (request) => request.socket.end(), 502],
    ['answers nonsense', (request) => request.socket.end('hello\r\n\r\n'), 502],
    ['stays silent', () => {}, 504],
  ])('where it %s, the call stays charged', async (_what, answer, status) => {
    const gateway = await running(answer, { timeoutMs: 300 });
    const macaroon = await gateway.mint();
    expect((await chat(gateway, macaroon)).status).toBe(status);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([15, 0]);
  });

  it('where it breaks off half-way, the caller sees it break off, and is charged', async () => {
    const gateway = await running((_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write('x'.repeat(1_000), () => response.socket?.resetAndDestroy());
    });
    const macaroon = await gateway.mint();
    await expect(chat(gateway, macaroon).then((response) => response.text())).rejects.toThrow();
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(15);
  });

  it('where a stream of unknown length breaks off, it does not look whole', async () => {
    const gateway = await running((_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: 1\n\n', () => response.socket?.resetAndDestroy());
    });
    const macaroon = await gateway.mint();
    await expect(chat(gateway, macaroon).then((response) => response.text())).rejects.toThrow();
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(15);
  });

  it('is not read faster than the caller reads', async () => {
    const size = 64 * 1024 * 1024;
    let written = 0;
    const gateway = await running(async (_request, response) => {
      response.setHeader('content-type', 'application/octet-stream');
      const piece = Buffer.alloc(256 * 1024);
      while (written < size) {
        written += piece.length;
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end();
    });
    const response = await chat(gateway, await gateway.mint());
    const reader = response.body?.getReader();
    let read = 0;
    let most = 0;
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      read += part.value.length;
      most = Math.max(most, written - read);
    }
    expect(read).toBe(size);
    // What is under way is in sockets' buffers, not in the gateway: a small part of the whole.
    expect(most).toBeLessThan(size / 2);
  });
});

describe('HEAD', () => {
  it.each([
    ['a short answer', { 'content-length': '5' }],
    ['a long answer', { 'content-length': '1000000' }],
    ['an answer of unknown length', { 'transfer-encoding': 'chunked' }],
  ])('of %s is answered, and the connection serves on', async (_what, headers) => {
    const gateway = await running((_request, response) => {
      response.writeHead(200, headers).end();
    });
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const macaroon = await gateway.mint();
    const head = `HEAD /tools/web_search HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${macaroon}\r\n`;
    const answers = await raw(gateway, `${head}\r\n${head}Connection: close\r\n\r\n`);
    expect(answers.match(/^HTTP\/1\.1 200 /gm)).toHaveLength(2);
    expect(answers).not.toContain('already-sent');
    expect(printed.mock.calls).toEqual([]);
    printed.mockRestore();
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(2);
  });
});

describe('a client that leaves', () => {
  it('while it sends its body: nothing is held, and nothing goes upstream', async () => {
    const gateway = await running();
    const macaroon = await gateway.mint();
    const socket = connect(Number(new URL(gateway.server.url).port), '127.0.0.1');
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${macaroon}\r\n`;
    const continued = once(socket, 'data');
    socket.write(`${head}Expect: 100-continue\r\nContent-Length: 18\r\n\r\n{"model"`);
    await continued;
    socket.destroy();
    await vi.waitFor(() => {
      expect(gateway.lines.map(({ fields }) => fields['code'])).toEqual(['invalid_request']);
    });
    expect(gateway.seen).toEqual([]);
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(0);
  });

  it('before the answer: the upstream is told to stop, and the hold is not given back', async () => {
    const reached = deferred();
    const stopped = deferred();
    const gateway = await running((request) => {
      request.socket.once('close', () => stopped.resolve());
      reached.resolve();
    });
    const macaroon = await gateway.mint();
    const leaving = new AbortController();
    const call = chat(gateway, macaroon, leaving.signal).catch(() => 'left');
    await reached.promise;
    leaving.abort();
    expect(await call).toBe('left');
    await stopped.promise;
    await vi.waitFor(async () => {
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect([spent['credits'], held['credits']]).toEqual([15, 0]);
    });
  });

  it('in the middle of a stream: the upstream is told to stop, and the call is charged', async () => {
    const stopped = deferred();
    const gateway = await running((request, response) => {
      request.socket.once('close', () => stopped.resolve());
      response.setHeader('content-type', 'text/event-stream').write('data: 1\n\n');
    });
    const macaroon = await gateway.mint();
    const leaving = new AbortController();
    const response = await chat(gateway, macaroon, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await stopped.promise;
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([15, 0]);
  });
});

describe('a client that sends a request behind one that is not answered yet, and leaves', () => {
  const NO_TIMEOUT = { timeoutMs: 600_000 };

  /** A first call that is never answered, and a second one as `answer` has it. */
  async function leavingTwo(answer: (response: ServerResponse) => void) {
    const reached = deferred();
    const stopped = deferred();
    let calls = 0;
    const gateway = await running((request, response) => {
      calls += 1;
      if (calls === 1) return;
      request.socket.once('close', () => stopped.resolve());
      reached.resolve();
      answer(response);
    }, NO_TIMEOUT);
    const macaroon = await gateway.mint();
    const call =
      'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n' +
      `X-Api-Key: ${macaroon}\r\nContent-Length: 18\r\n\r\n{"model":"gpt-4o"}`;
    const socket = connect(Number(new URL(gateway.server.url).port), '127.0.0.1');
    socket.on('error', () => {}).write(call + call);
    await reached.promise;
    socket.destroy();
    await stopped.promise;
    const charged = async () => {
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect([spent['credits'], held['credits']]).toEqual([30, 0]);
    };
    await vi.waitFor(charged, { timeout: 10_000 });
  }

  it('before either answer: both upstreams are told to stop, and both calls are charged', async () => {
    await leavingTwo(() => {});
  });

  it('in the middle of the second answer, which could not be passed on: the same', async () => {
    await leavingTwo(async (response) => {
      response.setHeader('content-type', 'text/event-stream');
      const piece = Buffer.alloc(64 * 1024);
      while (!response.destroyed) if (!response.write(piece)) await once(response, 'drain');
    });
  });
});

describe('a request that is not one', () => {
  const path = '/v1/chat/completions';
  it.each<[string, (credential: string) => string, RegExp]>([
    [
      'an absolute-form target',
      (key) =>
        `POST http://elsewhere.example${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ...['/..', '/../x', '/%2e%2e/x', '/.%2E?x', '/x/./y'].map(
      (segment): [string, (credential: string) => string, RegExp] => [
        `a target that ends in ${segment}`,
        (key) => `POST /tools/web_search${segment} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${key}\r\n`,
        /^HTTP\/1\.1 400 /,
      ],
    ),
    [
      'a target that goes by another route',
      (key) => `POST /bursar/v1/../..${path} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${key}\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'chunks by HTTP/1.0',
      (key) =>
        `POST ${path} HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nTransfer-Encoding: chunked\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two Authorization headers',
      (key) =>
        `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nAuthorization: Bearer ${key}\r\n`,
      /^HTTP\/1\.1 401 /,
    ],
    [
      'x-api-key twice',
      (key) => `POST ${path} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${key}\r\nX-Api-Key: ${key}\r\n`,
      /^HTTP\/1\.1 401 /,
    ],
    [
      'both a length and chunks',
      (key) =>
        `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nTransfer-Encoding: chunked\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two lengths',
      (key) =>
        `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Length: 3\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a bare line feed in a header',
      () => `POST ${path} HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['no Host', () => `POST ${path} HTTP/1.1\r\n`, /^HTTP\/1\.1 400 /],
    [
      'headers beyond the limit',
      () => `POST ${path} HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
  ])('%s is refused', async (_what, head, expected) => {
    const gateway = await running();
    const macaroon = await gateway.mint();
    const body = '{"model":"gpt-4o"}';
    const answer = await raw(
      gateway,
      `${head(macaroon)}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(answer).toMatch(expected);
    expect(gateway.seen).toEqual([]);
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(0);
  });

  it('and headers that never end are cut off', async () => {
    const gateway = await running();
    expect(await raw(gateway, `POST ${path} HTTP/1.1\r\nHost: a\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a connection above the limit', () => {
  const limits = { ...LIMITS, connections: 2 };
  const request = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';

  /** A connection that is kept, once it has been answered. */
  async function kept({ server }: Running) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(request);
    await once(socket, 'data');
    cleanups.push(async () => socket.destroy());
    return socket;
  }

  it('is answered 503, holds nothing, and is closed; one that ends leaves its place', async () => {
    const gateway = await running(ok, { limits });
    const macaroon = await gateway.mint();
    const [first] = [await kept(gateway), await kept(gateway)];
    const call = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${macaroon}\r\n`;
    const answer = await raw(gateway, `${call}content-length: 18\r\n\r\n{"model":"gpt-4o"}`);
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toContain('"code":"too_many_connections"');
    expect(gateway.seen).toEqual([]);
    expect(await leafBalance(gateway, macaroon)).toMatchObject({
      spent: { calls: 0 },
      held: { calls: 0 },
    });
    const closed = once(first, 'close');
    first.destroy();
    await closed;
    await vi.waitFor(async () => expect((await chat(gateway, macaroon)).status).toBe(200));
  });

  it('is closed without a word where many are being refused', async () => {
    const gateway = await running(ok, { limits });
    await Promise.all([kept(gateway), kept(gateway)]);
    const waiting = Array.from({ length: 64 }, async () => {
      const socket = connect(Number(new URL(gateway.server.url).port), '127.0.0.1');
      cleanups.push(async () => socket.destroy());
      await once(socket, 'connect');
      return socket;
    });
    const [one] = await Promise.all(waiting);
    expect(await raw(gateway, '')).toBe('');
    one?.write(request);
    const [answer] = await once(one ?? process, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 503 /);
  });
});

describe('draining', () => {
  it('lets open calls end, and takes no new ones', async () => {
    const reached = deferred();
    const gate = deferred();
    const gateway = await running(async (request, response) => {
      reached.resolve();
      await gate.promise;
      ok(request, response);
    });
    const macaroon = await gateway.mint();
    const open = chat(gateway, macaroon);
    await reached.promise;
    const drained = gateway.server.drain(10_000);
    await expect(chat(gateway, macaroon)).rejects.toThrow();
    gate.resolve();
    expect((await open).status).toBe(200);
    await drained;
  });

  it('cuts off what does not end in time', async () => {
    const reached = deferred();
    const gateway = await running(() => reached.resolve());
    const open = chat(gateway, await gateway.mint()).catch(() => 'cut off');
    await reached.promise;
    await gateway.server.drain(100);
    expect(await open).toBe('cut off');
  });
});
