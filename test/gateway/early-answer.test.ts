import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { answerEarly } from '../../gateway/early-answer.js';
import { type RunningServer, startServer } from '../../gateway/server.js';
import { listenLocally } from '../support/listen.js';
import { type GatewayUnderTest, gatewayUnderTest, leafBalance } from './harness.js';

const MIB = 1024 * 1024;
const SOCKETS = {
  headerBytes: 16 * 1024,
  connections: 64,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Running = GatewayUnderTest & { readonly server: RunningServer; readonly port: number };

async function running(connections = SOCKETS.connections): Promise<Running> {
  const base = gatewayUnderTest().deps.limits;
  const gateway = gatewayUnderTest({ limits: { ...base, bodyBytes: 10 * MIB } });
  const listen = { host: '127.0.0.1', port: 0 };
  const server = await startServer(gateway.app, { listen, limits: { ...SOCKETS, connections } });
  cleanups.push(() => server.drain(0));
  return { ...gateway, server, port: Number(new URL(server.url).port) };
}

interface Heard {
  readonly answer: string;
  readonly error: string | undefined;
}

/** A client that sends all that it has before it looks at the answer, as many do. */
async function sendAll(port: number, pieces: Iterable<string | Buffer>): Promise<Heard> {
  const socket = connect(port, '127.0.0.1');
  let error: string | undefined;
  socket.on('error', (found: NodeJS.ErrnoException) => {
    error = found.code;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.pause();
  socket.setMaxListeners(0);
  for (const piece of pieces) if (!socket.destroyed && !socket.write(piece)) await drained(socket);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text;
  });
  socket.end();
  socket.resume();
  await closed;
  return { answer, error };
}

/** Or closed: one that is cut off never drains. */
async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve).once('close', resolve);
  });
}

function* withLength(head: string, mebibytes: number, beyond = ''): Iterable<string | Buffer> {
  yield `${head}content-length: ${mebibytes * MIB}\r\n\r\n`;
  for (let sent = 0; sent < mebibytes; sent += 1) yield Buffer.alloc(MIB, ' ');
  yield beyond;
}

function* inChunks(head: string, mebibytes: number): Iterable<string | Buffer> {
  yield `${head}transfer-encoding: chunked\r\n\r\n`;
  for (let sent = 0; sent < mebibytes; sent += 1) {
    yield `${MIB.toString(16)}\r\n`;
    yield Buffer.alloc(MIB, ' ');
    yield '\r\n';
  }
  yield '0\r\n\r\n';
}

const head = (macaroon: string, path = '/v1/chat/completions', more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${macaroon}\r\n${more}`;

describe('a client that is still sending when it is refused', () => {
  it('sees 413, ten times of ten, by the OpenAI SDK with 11 to 20 MiB', async () => {
    const { server, mint } = await running();
    const script = new URL('uploads/sdk-client.js', import.meta.url).pathname;
    const args = [script, `${server.url}/v1`, await mint()];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual(Array(10).fill(413));
  });

  it.each([
    ['with a length', withLength],
    ['in chunks', inChunks],
  ])('sees 413 once all is out, %s, and no reset', async (_how, body) => {
    const { port, mint } = await running();
    const { answer, error } = await sendAll(port, body(head(await mint()), 40));
    expect(error).toBeUndefined();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body_too_large"');
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  });

  it.each([
    ['401', 'x', '/v1/chat/completions', ''],
    ['404', undefined, '/v1/nothing', ''],
    ['415', undefined, '/v1/chat/completions', 'content-encoding: gzip\r\n'],
  ])('sees %s', async (status, credential, path, more) => {
    const { port, mint } = await running();
    const { answer, error } = await sendAll(
      port,
      withLength(head(credential ?? (await mint()), path, more), 8),
    );
    expect([error, answer.slice(9, 12)]).toEqual([undefined, status]);
  });

  it('sees 503 where too many connections are open', async () => {
    const { port, mint } = await running(1);
    const first = connect(port, '127.0.0.1');
    cleanups.push(async () => first.destroy());
    first.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(first, 'data');
    const { answer, error } = await sendAll(port, withLength(head(await mint()), 8));
    expect([error, answer.slice(9, 12)]).toEqual([undefined, '503']);
  });

  it('is not taken at its word for another request behind it', async () => {
    const gateway = await running();
    const macaroon = await gateway.mint();
    const call = `${head(macaroon)}content-length: 23\r\n\r\n{"model":"gpt-4o-mini"}`;
    const { answer } = await sendAll(gateway.port, withLength(head(macaroon), 12, call));
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(gateway.upstream.seen).toEqual([]);
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(0);
  });

  it('is cut off when it never stops', async () => {
    const { port, mint } = await running();
    const { error } = await sendAll(port, inChunks(head(await mint()), 1_024));
    expect(['ECONNRESET', 'EPIPE']).toContain(error);
  });

  it.each([
    ['sends nothing more', { ms: 60_000, idleMs: 50, bytes: MIB }],
    ['never ends', { ms: 50, idleMs: 60_000, bytes: MIB }],
  ])('is closed when it %s', async (_what, patience) => {
    const server = createServer((incoming, outgoing) => {
      void answerEarly(new Response('no', { status: 413 }), { incoming, outgoing }, patience);
    });
    const port = await listenLocally(server);
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {}).resume();
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${MIB}\r\n\r\n`);
    // Closed by the server alone: this side never ends.
    await new Promise<void>((resolve) => {
      server.once('connection', (accepted: Socket) => accepted.once('close', () => resolve()));
    });
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

it('a short request that is refused keeps its connection', async () => {
  const { port } = await running();
  const socket = connect(port, '127.0.0.1');
  cleanups.push(async () => socket.destroy());
  for (let time = 0; time < 2; time += 1) {
    socket.write(`${head('x')}content-length: 2\r\n\r\n{}`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
    expect(String(answer)).not.toMatch(/connection: close/i);
  }
});
