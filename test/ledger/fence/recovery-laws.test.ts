/** Whatever is done around a recovery: what is known counts, and counts once. */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalFolder, listSegments } from '../../../gateway/journal/segments.js';
import { readMarks } from '../../../gateway/marks/read-marks.js';
import { applyRecovery, planRecovery } from '../../../gateway/recovery.js';
import { type Genesis, LEDGER_DEFAULTS } from '../../../src/ledger/contract.js';
import { canonicalJson } from '../../../src/ledger/journal/canonical.js';
import { chainLine, readLine } from '../../../src/ledger/journal/chain.js';
import { rootKey } from '../../../src/ledger/redis/keys.js';
import { RedisRecovery } from '../../../src/ledger/redis/recovery.js';
import { CREDIT, counters, limit, opened, request, rootOf, verdict } from '../fixtures.js';
import { startPatient, type TestGateway, untilServed } from './gateways.js';
import {
  drain,
  ownRedis,
  recover,
  recoveryStore,
  reserve,
  rollBack,
  snapshot,
} from './recovering.js';

const redis = ownRedis();
const HEAD = 'bursar:{main}:head';
const JOURNAL = 'bursar:{main}:journal';
const actor = 'operator';

let running: readonly TestGateway[] = [];

async function start() {
  // Those of the store before would tell this one what that had.
  await Promise.all(running.map(({ ledger }) => ledger.close()));
  await redis.admin.flushdb();
  const gateways = [await startPatient(redis.url), await startPatient(redis.url)] as const;
  running = gateways;
  const root = await opened(gateways[0].ledger, { limits: [limit(100)] });
  return { gateways, root };
}

async function topUp({ ledger }: TestGateway, root: Genesis, credits: number, digit: string) {
  const id = digit.repeat(32);
  const micros = credits * CREDIT;
  await ledger.topUp({ account: rootOf(root), unit: 'credits', micros, id, actor });
}

async function control(by: TestGateway, root: Genesis, action: 'pause' | 'resume') {
  await untilServed(() => by.ledger.control({ account: rootOf(root), action, actor }));
}

async function stateOf({ ledger }: TestGateway, root: Genesis) {
  const found = await untilServed(() => ledger.balance(rootOf(root)));
  if (found.status !== 'found') throw new Error(found.reason);
  const { standing, toppedUp } = found.path.at(-1) ?? {};
  return { standing, toppedUp: toppedUp?.credits ?? 0 };
}

async function sourcesOf(store: RedisRecovery, gateways: readonly TestGateway[], epoch = 1) {
  for (const { own } of gateways) await own.marks.flush();
  const stateDirs = gateways.map(({ stateDir }) => stateDir);
  const marks = stateDirs.flatMap((dir) => readMarks(dir).get('main') ?? []);
  return { tenant: 'main', stateDirs, marks, epoch, store };
}

describe('two recoveries at once', () => {
  it('the older one is refused once another has taken over, and a top-up counts once', async () => {
    const { gateways, root } = await start();
    const older = await snapshot(redis);
    await topUp(gateways[0], root, 50, 'a');
    await rollBack(redis, older);
    const stores = [recoveryStore(redis), recoveryStore(redis)] as const;
    onTestFinished(() => Promise.all(stores.map((store) => store.disconnect())).then(() => {}));
    const [first, second] = await Promise.all(stores.map((store) => sourcesOf(store, gateways)));
    if (first === undefined || second === undefined) throw new Error('expected two');
    const epoch = await stores[0].close('main', 1);
    const plan = await planRecovery(first);
    expect(await stores[1].close('main', 1)).toBe(epoch);
    await applyRecovery(await planRecovery(second), second, epoch);
    const taken = 'another recovery has taken over';
    await expect(applyRecovery(plan, first, epoch)).rejects.toThrow(taken);
    await expect(stores[0].open('main', epoch)).rejects.toThrow(taken);
    await stores[1].open('main', epoch);
    await expect(applyRecovery(plan, first, epoch)).rejects.toThrow('no recovery is under way');
    expect(await stateOf(gateways[0], root)).toMatchObject({ toppedUp: 50 * CREDIT });
    // One that began before the other had ended takes gateways of its epoch with it.
    const next = await stores[0].close('main', 1);
    expect(next).toBe(epoch + 1);
    await applyRecovery(await planRecovery(first), first, next);
    await stores[0].open('main', next);
    expect(await stateOf(gateways[1], root)).toMatchObject({ toppedUp: 50 * CREDIT });
    await recover(redis, gateways);
    expect(await stateOf(gateways[0], root)).toMatchObject({ toppedUp: 50 * CREDIT });
  });
});

