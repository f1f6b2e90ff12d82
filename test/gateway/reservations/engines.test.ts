import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
import { temporaryFolder } from '../../ledger/folder.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { delegate, type GatewayUnderTest, gatewayUnderTest } from '../harness.js';
import { keyed, NOTHING, post, type ReservationBody, reserved, spentAndHeld } from './asking.js';

const folder = temporaryFolder();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

/** How often what races is tried. */
const ROUNDS = 20;

describe.each([
  ['SQLite', () => `sqlite:${join(folder, 'ledger.db')}`],
  ['Redis', () => redis.url],
])('two gateways on one %s', (_engine, url) => {
  const ledgers: Ledger[] = [];
  let one: GatewayUnderTest;
  let other: GatewayUnderTest;

  beforeAll(async () => {
    one = await gatewayOn();
    other = await gatewayOn(one.deps.keyRing);
  });
  afterAll(() => Promise.all(ledgers.map((ledger) => ledger.close())));

  async function gatewayOn(keyRing?: GatewayUnderTest['deps']['keyRing']) {
    const ledger = await openLedger(url(), {
      ...LEDGER_DEFAULTS,
      timeoutMs: 10_000,
      clock: Date.now,
    });
    ledgers.push(ledger);
    const gateway = gatewayUnderTest({ ledger, ...(keyRing === undefined ? {} : { keyRing }) });
    // A store that is real goes by a clock that is.
    gateway.clock.nowMs = Date.now();
    return gateway;
  }

  it('hold once what is asked for a hundred times at once with one key', async () => {
    const macaroon = await one.mint('100');
    const asked = Array.from({ length: 100 }, (_, n) =>
      post(n % 2 === 0 ? one : other, macaroon, '', { tool: 'web_search' }, keyed('k')),
    );
    const responses = await Promise.all(asked);
    const made = responses.filter(({ status }) => status === 201);
    const busy = responses.filter(({ status }) => status === 409);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length + busy.length).toBe(100);
    const bodies = await Promise.all(made.map((response) => response.text()));
    expect(new Set(bodies).size).toBe(1);
    expect((await spentAndHeld(other, macaroon)).held).toMatchObject({ credits: 5, calls: 1 });
  });

  it('end a hold in one way, whoever is first', async () => {
    const macaroon = await one.mint('1000');
    const ends = { settled: 0, released: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { reservation } = await reserved(one, macaroon, { tool: 'web_search' });
      const responses = await Promise.all([
        post(one, macaroon, `/${reservation}/settle`, { credits: 3 }),
        post(other, macaroon, `/${reservation}/release`),
        post(other, macaroon, `/${reservation}/settle`, { credits: 3 }),
        post(one, macaroon, `/${reservation}/release`),
      ]);
      const good = responses.filter(({ status }) => status === 200);
      expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409]);
      const bodies = await Promise.all(good.map((response) => response.json()));
      const [first, again] = bodies as ReservationBody[];
      expect(again).toEqual(first);
      ends[first?.status as keyof typeof ends] += 1;
    }
    expect(ends.settled + ends.released).toBe(ROUNDS);
    expect(await spentAndHeld(one, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 3 * ends.settled, calls: ends.settled },
      held: NOTHING,
    });
  });

  it('never hold more together than the parent has', async () => {
    const root = await one.mint('52');
    const children = ['a', 'b', 'c', 'd'].map((name) => delegate(root, name, '40'));
    const asked = Array.from({ length: 40 }, (_, n) => {
      const child = children[n % children.length] ?? root;
      return post(n % 2 === 0 ? one : other, child, '', { tool: 'web_search' });
    });
    const responses = await Promise.all(asked);
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(10);
    expect(statuses.filter((status) => status === 402)).toHaveLength(30);
    expect((await spentAndHeld(one, root)).held).toMatchObject({ credits: 50, calls: 10 });
  });

  it("know nobody's reservation but its own account's, and extend it", async () => {
    const root = await one.mint('100');
    const child = delegate(root, 'a', '50');
    const { reservation, deadline } = await reserved(one, child, { tool: 'web_search', ttl: '1m' });
    for (const operation of ['settle', 'release', 'extend']) {
      const response = await post(other, root, `/${reservation}/${operation}`);
      expect(response.status).toBe(404);
    }
    const extended = await post(other, child, `/${reservation}/extend`, { ttl: '5m' });
    const later = ((await extended.json()) as ReservationBody).deadline ?? '';
    expect(Date.parse(later)).toBeGreaterThan(Date.parse(deadline ?? ''));
    const above = await post(other, child, `/${reservation}/settle`, { credits: 6 });
    expect(above.status).toBe(422);
    const settled = await post(other, child, `/${reservation}/settle`, { credits: 5 });
    expect(settled.status).toBe(200);
    const again = await post(one, child, `/${reservation}/extend`);
    expect(again.status).toBe(409);
  });

  it('tell a key that was used for something else, and one whose hold is over', async () => {
    const macaroon = await one.mint('100');
    const { reservation } = await reserved(one, macaroon, { tool: 'web_search' }, keyed('k'));
    const different = await post(other, macaroon, '', { model: 'gpt-4o' }, keyed('k'));
    expect(different.status).toBe(422);
    await post(other, macaroon, `/${reservation}/settle`);
    const over = await post(other, macaroon, '', { tool: 'web_search' }, keyed('k'));
    expect(over.status).toBe(409);
    const overDifferent = await post(one, macaroon, '', { model: 'gpt-4o' }, keyed('k'));
    expect(overDifferent.status).toBe(422);
  });
});
