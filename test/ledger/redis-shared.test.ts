import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  LEDGER_DEFAULTS,
  type Ledger,
  MAX_TTL_MS,
  PLACE_WITHOUT_HOLD_MS,
  REMEMBERED_MS,
} from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { placesKey, refusedKey, responseKeys } from '../../src/ledger/redis/keys.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { CREDIT, counters, opened, request, rootOf } from './fixtures.js';
import { entering, recall, remembering } from './laws/shared-state.js';

let server: RedisServer;
let admin: Redis;
let ledger: Ledger;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
});
beforeEach(async () => {
  await admin.config('SET', 'maxmemory', '0');
});
afterAll(async () => {
  admin.disconnect();
  await ledger.close();
  await server.dispose();
});

/** How often the server has read from any connection. */
async function reads(): Promise<number> {
  const stats = await admin.info('stats');
  return Number(/total_reads_processed:(\d+)/.exec(stats)?.[1] ?? Number.NaN);
}

describe('the shared state in a store', () => {
  it.each(['settle first', 'remember first'])(
    'leaves with a settle in one write: %s',
    async (order) => {
      const root = await opened(ledger);
      const asked = request(root);
      const { reservation } = asked;
      await ledger.reserve(asked);
      const tell = () => ledger.shared.remember(remembering(root));
      const end = () => ledger.settle({ reservation, cost: {} });
      const before = await reads();
      const both = order === 'settle first' ? [end(), tell()] : [tell(), end()];
      await Promise.all(both);
      // One is the question itself.
      expect((await reads()) - before - 1).toBe(1);
      expect(await recall(ledger, root, ['resp_1'])).toHaveLength(1);
    },
  );

  it('leaves by itself: with the last response, and with the longest hold', async () => {
    const root = await opened(ledger);
    const { tenant, rootId } = root;
    await ledger.shared.remember(remembering(root));
    await ledger.shared.enter(entering(root));
    const near = async (key: string, ms: number) => {
      const left = await admin.pttl(key);
      expect(left).toBeLessThanOrEqual(ms);
      expect(left).toBeGreaterThan(ms - 60_000);
    };
    const keys = [...responseKeys(tenant, rootId), placesKey(tenant, rootId)];
    const [responses = '', remembered = '', places = ''] = keys;
    await near(responses, REMEMBERED_MS);
    await near(remembered, REMEMBERED_MS);
    await near(places, MAX_TTL_MS + PLACE_WITHOUT_HOLD_MS);
    for (const key of keys) await admin.pexpire(key, 100_000);
    await ledger.shared.remember(remembering(root));
    await ledger.shared.enter(entering(root));
    await near(responses, REMEMBERED_MS);
    await near(remembered, REMEMBERED_MS);
    await near(places, MAX_TTL_MS + PLACE_WITHOUT_HOLD_MS);
  });

  it('is not added to out of memory; names are refused and calls leave all the same', async () => {
    const root = await opened(ledger);
    const first = entering(root, { most: 1 });
    await ledger.shared.enter(first);
    await admin.config('SET', 'maxmemory', '1');
    const full = { reason: 'store_error', message: 'the store answered OOM' };
    await expect(ledger.shared.enter(entering(root))).rejects.toMatchObject(full);
    await expect(ledger.shared.remember(remembering(root))).rejects.toMatchObject(full);
    await ledger.shared.refuseNames({ tenant: root.tenant, names: ['out of memory'] });
    await ledger.shared.leave(first);
    expect(await ledger.shared.refusedNames(root.tenant)).toContain('out of memory');
    expect(await recall(ledger, root, ['resp_1'])).toEqual([]);
    await admin.config('SET', 'maxmemory', '0');
    expect(await ledger.shared.enter(entering(root, { most: 1 }))).toEqual({ status: 'entered' });
  });

  it('can be lost whole, and the money is as it was', async () => {
    const root = await opened(ledger);
    const { tenant, rootId } = root;
    const asked = request(root);
    const { reservation } = asked;
    await ledger.shared.remember(remembering(root));
    await ledger.shared.refuseNames({ tenant, names: ['x'] });
    await ledger.shared.enter(entering(root, { reservation, most: 1 }));
    await ledger.reserve(asked);
    const balance = await ledger.balance(rootOf(root));
    const before = await ledger.journal({ tenant, after: 0, max: 1_000 });

    const keys = [...responseKeys(tenant, rootId), placesKey(tenant, rootId), refusedKey(tenant)];
    expect(await admin.del(...keys)).toBe(4);

    expect(await recall(ledger, root, ['resp_1'])).toEqual([]);
    expect(await ledger.shared.refusedNames(tenant)).toEqual([]);
    const another = entering(root, { names: ['x'], most: 1 });
    expect(await ledger.shared.enter(another)).toEqual({ status: 'entered' });
    expect(await ledger.journal({ tenant, after: 0, max: 1_000 })).toEqual(before);
    expect(await ledger.balance(rootOf(root))).toEqual(balance);
    await ledger.settle({ reservation, cost: {} });
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: CREDIT, held: 0 });
  });

  it('is refused once the ledger is closed', async () => {
    const root = await opened(ledger);
    const closed = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
    await closed.close();
    for (const call of [
      () => closed.shared.remember(remembering(root)),
      () => recall(closed, root, ['a']),
      () => closed.shared.enter(entering(root)),
      () => closed.shared.leave(entering(root)),
      () => closed.shared.refuseNames({ tenant: 'main', names: ['a'] }),
      () => closed.shared.refusedNames('main'),
    ]) {
      await expect(call()).rejects.toMatchObject({ name: 'LedgerUnavailable', reason: 'closed' });
    }
  });
});