it('broken off after any of its steps, and run again, it ends as if it had not been', async () => {
  for (let steps = 0; steps < 6; steps++) {
    const { gateways, root } = await start();
    const other = await opened(gateways[1].ledger, { limits: [limit(100)] });
    await reserve(gateways[0], root, ['a'], 3);
    await drain(gateways[0]);
    const older = await snapshot(redis);
    for (const its of [root, other]) {
      await reserve(gateways[1], its, ['b'], 2);
      await topUp(gateways[0], its, 7, 'a');
      await control(gateways[1], its, 'pause');
    }
    if (steps % 2 === 0) await drain(gateways[0]);
    await rollBack(redis, older);
    const store = recoveryStore(redis);
    const sources = await sourcesOf(store, gateways);
    const epoch = await store.close('main', 1);
    const plan = await planRecovery(sources);
    const [first, ...rest] = plan.roots;
    const all = [
      () => (plan.mended === undefined ? undefined : store.mend('main', plan.mended)),
      () => first && store.apply(first.plan, epoch),
      ...rest.map((one) => () => store.apply(one.plan, epoch)),
      () => store.open('main', epoch),
    ];
    for (const step of all.slice(0, steps)) await step();
    await store.disconnect();
    await recover(redis, gateways);
    for (const [its, spent] of [
      [root, 5],
      [other, 2],
    ] as const) {
      const state = await stateOf(gateways[0], its);
      expect(state, `${steps}`).toEqual({ standing: 'paused', toppedUp: 7 * CREDIT });
      const expected = { spent: spent * CREDIT, held: 0 };
      expect(await counters(gateways[0].ledger, rootOf(its)), `${steps}`).toEqual(expected);
    }
    await drain(gateways[0]);
  }
});

describe('the last word on an account', () => {
  const rows = [
    [['pause', 'resume', 'pause'], 'paused'],
    [['pause', 'resume'], 'open'],
  ] as const;
  for (const [actions, standing] of rows) {
    for (const by of [0, 1] as const) {
      for (const kept of [0, 1]) {
        it(`${actions.join(', ')} from gateway ${by} on, of which the store has ${kept}`, async () => {
          const { gateways, root } = await start();
          let older = await snapshot(redis);
          for (const [place, action] of actions.entries()) {
            if (place === kept) older = await snapshot(redis);
            await control(gateways[(by + place) % 2 === 0 ? 0 : 1], root, action);
          }
          await rollBack(redis, older);
          await recover(redis, gateways);
          expect(await stateOf(gateways[0], root)).toMatchObject({ standing });
          // What an operator does since is not undone by what the gateways noted before.
          const since = standing === 'open' ? 'pause' : 'resume';
          await control(gateways[1], root, since);
          await recover(redis, gateways);
          const after = standing === 'open' ? 'paused' : 'open';
          expect(await stateOf(gateways[0], root)).toMatchObject({ standing: after });
        });
      }
    }
  }

  it('what was so already is noted by who was told so', async () => {
    const { gateways, root } = await start();
    const older = await snapshot(redis);
    await control(gateways[0], root, 'pause');
    await control(gateways[1], root, 'pause');
    await rollBack(redis, older);
    await recover(redis, [gateways[1]]);
    expect(await stateOf(gateways[1], root)).toMatchObject({ standing: 'paused' });
  });
});

describe('a journal of which a part is gone', () => {
  const losses: readonly [string, () => Promise<unknown>][] = [
    ['its head', () => redis.admin.del(HEAD)],
    ['all of it', () => redis.admin.del(JOURNAL)],
    ['both', () => redis.admin.del(HEAD, JOURNAL)],
    ['the numbers in its head', () => redis.admin.hdel(HEAD, 'n', 't', 'd', 'h')],
    ['its hash', () => redis.admin.hdel(HEAD, 'h')],
    ['its oldest', () => redis.admin.xtrim(JOURNAL, 'MAXLEN', 3)],
    [
      'one in the middle',
      async () => {
        const items = await redis.admin.xrange(JOURNAL, '-', '+');
        await redis.admin.xdel(JOURNAL, items[1]?.[0] ?? '');
      },
    ],
    ['its newest', () => redis.admin.eval(DROP_NEWEST, 1, JOURNAL)],
    ['its kind', () => redis.admin.set(JOURNAL, 'x')],
    ['its sense', () => redis.admin.xadd(JOURNAL, '1000-0', 'r', 'x', 'n', '1', 'e', 'nothing')],
  ];
  const DROP_NEWEST =
    "local i = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]; return redis.call('XDEL', KEYS[1], i[1])";
  for (const isDrained of [false, true]) {
    it.each(losses)(`%s${isDrained ? ', behind what was drained' : ''}`, async (_, lose) => {
      const { gateways, root } = await start();
      await reserve(gateways[0], root, ['a'], 3);
      if (isDrained) await drain(gateways[0]);
      for (const by of [0, 1, 0, 1] as const) await reserve(gateways[by], root, ['b'], 2);
      await topUp(gateways[1], root, 7, 'a');
      await lose();
      await recover(redis, gateways);
      const asked = request(root);
      expect(verdict(await untilServed(() => gateways[0].ledger.reserve(asked)))).toBe('held');
      expect(await counters(gateways[0].ledger, rootOf(root))).toEqual({
        spent: 11 * CREDIT,
        held: CREDIT,
      });
      expect(await stateOf(gateways[0], root)).toMatchObject({ toppedUp: 7 * CREDIT });
      await drain(gateways[0]);
      const { head, nextNumber } = await gateways[0].ledger.journal({
        tenant: 'main',
        after: 0,
        max: 1,
      });
      expect(head.number).toBe(nextNumber - 1);
    });
  }
});

