import { expect, it } from 'vitest';
import type { Genesis } from '../../../src/ledger/contract.js';
import { rootKey } from '../../../src/ledger/redis/keys.js';
import { fc, runs } from '../../support/property.js';
import { CREDIT, counters, limit, opened, rootOf } from '../fixtures.js';
import { startPatient, type TestGateway, untilServed } from './gateways.js';
import {
  type Acknowledged,
  drain,
  expectedSpent,
  HOLDERS,
  ownRedis,
  recover,
  reserve,
  rollBack,
  type Snapshot,
  snapshot,
} from './recovering.js';

const redis = ownRedis();

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
    const cost = { credits: one.credits * CREDIT };
    const outcome = await untilServed(() => by.ledger.settle({ reservation, cost }));
    if (outcome.status === 'settled') hold.charged = one.credits;
  } else {
    // What a recovery presumed spent is not given back.
    const outcome = await untilServed(() => by.ledger.release({ reservation }));
    if (outcome.status === 'released') hold.charged = 0;
  }
}

type Loss = 'wiped' | 'one key' | 'nothing' | { readonly backTo: number };

const round = fc.record({
  acts: fc.array(act, { minLength: 3, maxLength: 25 }),
  loss: fc.oneof(
    fc.constantFrom<Loss>('wiped', 'one key', 'nothing'),
    fc.record({ backTo: fc.nat() }),
  ),
});

async function lose(loss: Loss, root: Genesis, snapshots: readonly Snapshot[]): Promise<void> {
  if (loss === 'wiped') await redis.admin.flushdb();
  if (loss === 'one key') await redis.admin.del(rootKey(root.tenant, root.rootId));
  if (typeof loss === 'string') return;
  // Also to one from before an earlier recovery.
  await rollBack(redis, snapshots[loss.backTo % snapshots.length] ?? []);
}

it('spending is the union of what store, journal and marks know, whatever was lost, and again', async () => {
  const rounds = fc.array(round, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      await redis.admin.flushdb();
      const gateways = [await startPatient(redis.url), await startPatient(redis.url)] as const;
      const root = await opened(gateways[0].ledger, { limits: [limit(100_000)] });
      const holds: Acknowledged[] = [];
      const snapshots = [await snapshot(redis)];
      for (const { acts, loss } of all) {
        for (const one of acts) {
          if (one.do === 'snapshot') snapshots.push(await snapshot(redis));
          else if (one.do === 'drain') await drain(gateways[0]);
          else await perform(one, gateways, root, holds);
        }
        await lose(loss, root, snapshots);
        await recover(redis, gateways);
        for (const holders of HOLDERS) {
          const account = [rootOf(root), ...holders].join('/');
          expect(await counters(gateways[0].ledger, account), account).toEqual({
            spent: expectedSpent(holds, account),
            held: 0,
          });
        }
      }
      // The journal that follows is drained behind what was.
      await untilServed(() => gateways[0].ledger.ping());
      await drain(gateways[0]);
      for (const gateway of gateways) await gateway.close();
    }),
    { numRuns: Math.min(runs(8), 300) },
  );
}, 600_000);
