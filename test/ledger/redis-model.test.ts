import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type JournalEntry,
  type JournalPage,
  LEDGER_DEFAULTS,
  type Ledger,
  type ReserveRequest,
} from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { fc, runs } from '../support/property.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { genesis, request, reservationId } from './fixtures.js';
import { ModelLedger } from './model.js';
import { ALL_ROOTS, history, perform, SMALL, START_MS, type Step } from './sequences.js';

const { SECONDS, MICROSECONDS } = vi.hoisted(() => ({
  SECONDS: 'test:seconds',
  MICROSECONDS: 'test:microseconds',
}));

/** The library as it is, but for the store's clock: it is two keys that a test can set. */
vi.mock('../../src/ledger/redis/scripts.js', async (original) => {
  const actual = await original<typeof import('../../src/ledger/redis/scripts.js')>();
  const { name, body } = actual.LIBRARY;
  const clock = `call('MGET', '${SECONDS}', '${MICROSECONDS}')`;
  return { ...actual, LIBRARY: { name, body: body.replaceAll("call('TIME')", clock) } };
});

let server: RedisServer;
let admin: Redis;
let storeMs = START_MS;
let lagMs = 0;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
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
  // A new one, since one that has seen these roots knows that they are gone.
  const ledger = await openRedisLedger(server.url, settings);
  try {
    for (const step of [...steps, ...LAST]) await take(step, model, ledger);
  } finally {
    await ledger.close();
  }
}

const LAST: readonly Step[] = [
  ...ALL_ROOTS.map((account): Step => ({ kind: 'tree', request: { account } })),
  ...['main', 'acme'].map(
    (tenant): Step => ({ kind: 'journal', request: { tenant, after: 0, max: 10_000 } }),
  ),
];

/** One step on both. What they may do in an order of their own is made the same first. */
async function take(step: Step, model: Ledger, ledger: Ledger): Promise<void> {
  switch (step.kind) {
    case 'time':
      storeMs += step.byMs;
      return setClock();
    case 'lag':
      lagMs = step.ms;
      return;
    case 'trimJournal':
      // Which items of the stream leave is told by a test of its own.
      return;
    case 'journal': {
      const all = { ...step.request, after: 0, max: 10_000 };
      expect(byRoot(await ledger.journal(all))).toEqual(byRoot(await model.journal(all)));
      return;
    }
    default: {
      // In which order a small batch takes what is due is each engine's own affair.
      const call = step.kind === 'sweep' ? { ...step, batch: 100 } : step;
      const expected = await perform(model, call);
      expect(await perform(ledger, call), JSON.stringify(call)).toEqual(expected);
    }
  }
}

/** A sweep goes root by root, so that only each root's entries have one order. */
function byRoot({ entries, nextNumber, trimmedThrough, head }: JournalPage) {
  const roots: Record<string, JournalEntry[]> = {};
  for (const { entry } of entries) roots[entry.root] = [...(roots[entry.root] ?? []), entry];
  return { roots, numbers: entries.map(({ number }) => number), nextNumber, trimmedThrough, head };
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
    await fc.assert(fc.asyncProperty(history, compare), { numRuns: runs(200) });
  });
});
