import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { genesis, limit, opened, request, reservationId } from './fixtures.js';
import { entering, remembering } from './laws/shared-state.js';

const ROOT = genesis({ rootId: 'a'.repeat(32), limits: [limit(10)] });
let server: RedisServer;
let admin: Redis;
let ledger: Ledger;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
beforeEach(async () => {
  await admin.flushdb();
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
  await opened(ledger, ROOT);
  await ledger.close();
});
afterAll(async () => {
  admin.disconnect();
  await server.dispose();
});

describe('names', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('{x}', 'a}b', 'main}:root:', 'a\r\nDEL x', '*', '__proto__', 'a/b', ''),
  );

  it('that are hostile reach no key: refused, or within the tenant’s own slot', async () => {
    const key =
      /^bursar:(tenants|\{[a-z0-9-]{1,32}\}:(due|roots|journal|head|refused|(root|carves|names|responses|remembered|places):[0-9a-f]{32}))$/;
    const own = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (tenant, rootId, holder) => {
        const named = { tenant, rootId: rootId.padEnd(32, '0') };
        const root = `${ROOT.tenant}/${ROOT.rootId}`;
        const calls = [
          own.openRoot(genesis(named)),
          own.release({ reservation: reservationId({ ...ROOT, ...named }) }),
          own.balance(`${tenant}/${rootId}/${holder}`),
          own.control({ account: `${root}/${holder}`, action: 'pause', actor: holder }),
          own.sweep(tenant, 1),
          own.shared.remember({ ...remembering(ROOT), ...named, model: holder, ids: [holder] }),
          own.shared.remember(remembering(ROOT, { model: holder, ids: [holder, 'a'] })),
          own.shared.recall({ ...named, ids: [holder] }),
          own.shared.enter(entering({ ...ROOT, ...named }, { names: [holder] })),
          own.shared.refuseNames({ tenant, names: [holder] }),
          own.reserve(
            request(ROOT, {
              about: { name: holder },
              path: [
                { account: root, limits: [] },
                { account: `${root}/${holder}`, limits: [] },
              ],
            }),
          ),
        ];
        for (const asked of await Promise.allSettled(calls)) {
          if (asked.status === 'rejected')
            expect(asked.reason).toHaveProperty('name', 'LedgerInputError');
        }
        for (const name of await admin.keys('*')) expect(name).toMatch(key);
      }),
    );
    await own.close();
  });
});
