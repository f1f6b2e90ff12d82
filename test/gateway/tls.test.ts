import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeFiles } from '../../gateway/config/files.js';
import { readTlsPair } from '../../gateway/config/tls.js';
import { type RunningServer, startServer } from '../../gateway/server.js';
import { followTlsPair } from '../../gateway/tls-source.js';
import { createHttpUpstream } from '../../gateway/upstream/http.js';
import { makePair } from '../support/certificates.js';
import { deferred } from '../support/deferred.js';
import { type GatewayUnderTest, gatewayUnderTest, leafBalance, modelUpstream } from './harness.js';
import { httpStub } from './http-upstream.js';

const PAIR = makePair();
const OTHER = makePair('other');

const LIMITS = {
  headerBytes: 16 * 1024,
  connections: 64,
  headerTimeoutMs: 2_000,
  requestTimeoutMs: 5_000,
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Running extends GatewayUnderTest {
  readonly server: RunningServer;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A gateway on a socket, before an upstream on another. */
async function running(scheme: string, answer: Answer, limits = LIMITS): Promise<Running> {
  const stub = await httpStub(answer);
  const upstream = createHttpUpstream({ baseUrl: `${stub.url}/v1`, timeoutMs: 600_000 });
  const gateway = gatewayUnderTest({
    modelUpstreams: [modelUpstream({ models: [{ name: '', prefix: true }], upstream })],
  });
  const pair = readTlsPair(PAIR, nodeFiles);
  const tls = scheme === 'https' ? { current: () => pair, onChange: () => {} } : undefined;
  const server = await startServer(gateway.app, {
    listen: { host: '127.0.0.1', port: 0 },
    ...{ limits, tls },
  });
  cleanups.push(
    () => stub.close(),
    () => upstream.close(),
    () => server.drain(0),
  );
  return { ...gateway, server };
}

/** A connection that may be closed on one side alone. */
async function open({ url }: RunningServer): Promise<Socket> {
  const to = { host: '127.0.0.1', port: Number(new URL(url).port), allowHalfOpen: true };
  const isTls = url.startsWith('https:');
  const socket = isTls
    ? connectTls({ ...to, ca: PAIR.certText, servername: 'localhost' })
    : connect(to);
  socket.on('error', () => {});
  cleanups.push(() => socket.destroy());
  await once(socket, isTls ? 'secureConnect' : 'connect');
  return socket;
}

async function restOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const piece of socket.setEncoding('latin1')) text += piece;
  return text;
}

function post(macaroon: string, body = '{"model":"gpt-4o"}', length = body.length): string {
  return (
    'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n' +
    `X-Api-Key: ${macaroon}\r\nContent-Length: ${length}\r\n\r\n${body}`
  );
}

const json = (response: ServerResponse, body: string) =>
  response.setHeader('content-type', 'application/json').end(body);

