import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect } from 'vitest';
import { TenantDrain } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { journalFolder } from '../../../gateway/journal/segments.js';
import { readMarks } from '../../../gateway/marks/read-marks.js';
import { applyRecovery, planRecovery, type RecoveryPlan } from '../../../gateway/recovery.js';
import { type Genesis, LEDGER_DEFAULTS } from '../../../src/ledger/contract.js';
import { FenceAdmin } from '../../../src/ledger/redis/fence-admin.js';
import { RedisRecovery } from '../../../src/ledger/redis/recovery.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { CREDIT, path, price, request, rootOf, verdict } from '../fixtures.js';
import { type TestGateway, untilServed } from './gateways.js';

/** Of this file of tests alone, from its first test to its last. */
export interface OwnRedis {
  readonly url: string;
  readonly admin: Redis;
}

export function ownRedis(): OwnRedis {
  let server: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await server.dispose();
  });
  return {
    get url() {
      return server.url;
    },
    get admin() {
      return admin;
    },
  };
}

export type Snapshot = readonly (readonly [string, Buffer])[];

export async function snapshot({ admin }: OwnRedis): Promise<Snapshot> {
  const keys = await admin.keys('bursar:*');
  return Promise.all(
    keys.map(async (key) => [key, (await admin.dumpBuffer(key)) as Buffer] as const),
  );
}

export async function rollBack({ admin }: OwnRedis, to: Snapshot): Promise<void> {
  await admin.flushdb();
  for (const [key, dump] of to) await admin.restore(key, 0, dump);
}

/** What was acknowledged of each hold: by whom, at which account, and what it costs in the end. */
export interface Acknowledged {
  readonly by: TestGateway;
  readonly reservation: string;
  readonly account: string;
  readonly granted: number;
  charged?: number;
}

export const HOLDERS = [[], ['a'], ['a', 'b'], ['c']] as const;

export async function reserve(
  by: TestGateway,
  root: Genesis,
  holders: readonly string[],
  credits: number,
) {
  const asked = request(root, { path: path(root, [...holders]), cost: price(credits) });
  expect(verdict(await untilServed(() => by.ledger.reserve(asked)))).toBe('held');
  const account = [rootOf(root), ...holders].join('/');
  return { by, reservation: asked.reservation, account, granted: credits } satisfies Acknowledged;
}

export async function drain(gateway: TestGateway): Promise<void> {
  const drain = new TenantDrain({
    ...{
      ledger: gateway.ledger,
      tenant: 'main',
      holder: gateway.name,
      leaseMs: 30_000,
      batch: 100,
    },
    folder: new JournalFolder(journalFolder(gateway.stateDir, 'main'), 1_000_000),
  });
  await drain.run(() => false);
  await drain.close();
}

export function recoveryStore({ url }: Pick<OwnRedis, 'url'>): RedisRecovery {
  return new RedisRecovery(url, { ...LEDGER_DEFAULTS, timeoutMs: 5_000, clock: Date.now });
}

/** What the command does, with all that these gateways know. */
export async function recover(
  redis: Pick<OwnRedis, 'url'>,
  gateways: readonly TestGateway[],
  apply = true,
): Promise<RecoveryPlan> {
  const [first] = gateways;
  if (first === undefined) throw new Error('expected a gateway');
  for (const { own } of gateways) await own.marks.flush();
  const store = recoveryStore(redis);
  const marks = gateways.flatMap(({ stateDir }) => readMarks(stateDir).get('main') ?? []);
  const epoch = Math.max(...marks.map((its) => its.epoch));
  const stateDirs = gateways.map(({ stateDir }) => stateDir);
  const sources = { tenant: 'main', stateDirs, marks, epoch: await epochOf(redis), store };
  try {
    if (!apply) return await planRecovery(sources);
    const next = await store.close('main', epoch);
    const plan = await planRecovery(sources);
    await applyRecovery(plan, sources, next);
    // As after a recovery that broke off: the same again changes nothing.
    await applyRecovery({ ...plan, mended: undefined }, sources, next);
    await store.open('main', next);
    return plan;
  } finally {
    await store.disconnect();
  }
}

async function epochOf({ url }: Pick<OwnRedis, 'url'>): Promise<number> {
  const fence = new FenceAdmin(url, { timeoutMs: 5_000 });
  try {
    const [standing] = await fence.standings(['main']);
    return standing?.epoch ?? 0;
  } finally {
    await fence.close();
  }
}

export function expectedSpent(holds: readonly Acknowledged[], account: string): number {
  return holds
    .filter((hold) => hold.account === account || hold.account.startsWith(`${account}/`))
    .reduce((sum, { charged, granted }) => sum + (charged ?? granted) * CREDIT, 0);
}
