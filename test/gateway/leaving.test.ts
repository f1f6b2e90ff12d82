import { createServer, request, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { callerLeaving, type Leaving } from '../../gateway/leaving.js';
import { Lingering } from '../../gateway/lingering.js';
import { listenLocally } from '../support/listen.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function aborted(leaving: Leaving): Promise<void> {
  return new Promise((resolve) => leaving.addEventListener('abort', resolve));
}

/** A caller of a server, and the server's side of its call. */
async function caller() {
  let take: (outgoing: ServerResponse) => void = () => {};
  const taken = new Promise<ServerResponse>((resolve) => {
    take = resolve;
  });
  const server = createServer((_incoming, outgoing) => take(outgoing));
  const port = await listenLocally(server);
  closing.push(() => server.close());
  const asking = request({ port, host: '127.0.0.1', agent: false })
    .on('error', () => {})
    .end();
  return { asking, outgoing: await taken };
}

it('a caller that hangs up has left, and had left for who asks later', async () => {
  const { asking, outgoing } = await caller();
  const leaving = callerLeaving(outgoing);
  const told = aborted(leaving);
  expect(leaving.aborted).toBe(false);
  asking.destroy();
  await told;
  expect([leaving.aborted, callerLeaving(outgoing).aborted]).toEqual([true, true]);
});

it('a caller that has its answer has not left, though its connection closes', async () => {
  const { asking, outgoing } = await caller();
  const leaving = callerLeaving(outgoing);
  const closed = new Promise((resolve) => outgoing.once('close', resolve));
  outgoing.end('an answer');
  asking.on('response', (answer) => answer.resume());
  await closed;
  expect(leaving.aborted).toBe(false);
});

it('a listener that was removed is not told, and each other is told once', () => {
  const controller = new AbortController();
  const linger = new Lingering(controller.signal, 0);
  let told = 0;
  const other = (): void => {
    told += 10;
  };
  linger.addEventListener('abort', other);
  linger.removeEventListener('abort', other);
  const done = new Promise<void>((resolve) => {
    linger.addEventListener('abort', () => {
      told += 1;
      resolve();
    });
  });
  controller.abort();
  return done.then(() => expect(told).toBe(1));
});

it('what lingers follows one that left before, too', async () => {
  await aborted(new Lingering(AbortSignal.abort(), 1));
});
