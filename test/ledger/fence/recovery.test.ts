import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TenantDrain } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { journalFolder } from '../../../gateway/journal/segments.js';
import { readMarks } from '../../../gateway/marks/read-marks.js';
import { planRecovery, type RecoveryPlan } from '../../../gateway/recovery.js';
import type { Genesis } from '../../../src/ledger/contract.js';
import { rootKey } from '../../../src/ledger/redis/keys.js';
import { RedisRecovery } from '../../../src/ledger/redis/recovery.js';
import { fc, runs } from '../../support/property.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import {
  CREDIT,
  counters,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import { startGateway, type TestGateway, untilServed } from './gateways.js';

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

type Snapshot = readonly (readonly [string, Buffer])[];

async function snapshot(): Promise<Snapshot> {
  const keys = await admin.keys('bursar:*');
  return Promise.all(
    keys.map(async (key) => [key, (await admin.dumpBuffer(key)) as Buffer] as const),
  );
}

async function rollBack(to: Snapshot): Promise<void> {
  await admin.flushdb();
  for (const [key, dump] of to) await admin.restore(key, 0, dump);
}

/** What was acknowledged of each hold: by whom, at which account, and what it costs in the end. */
interface Acknowledged {
  readonly by: TestGateway;
  readonly reservation: string;
  readonly account: string;
  readonly granted: number;
  charged?: number;
}

const HOLDERS = [[], ['a'], ['a', 'b'], ['c']] as const;

async function reserve(
  by: TestGateway,
  root: Genesis,
  holders: readonly string[],
  credits: number,
) {
  const asked = request(root, { path: path(root, [...holders]), cost: price(credits) });
  expect(verdict(await by.ledger.reserve(asked))).toBe('held');
  const account = [rootOf(root), ...holders].join('/');
  return { by, reservation: asked.reservation, account, granted: credits } satisfies Acknowledged;
}

async function drain(gateway: TestGateway): Promise<void> {
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

async function recover(gateways: readonly TestGateway[], apply = true): Promise<RecoveryPlan> {
  const [first] = gateways;
  if (first === undefined) throw new Error('expected a gateway');
  for (const { own } of gateways) await own.marks.flush();
  const store = new RedisRecovery(server.url, { timeoutMs: 5_000, clock: Date.now });
  const marks = gateways.flatMap(({ stateDir }) => readMarks(stateDir).get('main') ?? []);
  const epoch = Math.max(...marks.map((its) => its.epoch));
  const stateDirs = gateways.map(({ stateDir }) => stateDir);
  const sources = { tenant: 'main', stateDirs, marks, ledger: first.ledger, store };
  try {
    if (!apply) return await planRecovery(sources);
    await store.close('main', epoch, (await planRecovery(sources)).drained);
    const plan = await planRecovery(sources);
    for (const { plan: root } of plan.roots) await store.apply(root, epoch + 1);
    // As after a recovery that broke off: the same again changes nothing.
    for (const { plan: root } of plan.roots) await store.apply(root, epoch + 1);
    await store.open('main', epoch + 1);
    return plan;
  } finally {
    await store.disconnect();
  }
}

function expectedSpent(holds: readonly Acknowledged[], account: string): number {
  return holds
    .filter((hold) => hold.account === account || hold.account.startsWith(`${account}/`))
    .reduce((sum, { charged, granted }) => sum + (charged ?? granted) * CREDIT, 0);
}

const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      who: fc.nat(1),
      at: fc.nat(3),
      credits: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom<'settle' | 'release'>('settle', 'release'),
      hold: fc.nat(20),
      credits: fc.nat(9),
      who: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'drain' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'snapshot' as const }) },
);

type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(
  one: Exclude<Act, { readonly do: 'drain' | 'snapshot' }>,
  gateways: readonly [TestGateway, TestGateway],
  root: Genesis,
  holds: Acknowledged[],
): Promise<void> {
  const by = gateways[one.who as 0 | 1];
  if (one.do === 'reserve') {
    holds.push(await reserve(by, root, HOLDERS[one.at] ?? [], one.credits));
    return;
  }
  const hold = holds[one.hold];
  if (hold === undefined || hold.charged !== undefined) return;
  const { reservation } = hold;
  if (one.do === 'settle') {
    await by.ledger.settle({ reservation, cost: { credits: one.credits * CREDIT } });
    hold.charged = one.credits;
  } else {
    await by.ledger.release({ reservation });
    hold.charged = 0;
  }
}