describe.each(['http', 'https'])('over %s', (scheme) => {
  it('requests sent one behind the other are answered in order', async () => {
    let calls = 0;
    const second = deferred();
    const gateway = await running(scheme, async (_request, response) => {
      calls += 1;
      if (calls === 2) second.resolve();
      const own = calls;
      // The first is answered only once the second has arrived, so that they are under way at once.
      if (own === 1) await second.promise;
      json(response, `{"answer":${own}}`);
    });
    const macaroon = await gateway.mint();
    const socket = await open(gateway.server);
    socket.write(
      post(macaroon) + post(macaroon).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    const answers = await restOf(socket);
    expect(answers.match(/"answer":\d/g)).toEqual(['"answer":1', '"answer":2']);
  });

  it('a stream is passed on as it comes', async () => {
    const next = deferred();
    const gateway = await running(scheme, async (_request, response) => {
      response.setHeader('content-type', 'text/event-stream').write('data: 1\n\n');
      await next.promise;
      response.end('data: 2\n\n');
    });
    const socket = await open(gateway.server);
    socket.write(post(await gateway.mint()));
    let seen = '';
    socket.setEncoding('latin1').on('data', (piece: string) => {
      seen += piece;
    });
    await vi.waitFor(() => expect(seen).toContain('data: 1'));
    next.resolve();
    await vi.waitFor(() => expect(seen).toContain('data: 2'));
  });

  it('a client that leaves two calls stops both, also the one that waits for its turn', async () => {
    const reached = deferred();
    const stopped: unknown[] = [];
    let calls = 0;
    const gateway = await running(scheme, (request) => {
      calls += 1;
      request.socket.once('close', () => stopped.push(1));
      if (calls === 2) reached.resolve();
    });
    const macaroon = await gateway.mint();
    const socket = await open(gateway.server);
    socket.write(post(macaroon) + post(macaroon));
    await reached.promise;
    socket.destroy();
    await vi.waitFor(() => expect(stopped).toHaveLength(2), { timeout: 10_000 });
    await vi.waitFor(async () => {
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect([spent['credits'], held['credits']]).toEqual([30, 0]);
    });
  });

  it('a client that is still sending sees why it is refused', async () => {
    const gateway = await running(scheme, () => {});
    const socket = await open(gateway.server);
    const answer = restOf(socket);
    socket.write(post('not-a-macaroon', '{', 8 * 1024 * 1024));
    for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(64 * 1024));
    expect(await answer).toMatch(/^HTTP\/1\.1 (?:401|413) /);
  });

  it('a connection above the limit is told so', async () => {
    const gateway = await running(scheme, () => {}, { ...LIMITS, connections: 1 });
    const held = await open(gateway.server);
    const socket = await open(gateway.server);
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await restOf(socket)).toContain('too_many_connections');
    held.destroy();
    await once(held, 'close');
    await vi.waitFor(async () => {
      const next = await open(gateway.server);
      next.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      expect(await restOf(next)).toMatch(/^HTTP\/1\.1 200 /);
    });
  });

  it('an open call may end while the gateway drains', async () => {
    const reached = deferred();
    const go = deferred();
    const gateway = await running(scheme, async (_request, response) => {
      reached.resolve();
      await go.promise;
      json(response, '{"ok":true}');
    });
    const socket = await open(gateway.server);
    socket.write(post(await gateway.mint()));
    await reached.promise;
    const drained = gateway.server.drain(10_000);
    go.resolve();
    expect(await restOf(socket)).toContain('{"ok":true}');
    await drained;
  });

  it('a client that closes its own side alone counts as one that left', async () => {
    const reached = deferred();
    const stopped = deferred();
    const gateway = await running(scheme, (request) => {
      request.socket.once('close', () => stopped.resolve());
      reached.resolve();
    });
    const macaroon = await gateway.mint();
    const socket = await open(gateway.server);
    socket.write(post(macaroon));
    await reached.promise;
    socket.end();
    await stopped.promise;
    await vi.waitFor(async () => {
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect([spent['credits'], held['credits']]).toEqual([15, 0]);
    });
  });
});

describe('TLS', () => {
  it('is 1.2 at least, and HTTP/1.1 is all that is agreed on', async () => {
    const { server } = await running('https', () => {});
    const to = { host: '127.0.0.1', port: Number(new URL(server.url).port), ca: PAIR.certText };
    const socket = connectTls({ ...to, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual(['TLSv1.3', 'http/1.1']);
    socket.destroy();
    const old = connectTls({
      ...to,
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    await expect(once(old, 'secureConnect')).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  it('closes a connection that speaks plain HTTP, and goes on', async () => {
    const { server } = await running('https', () => {});
    const plain = connect(Number(new URL(server.url).port), '127.0.0.1');
    plain.on('error', () => {}).end('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(plain, 'close');
    const socket = await open(server);
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await restOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a pair that is changed', () => {
  async function following() {
    const paths = makePair('first');
    const { log, lines, app } = ((gateway: GatewayUnderTest) => ({
      log: gateway.deps.log,
      lines: gateway.lines,
      app: gateway.app,
    }))(gatewayUnderTest());
    const tls = followTlsPair(paths, () => readTlsPair(paths, nodeFiles), log, Date.now);
    const server = await startServer(app, {
      listen: { host: '127.0.0.1', port: 0 },
      ...{ limits: LIMITS, tls },
    });
    cleanups.push(tls.close, () => server.drain(0));
    const shown = async (): Promise<string> => {
      const port = Number(new URL(server.url).port);
      const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      return String(name);
    };
    return { paths, tls, shown, lines };
  }

  const SOON = { timeout: 10_000, interval: 100 };

  it('is shown from the next connection on', async () => {
    const { paths, tls, shown } = await following();
    expect(await shown()).toBe('first');
    copyFileSync(OTHER.cert, paths.cert);
    copyFileSync(OTHER.key, paths.key);
    await vi.waitFor(async () => expect(await shown()).toBe('other'), SOON);
    await vi.waitFor(() => expect(tls.fault()).toBeUndefined(), SOON);
  });

  it('and is no pair, leaves the one before, and says so until it is mended', async () => {
    const { paths, tls, shown, lines } = await following();
    copyFileSync(OTHER.cert, paths.cert);
    await vi.waitFor(() => expect(tls.fault()).toContain('the one of before stays'), SOON);
    expect(await shown()).toBe('first');
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('PRIVATE');
    writeFileSync(paths.cert, paths.certText);
    await vi.waitFor(() => expect(tls.fault()).toBeUndefined(), SOON);
  });
});
