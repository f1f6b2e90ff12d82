import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
import { deferred } from '../../support/deferred.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import type { ProviderOptions } from '../../upstreams/provider.js';
import { delegate } from '../harness.js';
import { dueOf, type Rig, startRig } from './rig.js';

const MODEL = 'gpt-4o-2024-08-06';
const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hi' }] };

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

const rigs: Rig[] = [];
const ledgers: Ledger[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
});

async function start(options: ProviderOptions = {}): Promise<Rig> {
  const settings = { ...LEDGER_DEFAULTS, timeoutMs: 10_000, clock: Date.now };
  const ledger = await openLedger(redis.url, settings);
  ledgers.push(ledger);
  const rig = await startRig(options, { ledger });
  // A store that is real goes by a clock that is.
  rig.clock.nowMs = Date.now();
  rigs.push(rig);
  return rig;
}

function dueAt(rig: Rig, index: number): { usd: number; tokens: number } {
  const call = rig.provider.seen[index];
  if (call === undefined) throw new Error('nothing was sent');
  const { usd, tokens } = dueOf(MODEL, call);
  return { usd: usd / 1e6, tokens };
}

describe('metered calls on a real Redis', () => {
  it('plain and streamed: the whole path is charged what the provider bills, and nothing stays held', async () => {
    const rig = await start();
    const root = await rig.mint(['1usd', '100000tokens']);
    const child = delegate(root, 'scraper-1', '0.5usd');
    const client = rig.openai(child);
    await client.chat.completions.create(asked);
    for await (const _ of await client.chat.completions.create({ ...asked, stream: true }));
    const [first, second] = [dueAt(rig, 0), dueAt(rig, 1)];
    const spent = {
      usd: Math.round((first.usd + second.usd) * 1e6) / 1e6,
      tokens: first.tokens + second.tokens,
      calls: 2,
    };
    for (const macaroon of [child, root]) {
      expect(await rig.spent(macaroon)).toMatchObject({ spent, held: { usd: 0, tokens: 0 } });
    }
  });

  it('that state no maximum are granted what the path affords, written into the request', async () => {
    const rig = await start();
    const macaroon = await rig.mint('0.01usd');
    await rig.openai(macaroon).chat.completions.create(asked);
    const granted = Number(rig.provider.seen[0]?.body['max_completion_tokens']);
    // 0.01 USD is a thousand tokens of output at 10 USD a million (prices.yaml), without the input.
    expect(granted).toBeGreaterThan(500);
    expect(granted).toBeLessThan(1_000);
    expect((await rig.spent(macaroon)).spent['usd']).toBe(dueAt(rig, 0).usd);
  });

  it('cut off by the caller: charged what the provider bills', async () => {
    const gate = deferred();
    const rig = await start({
      send: ({ pieces, contentType }, response) => {
        response.writeHead(200, { 'content-type': contentType });
        response.write(pieces[0]);
        void gate.promise.then(() => response.end(pieces.slice(1).join('')));
      },
    });
    const macaroon = await rig.mint('1usd');
    const stream = await rig.openai(macaroon).chat.completions.create({ ...asked, stream: true });
    stream.controller.abort();
    gate.resolve();
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    expect((await rig.spent(macaroon)).spent['usd']).toBe(dueAt(rig, 0).usd);
  });

  it('cut off by the upstream: charged at the hold', async () => {
    const rig = await start({
      send: ({ pieces, contentType }, response) => {
        response.writeHead(200, { 'content-type': contentType });
        response.write(pieces[0], () => response.destroy());
      },
    });
    const macaroon = await rig.mint('1usd');
    const client = rig.openai(macaroon);
    const reading = async () => {
      for await (const _ of await client.chat.completions.create({ ...asked, stream: true }));
    };
    await expect(reading()).rejects.toThrow();
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    // 4,096 tokens of output, at 10 USD a million.
    expect((await rig.spent(macaroon)).spent['usd']).toBeGreaterThan(0.04096);
  });
});
