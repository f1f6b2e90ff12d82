import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger, type ReserveRequest } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import type { Script } from '../../src/ledger/redis/scripts.js';
import { fc, runs } from '../support/property.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { genesis, request, reservationId } from './fixtures.js';
import { ModelLedger } from './model.js';
import { ALL_ROOTS, history, perform, SMALL, START_MS, type Step } from './sequences.js';

const { SECONDS, MICROSECONDS } = vi.hoisted(() => ({
  SECONDS: 'test:seconds',
  MICROSECONDS: 'test:microseconds',
}));

/** The scripts as they are, but for the store's clock: it is two keys that a test can set. */
vi.mock('../../src/ledger/redis/scripts.js', async (original) => {
  const { SCRIPTS } = await original<typeof import('../../src/ledger/redis/scripts.js')>();
  const clock = `call('MGET', '${SECONDS}', '${MICROSECONDS}')`;
  const withClock = ({ name, body }: Script): Script => {
    const changed = body.replaceAll("call('TIME')", clock);
    return { name, body: changed, sha: createHash('sha1').update(changed).digest('hex') };
  };
  const entries = Object.entries(SCRIPTS).map(([name, script]) => [name, withClock(script)]);
  return { SCRIPTS: Object.fromEntries(entries) };
});

let server: RedisServer;
let admin: Redis;
let storeMs = START_MS;
let lagMs = 0;
let ledger: Ledger;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  const clock = () => storeMs - lagMs;
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, ...SMALL, clock });
});
afterAll(async () => {
  await ledger.close();
  admin.disconnect();
  await server.dispose();
});

async function setClock(): Promise<void> {
  await admin.mset(SECONDS, Math.floor(storeMs / 1_000), MICROSECONDS, (storeMs % 1_000) * 1_000);
}

/** The same steps on the model and on Redis, every answer compared, and all trees at the end. */
async function compare(steps: readonly Step[]): Promise<void> {
  storeMs = START_MS;
  lagMs = 0;
  await admin.flushdb();
  await setClock();
  const settings = { ...LEDGER_DEFAULTS, ...SMALL, clock: () => storeMs - lagMs };
  const model = new ModelLedger(settings, () => storeMs);
  const last = ALL_ROOTS.map((account): Step => ({ kind: 'tree', request: { account } }));
  for (const step of [...steps, ...last]) {
    if (step.kind === 'time') {
      storeMs += step.byMs;
      await setClock();
    } else if (step.kind === 'lag') {
      lagMs = step.ms;
    } else {
      // In which order a small batch takes what is due is each engine's own affair.
      const call = step.kind === 'sweep' ? { ...step, batch: 100 } : step;
      const expected = await perform(model, call);
      expect(await perform(ledger, call), JSON.stringify(call)).toEqual(expected);
    }
  }
}

describe('to the millisecond', () => {
  const root = genesis({ rootId: '0'.repeat(32), expiresAtMs: START_MS + 5_000 });
  const open: Step = { kind: 'openRoot', genesis: root };
  const reserve = (overrides: Partial<ReserveRequest> = {}): Step => ({
    kind: 'reserve',
    request: request(root, { reservation, ttlMs: 2_000, ...overrides }),
  });
  const reservation = reservationId(root);
  const later = (byMs: number): Step => ({ kind: 'time', byMs });

  it.each([4_999, 5_000, 5_001])('a root’s own expiry, %i ms later', (byMs) =>
    compare([open, later(byMs), reserve()]),
  );
  it.each([2_999, 3_000, 3_001])('a macaroon’s expiry, %i ms later', (byMs) =>
    compare([open, later(byMs), reserve({ expiresAtMs: START_MS + 3_000 })]),
  );
  it.each([1_999, 2_000, 2_001])('a hold’s deadline, %i ms later', async (byMs) => {
    await compare([open, reserve(), later(byMs), reserve()]);
    await compare([open, reserve(), later(byMs), { kind: 'release', request: { reservation } }]);
    await compare([open, reserve(), later(byMs), { kind: 'sweep', tenant: 'main', batch: 1 }]);
  });
  it.each([3_999, 4_000, 4_001])('a finished hold’s end, %i ms later', (byMs) =>
    compare([
      open,
      reserve(),
      { kind: 'settle', request: { reservation, cost: {} } },
      later(byMs),
      { kind: 'sweep', tenant: 'main', batch: 1 },
    ]),
  );
});

describe('random histories', () => {
  it('get the same answers from Redis as from the model', async () => {
    await fc.assert(fc.asyncProperty(history({ kinds: 'first' }), compare), { numRuns: runs(200) });
  });
});
