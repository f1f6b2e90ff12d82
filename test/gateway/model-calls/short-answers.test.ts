import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { isShort } from '../../../gateway/metered-answer.js';
import { deferred } from '../../support/deferred.js';
import { dueOf, type Rig, startRig } from './rig.js';

const rigs: Rig[] = [];
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.close())));

const MODEL = 'gpt-4o-2024-08-06';

/** A call whose answer says how long it is, and has come by half when its caller leaves. */
async function leftInTheMidst(rest: (response: ServerResponse, text: string) => void, ms: number) {
  const left = deferred();
  const { limits } = (await start()).deps;
  const rig = await start(
    {
      send: ({ pieces, contentType }, response) => {
        const text = pieces.join('');
        response.writeHead(200, {
          'content-type': contentType,
          'content-length': Buffer.byteLength(text),
        });
        response.write(text.slice(0, 20));
        void left.promise.then(() => rest(response, text.slice(20)));
      },
    },
    { limits: { ...limits, drainBound: { bytes: 1_000_000, ms } } },
  );
  const macaroon = await rig.mint('1usd');
  const leaving = new AbortController();
  const asked = fetch(`${rig.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-api-key': macaroon },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: leaving.signal,
  });
  await expect.poll(async () => (await rig.deps.metrics.calls.get()).values.length).toBe(1);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  left.resolve();
  return { rig, macaroon };
}

async function start(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  return rig;
}

describe('a caller that leaves in the midst of a short answer', () => {
  it('is charged what the provider bills, since the rest is heard', async () => {
    const { rig, macaroon } = await leftInTheMidst((response, rest) => response.end(rest), 60_000);
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    const [call] = rig.provider.seen;
    if (call === undefined) throw new Error('nothing was sent');
    expect((await rig.spent(macaroon)).spent['usd']).toBe(dueOf(MODEL, call).usd / 1e6);
  });

  it('and longer than it is waited for: the hold is charged, and the upstream told to stop', async () => {
    const closed = deferred();
    const { rig, macaroon } = await leftInTheMidst((response) => {
      if (response.destroyed) closed.resolve();
      else response.once('close', () => closed.resolve());
    }, 1);
    await closed.promise;
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    expect((await rig.spent(macaroon)).spent['usd']).toBeGreaterThan(0.04);
  });
});

describe('an answer is short', () => {
  const decode = { bytes: 1_000, ratio: 10 };
  const body = {
    bytes: async () => new Uint8Array(),
    destroy: () => {},
    async *[Symbol.asyncIterator]() {},
  };
  it.each([
    ['10', 10, true],
    ['11', 10, false],
    ['1', 0, false],
    ['1048576', 2 ** 30, true],
    ['1048577', 2 ** 30, false],
    [undefined, 10, false],
  ])('of %s bytes, where %i are read behind a caller that left: %s', (length, bytes, short) => {
    const headers = length === undefined ? {} : { 'content-length': length };
    const limits = { drainBound: { bytes, ms: 1 }, decode };
    expect(isShort({ status: 200, headers, body }, limits)).toBe(short);
  });
});
