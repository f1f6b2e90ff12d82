import { expect, it, onTestFinished } from 'vitest';
import { rootKey } from '../../../src/ledger/redis/keys.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
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
import { startPatient, untilServed, untilStateLost } from './gateways.js';
import {
  drain,
  HOLDERS,
  ownRedis,
  recover,
  recoveryStore,
  reserve,
  rollBack,
  snapshot,
} from './recovering.js';

const redis = ownRedis();

it('a pause, a revocation and a top-up come back; a dry run changes nothing', async () => {
  await redis.admin.flushdb();
  const gateway = await startPatient(redis.url);
  const root = await opened(gateway.ledger, { limits: [limit(1)] });
  const child = `${rootOf(root)}/a`;
  await reserve(gateway, root, ['a'], 1);
  const older = await snapshot(redis);
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
  await rollBack(redis, older);

  const record = () => redis.admin.hgetall(rootKey(root.tenant, root.rootId));
  const before = await record();
  const [planned] = (await recover(redis, [gateway], false)).roots;
  expect(planned?.plan.steps.map(({ kind }) => kind)).toEqual(['presume', 'topup', 'standing']);
  expect(await record()).toEqual(before);

  await recover(redis, [gateway]);
  const asked = request(root, { path: path(root, ['a']) });
  expect(verdict(await untilServed(() => gateway.ledger.reserve(asked)))).toBe('account_revoked');
  expect(verdict(await gateway.ledger.reserve(request(root, { cost: price(5) })))).toBe('held');
  await gateway.close();
});

it('a window has what was spent in it, also of a root that was rebuilt', async () => {
  await redis.admin.flushdb();
  const gateway = await startPatient(redis.url);
  const root = await opened(gateway.ledger);
  const perMonth = { ...limit(5), window: 'month' as const };
  const asked = () => request(root, { path: path(root, ['a'], [[], [perMonth]]) });
  for (let i = 0; i < 3; i++) {
    const one = asked();
    await gateway.ledger.reserve(one);
    await gateway.ledger.settle({ ...one, cost: {} });
  }
  await redis.admin.flushdb();
  await recover(redis, [gateway]);
  const held = await untilServed(() => gateway.ledger.reserve(asked()));
  expect(held).toMatchObject({
    status: 'held',
    limits: [{}, { window: 'month', spentMicros: 3 * CREDIT, heldMicros: CREDIT }],
  });
  await gateway.close();
});

it('broken off between two parts of a root, it goes on where it was', async () => {
  await redis.admin.flushdb();
  const gateway = await startPatient(redis.url);
  const root = await opened(gateway.ledger, { limits: [limit(10_000)] });
  await Promise.all(Array.from({ length: 1_500 }, () => reserve(gateway, root, ['a'], 1)));
  await redis.admin.flushdb();
  const [planned] = (await recover(redis, [gateway], false)).roots;
  if (planned === undefined) throw new Error('expected a root');
  const store = recoveryStore(redis);
  onTestFinished(() => store.disconnect());
  await store.close('main', 1);
  const { plan } = planned;
  const broken = [...plan.steps.slice(0, 1_200), { kind: 'presume', reservation: 'none' } as const];
  await expect(store.apply({ ...plan, steps: broken }, 2)).rejects.toThrow('found "none"');
  const { rootId } = root;
  expect(await store.read('main', rootId)).toMatchObject({ sequence: -1, isUnfinished: true });
  // Nothing is admitted meanwhile.
  await untilStateLost(() => gateway.ledger.reserve(request(root)));

  const rest = await recover(redis, [gateway]);
  expect(rest.roots[0]?.plan).toMatchObject({ opens: undefined, steps: { length: 500 } });
  expect(await counters(gateway.ledger, rootOf(root))).toEqual({ spent: 1_500 * CREDIT, held: 0 });
  expect(await store.read('main', rootId)).toMatchObject({ isUnfinished: false });
  // No change has a number that one had which was lost.
  expect((await store.read('main', rootId))?.sequence).toBeGreaterThan(1_500 + 3_000);
});

/** The journal from where a root was last opened says what it has. */
it('the journal of a root that was rebuilt, folded, gives the state', async () => {
  await redis.admin.flushdb();
  const gateway = await startPatient(redis.url);
  const root = await opened(gateway.ledger, { limits: [limit(100)] });
  for (const holders of HOLDERS) await reserve(gateway, root, holders, 2);
  await drain(gateway);
  await redis.admin.flushdb();
  await recover(redis, [gateway]);
  await untilServed(() => gateway.ledger.reserve(request(root)));
  const { entries } = await gateway.ledger.journal({ tenant: 'main', after: 0, max: 1_000 });
  const folded = foldJournal(entries.map(({ entry }) => entry));
  const balance = await gateway.ledger.tree({ account: rootOf(root) });
  if (balance.status !== 'found') throw new Error(balance.reason);
  expect(folded.accounts.size).toBe(4);
  for (const { account, counters: its } of balance.accounts) {
    expect(folded.accounts.get(account)?.counters).toEqual(its);
  }
});
