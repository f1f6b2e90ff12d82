import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { rootKey } from '../../src/ledger/redis/keys.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { CREDIT, counters, limit, opened, path, request, rootOf } from './fixtures.js';

let server: RedisServer;
let admin: Redis;
let ledger: Ledger;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
});
afterAll(async () => {
  admin.disconnect();
  await ledger.close();
  await server.dispose();
});

/** How often a function of the library has been run. */
async function calls(): Promise<number> {
  const stats = await admin.info('commandstats');
  return Number(/cmdstat_fcall:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

describe('what is asked of a root in one turn', () => {
  it('is one call, in which what ends makes room for what is reserved', async () => {
    const root = await opened(ledger, { limits: [limit(3)] });
    const first = [1, 2, 3].map(() => request(root));
    for (const { status } of await Promise.all(first.map((one) => ledger.reserve(one)))) {
      expect(status).toBe('held');
    }
    const before = await calls();
    const asked = [request(root), request(root)].map((one) => ledger.reserve(one));
    const [settled, released, held, another] = await Promise.all([
      ledger.settle({ reservation: first[0]?.reservation ?? '', cost: { credits: 0 } }),
      ledger.release({ reservation: first[1]?.reservation ?? '' }),
      ...asked,
    ]);
    expect([settled, released, held, another].map((outcome) => outcome?.status)).toEqual([
      'settled',
      'released',
      'held',
      'held',
    ]);
    expect((await calls()) - before).toBe(1);
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 3 * CREDIT });
  });

  it('is told of its own path, where another is answered in the same words', async () => {
    const root = await opened(ledger, { limits: [] });
    const names = ['ada', 'ada', 'bob', 'bob'];
    const asked = names.map((name) =>
      request(root, { path: path(root, [name], [[], [limit(3)]]) }),
    );
    const held = await Promise.all(asked.map((one) => ledger.reserve(one)));
    const told = held.map((one) => (one.status === 'held' ? one.limits : []));
    expect(told).toEqual(
      names.map((name, place) => [
        expect.objectContaining({
          account: `${rootOf(root)}/${name}`,
          heldMicros: ((place % 2) + 1) * CREDIT,
        }),
      ]),
    );
  });

  it('fails by itself, where one of it can’t be read', async () => {
    const root = await opened(ledger);
    const [unreadable, whole] = [request(root), request(root)];
    await ledger.reserve(unreadable);
    await ledger.reserve(whole);
    const field = `h:${unreadable.reservation.slice(-32)}`;
    await admin.hset(rootKey(root.tenant, root.rootId), field, 'x');
    const [failed, settled, held] = await Promise.allSettled([
      ledger.settle({ reservation: unreadable.reservation, cost: {} }),
      ledger.settle({ reservation: whole.reservation, cost: {} }),
      ledger.reserve(request(root)),
    ]);
    expect(failed).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('BADSTATE hold') },
    });
    expect(settled).toMatchObject({ value: { status: 'settled' } });
    expect(held).toMatchObject({ value: { status: 'held' } });
  });
});
