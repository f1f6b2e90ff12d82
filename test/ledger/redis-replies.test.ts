import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LEDGER_DEFAULTS,
  type Ledger,
  LedgerUnavailable,
  type ReserveRequest,
} from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { fc, runs } from '../support/property.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { type Fate, startProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { CREDIT, counters, genesis, limit, opened, request, rootOf } from './fixtures.js';

/** Each behind a network of its own: while one connects anew, the others go on. */
const GATEWAYS = runs(600) > 600 ? 16 : 4;
/** Of each at once, so that replies to several are in one piece, and groups form. */
const CALLERS = 8;

let server: RedisServer;
const proxies: TcpProxy[] = [];
const ledgers: Ledger[] = [];

beforeAll(async () => {
  server = await startRedis();
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 2_000, clock: Date.now };
  for (let i = 0; i < GATEWAYS; i++) {
    const proxy = await startProxy(server.port);
    proxies.push(proxy);
    ledgers.push(await openRedisLedger(`redis://127.0.0.1:${proxy.port}`, options));
  }
});
afterAll(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server.dispose();
});

/** Tries until there is an answer, as a gateway's resolver does. Counts the tries that had none. */
async function insist<T>(call: () => Promise<T>, lost: { tries: number }): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      lost.tries += 1;
      // What fails at once, since the connection is made anew, leaves it some time.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

describe('replies that are dropped, repeated and delayed', () => {
  it('each operation takes effect once, and each answer is the one to its own call', async () => {
    // In the long run, too, until so many replies were meddled with.
    const [operations, wanted] = runs(600) > 600 ? [50 * runs(600), 10_000] : [600, 30];
    const random = fc.sample(fc.integer({ min: 0, max: 99 }), { numRuns: 4_096, seed: 7 });
    let piece = 0;
    let meddled = 0;
    const fate = (): Fate => {
      const drawn = random[piece++ % random.length] ?? 99;
      if (drawn < 30) meddled += 1;
      if (drawn < 10) return 'drop';
      if (drawn < 20) return 'repeat';
      return drawn < 30 ? drawn - 20 : 'pass';
    };
    const limited = Math.floor(operations / 4);
    const [first] = ledgers;
    if (first === undefined) throw new Error('no gateway');
    const root = await opened(first, genesis({ limits: [limit(limited)] }));
    const lost = { tries: 0 };
    let left = operations;
    const charged = { spent: 0, held: 0 };
    for (const proxy of proxies) proxy.meddle(fate);

    async function one(ledger: Ledger, asked: ReserveRequest, kind: number): Promise<void> {
      const held = await insist(() => ledger.reserve(asked), lost);
      if (held.status === 'refused') {
        expect(held.reason).toBe('budget_exhausted');
        return;
      }
      const { reservation } = asked;
      if (kind === 0) charged.held += 1;
      else if (kind === 1) {
        expect(await insist(() => ledger.release({ reservation }), lost)).toMatchObject({
          status: 'released',
        });
      } else {
        const settled = await insist(() => ledger.settle({ reservation, cost: {} }), lost);
        expect(settled).toMatchObject({ status: 'settled', charged: { credits: CREDIT } });
        charged.spent += 1;
      }
    }
    await Promise.all(
      Array.from({ length: GATEWAYS * CALLERS }, async (_, caller) => {
        const ledger = ledgers[caller % GATEWAYS] ?? first;
        while (left-- > 0 || meddled < wanted) await one(ledger, request(root), Math.abs(left % 3));
      }),
    );
    for (const proxy of proxies) proxy.pass();
    // What was released last is there for somebody, too.
    const more = async () => {
      const asked = request(root);
      return (await insist(() => first.reserve(asked), lost)).status === 'held';
    };
    while (await more()) charged.held += 1;
    const { spent, held } = await insist(() => counters(first, rootOf(root)), lost);
    expect({ spent, held }).toEqual({ spent: charged.spent * CREDIT, held: charged.held * CREDIT });
    expect(spent + held).toBe(limited * CREDIT);
    expect(lost.tries).toBeGreaterThan(operations / 100);
    expect(meddled).toBeGreaterThanOrEqual(wanted);
  });
});