it('an account that lost nothing is charged nothing, however short holds were once kept', async () => {
  const { gateways, root } = await start();
  const [gateway] = gateways;
  await reserve(gateway, root, ['a'], 40);
  const held = request(root);
  await gateway.ledger.reserve(held);
  await gateway.ledger.settle({ ...held, cost: { credits: CREDIT } });
  // As a sweep would, had they been kept for a minute and were over for two.
  await redis.admin.hdel(rootKey(root.tenant, root.rootId), `h:${held.reservation.slice(-32)}`);
  await redis.admin.zrem('bursar:{main}:due', `${root.rootId}.${held.reservation.slice(-32)}`);
  const shortest = async (retainMs: number) => {
    const clock = () => Date.now() + 120_000;
    const store = new RedisRecovery(redis.url, { timeoutMs: 5_000, retainMs, clock });
    onTestFinished(() => store.disconnect());
    return store.retainMs('main');
  };
  expect(await shortest(LEDGER_DEFAULTS.retainMs * 2)).toBe(LEDGER_DEFAULTS.retainMs);
  await redis.admin.hset(HEAD, 's', '60000');
  expect(await shortest(LEDGER_DEFAULTS.retainMs)).toBe(60_000);
  // Whoever keeps them for longer since does not change what was.
  await gateway.ledger.reserve(request(root));
  expect(await shortest(LEDGER_DEFAULTS.retainMs)).toBe(60_000);
});

describe('a line behind the head that no store wrote', () => {
  async function forge(gateway: TestGateway, root: Genesis, by = 1) {
    const folder = journalFolder(gateway.stateDir, 'main');
    const segments = await listSegments(folder);
    const { path = '' } = segments.at(-1) ?? {};
    const { readFileSync } = await import('node:fs');
    const text = readFileSync(path, 'utf8').trimEnd().split('\n').at(-by) ?? '';
    const last = readLine(text);
    if (last === undefined) throw new Error(readdirSync(folder).join());
    const reservation = `r1.main.${root.rootId}.${'e'.repeat(32)}`;
    const entry = { ...last.entry, kind: 'held', reservation, account: rootOf(root) };
    const more = {
      granted: { credits: 777 * CREDIT },
      owner: 'gateway',
      tracked: [],
      setAside: [],
    };
    const forged = canonicalJson({ ...entry, ...more, sequence: last.entry.sequence + 1 });
    const name =
      by === 1 ? path : join(folder, `${String(last.number + 1).padStart(12, '0')}.jsonl`);
    appendFileSync(name, `${chainLine(last.hash, last.number + 1, forged).text}\n`);
    return last.number + 1;
  }

  it.each([
    ['behind all', 1],
    ['in the place of another', 2],
  ])('%s is told as inserted, and is no evidence', async (_, by) => {
    const { gateways, root } = await start();
    await reserve(gateways[0], root, [], 3);
    await reserve(gateways[0], root, [], 2);
    await drain(gateways[0]);
    const number = await forge(gateways[0], root, by);
    const { findings } = await recover(redis, gateways, false);
    expect(findings).toContainEqual(expect.objectContaining({ number, fault: 'inserted' }));
    await redis.admin.del(rootKey(root.tenant, root.rootId));
    await recover(redis, gateways);
    await untilServed(() => gateways[0].ledger.balance(rootOf(root)));
    expect(await counters(gateways[0].ledger, rootOf(root))).toEqual({
      spent: 5 * CREDIT,
      held: 0,
    });
  });
});
