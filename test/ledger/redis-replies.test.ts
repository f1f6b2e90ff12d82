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

/** At once, so that replies of several are in one piece, and groups form. */
const CALLERS = 16;

let server: RedisServer;
let proxy: TcpProxy;
let ledger: Ledger;

beforeAll(async () => {
  server = await startRedis();
  proxy = await startProxy(Number(new URL(server.url).port));
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 2_000, clock: Date.now };
  ledger = await openRedisLedger(`redis://127.0.0.1:${proxy.port}`, options);
});
afterAll(async () => {
  await ledger.close();
  await proxy.close();
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
      // What fails at once, since the connection is made anew, leaves the turn to that.
      await new Promise(setImmediate);
    }
  }
}

describe('replies that are dropped, repeated and delayed', () => {
  it('each operation takes effect once, and each answer is the one to its own call', async () => {
    // Of the long run's 2,000, five operations each.
    const operations = runs(600) > 600 ? 5 * runs(600) : 600;
    const random = fc.sample(fc.integer({ min: 0, max: 99 }), { numRuns: 4_096, seed: 7 });
    let piece = 0;
    const fate = (): Fate => {
      const drawn = random[piece++ % random.length] ?? 99;
      if (drawn < 10) return 'drop';
      if (drawn < 20) return 'repeat';
      return drawn < 30 ? drawn - 20 : 'pass';
    };
    const limited = Math.floor(operations / 4);
    const root = await opened(ledger, genesis({ limits: [limit(limited)] }));
    const lost = { tries: 0 };
    let left = operations;
    const charged = { spent: 0, held: 0 };
    proxy.meddle(fate);

    async function one(asked: ReserveRequest, kind: number): Promise<void> {
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
      Array.from({ length: CALLERS }, async () => {
        while (left-- > 0) await one(request(root), left % 3);
      }),
    );
    proxy.pass();
    const { spent, held } = await insist(() => counters(ledger, rootOf(root)), lost);
    expect({ spent, held }).toEqual({ spent: charged.spent * CREDIT, held: charged.held * CREDIT });
    expect(spent + held).toBe(limited * CREDIT);
    expect(lost.tries).toBeGreaterThan(operations / 100);
  });
});
