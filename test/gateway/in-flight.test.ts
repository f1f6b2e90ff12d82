import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from '../../gateway/server.js';
import { Shares, SharesOfSecond } from '../../gateway/shares.js';
import { createHttpUpstream } from '../../gateway/upstream/http.js';
import { fc, runs } from '../support/property.js';
import { bearer, delegate, errorOf, gatewayUnderTest, modelUpstream } from './harness.js';
import { httpStub } from './http-upstream.js';

const pathOf = (...names: string[]) => names.map((account) => ({ account }));

describe('shares', () => {
  it('leave whoever comes next room, however deep and greedy the others are', () => {
    const paths = fc.array(
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(paths, (greedy) => {
        const cap = 10_000;
        const shares = new Shares(cap);
        const named = (holders: readonly string[]) =>
          holders.map((_, level) => ({ account: ['r', ...holders.slice(0, level)].join('/') }));
        for (const holders of greedy) {
          const path = named(['root', ...holders]);
          while (shares.take(path, 1) === undefined);
        }
        // The other roots have what is left: at least a part of it for each that took all of its own.
        expect(shares.take(pathOf('another'), 1)).toBeUndefined();
      }),
      { numRuns: runs(200) },
    );
  });

  it('give back what was taken, and name the account whose share is full', () => {
    const shares = new Shares(12);
    const child = pathOf('root', 'root/a');
    const taken = [1, 2, 3, 4].map(() => shares.take(child, 1));
    expect(taken).toEqual([undefined, undefined, undefined, undefined]);
    expect(shares.take(child, 1)).toBe('root/a');
    expect(shares.take(pathOf('root'), 3)).toBe('root');
    expect(shares.take(pathOf('root'), 2)).toBeUndefined();
    shares.give(child, 4);
    expect(shares.take(child, 2)).toBeUndefined();
  });

  it('of a second begin anew with the next', () => {
    let nowMs = 0;
    const shares = new SharesOfSecond(2, () => nowMs);
    expect(shares.take(pathOf('root'), 1)).toBeUndefined();
    expect(shares.take(pathOf('root'), 1)).toBe('root');
    nowMs = 1_000;
    expect(shares.take(pathOf('root'), 1)).toBeUndefined();
  });
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const SOCKETS = {
  headerBytes: 16 * 1024,
  connections: 1_024,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
};

/** A gateway with little room, before an upstream that answers when it is told to. */
async function small() {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stub = await httpStub(async (_request, response) => {
    await released;
    response.setHeader('content-type', 'application/json').end('{"ok":true}');
  });
  const upstream = createHttpUpstream({ baseUrl: stub.url, timeoutMs: 5_000, connections: 8 });
  const base = gatewayUnderTest();
  const gateway = gatewayUnderTest({
    modelUpstreams: [modelUpstream({ models: [{ name: '', prefix: true }], upstream })],
    endpoints: new Map([['web_search', { headers: {}, upstream }]]),
    monotonicMs: () => performance.now(),
    limits: {
      ...base.deps.limits,
      ...{ inFlight: 90, upstreamConnections: 9, uploadBytes: 90 * 1_024 },
      freeCallsPerSecond: 300,
    },
  });
  const server = await startServer(gateway.app, {
    listen: { host: '127.0.0.1', port: 0 },
    limits: SOCKETS,
  });
  cleanups.push(
    () => stub.close(),
    () => upstream.close(),
    () => server.drain(0),
  );
  const root = await gateway.mint('1000');
  const child = (holder: string) => delegate(root, holder, '100');
  const call = (macaroon: string) =>
    fetch(`${server.url}/tools/web_search`, { headers: bearer(macaroon) });
  return {
    stub,
    gateway,
    root,
    eve: child('eve'),
    sibling: child('sibling'),
    call,
    release,
    server,
  };
}

describe('calls under way', () => {
  it('are shared: a child that has as many as it may is refused, and its sibling is not', async () => {
    const { stub, eve, sibling, call, release, gateway } = await small();
    const greedy = Array.from({ length: 9 }, () => call(eve));
    // Three of nine are its share, with what the root and the upstream count of them.
    const refused = await Promise.all((await firstSettled(greedy, 6)).map(errorsOf));
    expect(refused.map(({ code }) => code)).toEqual(Array(6).fill('too_many_in_flight'));
    const others = call(sibling);
    while (stub.seen.length < 4) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect((await others).status).toBe(200);
    const statuses = (await Promise.all(greedy)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 429, 429, 429, 429, 429, 429]);
    // What has ended has left its place.
    expect((await call(eve)).status).toBe(200);
    expect(gateway.denied.every(({ account }) => account.endsWith('/eve'))).toBe(true);
  });

  it('are refused before a body is read, where those that are read are large enough', async () => {
    const { eve, sibling, release, server } = await small();
    release();
    const { port } = new URL(server.url);
    const uploads = [1, 2, 3, 4].map(() => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${eve}\r\n` +
          `content-length: 10240\r\n\r\n${' '.repeat(10_239)}`,
      );
      return socket;
    });
    const told = await Promise.race(uploads.map(async (socket) => (await once(socket, 'data'))[0]));
    expect(String(told)).toMatch(/^HTTP\/1.1 429 .*too_many_uploads/s);
    const response = await fetch(`${server.url}/tools/web_search`, {
      method: 'POST',
      headers: bearer(sibling),
      body: ' '.repeat(10_240),
    });
    expect(response.status).toBe(200);
    for (const socket of uploads) socket.destroy();
  });
});

/** Those of some answers that come first, at least so many. */
async function firstSettled(answers: readonly Promise<Response>[], count: number) {
  const settled: Response[] = [];
  await new Promise<void>((resolve) => {
    for (const answer of answers) {
      void answer.then((response) => {
        settled.push(response);
        if (settled.length === count) resolve();
      });
    }
  });
  return settled.slice(0, count);
}

async function errorsOf(response: Response) {
  return (await errorOf(response.clone())).error;
}