it('spending is the union of what store, journal and marks know, whatever was lost', async () => {
  const losses = fc.constantFrom('wiped', 'rolled back', 'one key', 'nothing');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), losses, async (acts, loss) => {
      await admin.flushdb();
      const gateways = [await startGateway(server.url), await startGateway(server.url)] as const;
      const root = await opened(gateways[0].ledger, { limits: [limit(100_000)] });
      const holds: Acknowledged[] = [];
      let older = await snapshot();
      for (const one of acts) {
        if (one.do === 'snapshot') older = await snapshot();
        else if (one.do === 'drain') await drain(gateways[0]);
        else await perform(one, gateways, root, holds);
      }
      if (loss === 'wiped') await admin.flushdb();
      if (loss === 'rolled back') await rollBack(older);
      if (loss === 'one key') await admin.del(rootKey(root.tenant, root.rootId));

      await recover(gateways);
      for (const account of [
        rootOf(root),
        `${rootOf(root)}/a`,
        `${rootOf(root)}/a/b`,
        `${rootOf(root)}/c`,
      ]) {
        expect(await counters(gateways[0].ledger, account), `${loss} ${account}`).toEqual({
          spent: expectedSpent(holds, account),
          held: 0,
        });
      }
      // Service goes on, and a late settle still corrects what was presumed.
      expect(verdict(await untilServed(() => gateways[1].ledger.reserve(request(root))))).toBe(
        'held',
      );
      const late = holds.find(({ charged }) => charged === undefined);
      if (late !== undefined) {
        const { reservation } = late;
        const settle = () => gateways[0].ledger.settle({ reservation, cost: {} });
        expect(verdict(await untilServed(settle))).toBe('settled');
      }
      // And the journal that follows is drained behind what was.
      await drain(gateways[0]);
      for (const gateway of gateways) await gateway.close();
    }),
    { numRuns: Math.min(runs(8), 300) },
  );
}, 600_000);

it('a pause, a revocation and a top-up come back; a dry run changes nothing', async () => {
  await admin.flushdb();
  const gateway = await startGateway(server.url);
  const root = await opened(gateway.ledger, { limits: [limit(1)] });
  const child = `${rootOf(root)}/a`;
  await reserve(gateway, root, ['a'], 1);
  const older = await snapshot();
  const actor = 'operator';
  await gateway.ledger.control({ account: child, action: 'revoke', actor });
  const id = 'f'.repeat(32);
  await gateway.ledger.topUp({
    account: rootOf(root),
    unit: 'credits',
    micros: 5 * CREDIT,
    id,
    actor,
  });
  await rollBack(older);

  const record = () => admin.hgetall(rootKey(root.tenant, root.rootId));
  const before = await record();
  const [planned] = (await recover([gateway], false)).roots;
  expect(planned?.plan.steps.map(({ kind }) => kind)).toEqual(['presume', 'topup', 'standing']);
  expect(await record()).toEqual(before);

  await recover([gateway]);
  const asked = request(root, { path: path(root, ['a']) });
  expect(verdict(await untilServed(() => gateway.ledger.reserve(asked)))).toBe('account_revoked');
  expect(verdict(await gateway.ledger.reserve(request(root, { cost: price(5) })))).toBe('held');
  await gateway.close();
});

it('a window has what was spent in it, also of a root that was rebuilt', async () => {
  await admin.flushdb();
  const gateway = await startGateway(server.url);
  const root = await opened(gateway.ledger);
  const perMonth = { ...limit(5), window: 'month' as const };
  const asked = () => request(root, { path: path(root, ['a'], [[], [perMonth]]) });
  for (let i = 0; i < 3; i++) {
    const one = asked();
    await gateway.ledger.reserve(one);
    await gateway.ledger.settle({ ...one, cost: {} });
  }
  await admin.flushdb();
  await recover([gateway]);
  const held = await untilServed(() => gateway.ledger.reserve(asked()));
  expect(held).toMatchObject({
    status: 'held',
    limits: [{}, { window: 'month', spentMicros: 3 * CREDIT, heldMicros: CREDIT }],
  });
  await gateway.close();
});
