import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import type { RedisServer } from '../../support/redis.js';
import { hasReplica, startPair } from '../../support/redis-sentinel.js';
import { CREDIT, counters, opened, request, rootOf, verdict } from '../fixtures.js';
import { entering, remembering } from '../laws/shared-state.js';

let primary: RedisServer;
let replica: RedisServer;
let ledger: Ledger;

beforeAll(async () => {
  ({ primary, replica } = await startPair());
  const wait = { replicas: 1, timeoutMs: 250 };
  ledger = await openRedisLedger(primary.url, { ...LEDGER_DEFAULTS, clock: Date.now, wait });
});
afterAll(async () => {
  replica.thaw();
  await ledger.close();
  await Promise.all([primary.dispose(), replica.dispose()]);
});

const SHORT = { name: 'LedgerUnavailable', reason: 'not_replicated' };

describe('a change counts once a replica has it', () => {
  it('a replica that is behind: no hold counts, none is left, and service goes on after it', async () => {
    const root = await opened(ledger);
    const [asked, settled] = [request(root), request(root)];
    expect(verdict(await ledger.reserve(settled))).toBe('held');
    replica.freeze();
    await expect(ledger.reserve(asked)).rejects.toMatchObject(SHORT);
    // The first one was made, as nobody knew. Now it is known, and nothing more is written.
    const made = await counters(ledger, rootOf(root));
    expect(made.held).toBe(2 * CREDIT);
    await expect(ledger.reserve(request(root))).rejects.toMatchObject(SHORT);
    await expect(ledger.ping()).rejects.toMatchObject(SHORT);
    await expect(ledger.shared.remember(remembering(root))).rejects.toMatchObject(SHORT);
    // A place is of no worth to the replica: it is not waited for.
    expect(await ledger.shared.enter(entering(root))).toEqual({ status: 'entered' });
    expect(await counters(ledger, rootOf(root))).toEqual(made);
    // What ends a hold is written all the same, and asked for again until it is safe.
    const ends = [
      () => ledger.release(asked),
      () => ledger.settle({ reservation: settled.reservation, cost: {} }),
    ];
    for (const end of ends) await expect(end()).rejects.toMatchObject(SHORT);
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: CREDIT, held: 0 });
    replica.thaw();
    await vi.waitFor(() => ledger.ping(), { timeout: 5_000, interval: 20 });
    for (const end of ends) expect(await end()).toMatchObject({ replayed: true });
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
  });

  it('however many calls come while there is none: each is answered within the deadline', async () => {
    const root = await opened(ledger);
    await replica.kill();
    const calls = Array.from({ length: 200 }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, 5 * i));
      return ledger.reserve(request(root));
    });
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: SHORT });
    }
    await replica.start();
    await hasReplica(primary);
    await vi.waitFor(() => ledger.ping(), { timeout: 5_000, interval: 20 });
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
  });

  it('what was answered is there when the replica takes over in the same moment', async () => {
    const root = await opened(ledger);
    for (let i = 0; i < 20; i++) {
      const asked = Array.from({ length: 5 }, () => request(root));
      for (const outcome of await Promise.all(asked.map((one) => ledger.reserve(one)))) {
        expect(verdict(outcome)).toBe('held');
      }
      await Promise.all(asked.map(({ reservation }) => ledger.settle({ reservation, cost: {} })));
    }
    await primary.kill();
    const promoted = new Redis(replica.url);
    await promoted.replicaof('NO', 'ONE');
    promoted.disconnect();
    const other = await openRedisLedger(replica.url, { ...LEDGER_DEFAULTS, clock: Date.now });
    expect(await counters(other, rootOf(root))).toEqual({ spent: 100 * CREDIT, held: 0 });
    await other.close();
  });
});
