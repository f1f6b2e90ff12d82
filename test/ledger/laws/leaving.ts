import { describe, expect, it } from 'vitest';
import { type Ledger, MIN_TTL_MS } from '../../../src/ledger/contract.js';
import {
  CREDIT,
  carved,
  counters,
  FAR_MS,
  HOUR_MS,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

/** The names that are stored at an account and below it, without the account's own in front. */
async function stored(ledger: Ledger, account: string): Promise<string[]> {
  const tree = await ledger.tree({ account });
  if (tree.status !== 'found') throw new Error(tree.reason);
  const kept = tree.accounts.filter(({ accounts }) => accounts > 0);
  expect(tree.accounts[0]?.accounts).toBe(kept.length);
  return kept.map((state) => state.account.slice(account.length));
}

const NOTHING = price(0, { calls: 0 });

/** DESIGN §3, rule 12: an account of which there is nothing to say is not stored. */
export function leavingLaws({ open }: Subject): void {
  describe('an account that has used nothing', () => {
    it('leaves with its last hold, however that ends, and so do those above it', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const at = (cost: ReturnType<typeof price>, ...holders: string[]) =>
        request(root, { path: path(root, holders, [[], [hourly]]), cost });
      const hourly = { ...limit(50), window: 'hour' as const };
      const free = at(NOTHING, 'a', 'b');
      const released = at(price(3), 'a', 'b');
      const failed = at(price(3), 'a', 'c');
      for (const one of [free, released, failed]) await ledger.reserve(one);
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/b', '/a/c']);
      await ledger.settle({ reservation: free.reservation, cost: {} });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/b', '/a/c']);
      await ledger.release({ reservation: released.reservation });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/c']);
      await ledger.settle({ reservation: failed.reservation, cost: { credits: 0, calls: 0 } });
      expect(await stored(ledger, rootOf(root))).toEqual([]);

      // It comes again as if it had never been there, and stays once it was charged.
      const charged = at(price(2), 'a', 'b');
      expect(await ledger.reserve(charged)).toMatchObject({ status: 'held' });
      await ledger.settle({ reservation: charged.reservation, cost: {} });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/b']);
      const balance = await ledger.balance(`${rootOf(root)}/a`);
      expect(balance).toMatchObject({
        path: [{}, { windows: [{ spentMicros: 2 * CREDIT, heldMicros: 0 }] }],
      });
    });

    it('takes no place of the root: any number of names, one after the other', async () => {
      const ledger = await open({ maxAccountsPerRoot: 4 });
      const root = await opened(ledger);
      for (let n = 0; n < 8; n++) {
        const asked = request(root, { path: path(root, [`n${n}`]), cost: NOTHING });
        expect(verdict(await ledger.reserve(asked))).toBe('held');
        await ledger.settle({ reservation: asked.reservation, cost: {} });
      }
      expect(await stored(ledger, rootOf(root))).toEqual([]);
    });

    it('stays for what an operator has said of it, and leaves with that', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const of = (name: string) => `${rootOf(root)}/${name}`;
      const control = (action: 'pause' | 'resume', account: string) =>
        ledger.control({ account, action, actor: 'op' });
      await control('pause', of('a/b'));
      await control('pause', of('a'));
      await ledger.topUp({
        account: of('t'),
        unit: 'credits',
        micros: CREDIT,
        id: 'f'.repeat(32),
        actor: 'op',
      });
      await control('resume', of('a'));
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/b', '/t']);
      await control('resume', of('a/b'));
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/t']);
    });

    it('stays while something is set aside for it', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const carving = path(root, ['a', 'b'], [[limit(100)], [limit(50)], [carved(20)]]);
      const own = carving.map((its) => ({ ...its, carveEndsMs: FAR_MS }));
      const asked = request(root, { path: own, cost: NOTHING });
      await ledger.reserve(asked);
      await ledger.release({ reservation: asked.reservation });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a', '/a/b']);
      await ledger.control({ account: `${rootOf(root)}/a`, action: 'close', actor: 'op' });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a']);
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 0 });
    });
  });
}

/** The same, of a hold past its deadline. */
export function leavingDeadlineLaws({ open, time }: Subject): void {
  describe('an account that was presumed to have used nothing', () => {
    it('comes again for what a late settle finds', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const late = request(root, { path: path(root, ['a']), cost: NOTHING, ttlMs: MIN_TTL_MS });
      const other = request(root, { cost: price(1), ttlMs: HOUR_MS });
      await ledger.reserve(late);
      await ledger.reserve(other);
      await time.pass(MIN_TTL_MS + 50);
      for (let more = true; more; ) ({ more } = await ledger.sweep('main', 100));
      expect(await stored(ledger, rootOf(root))).toEqual(['']);
      const { reservation } = late;
      expect(await ledger.settle({ reservation, cost: { credits: 5 } })).toMatchObject({
        status: 'settled',
      });
      expect(await stored(ledger, rootOf(root))).toEqual(['', '/a']);
      expect(await counters(ledger, `${rootOf(root)}/a`)).toEqual({ spent: 5, held: 0 });
    });
  });
}
