import { describe, expect, it } from 'vitest';
import type { Genesis, Ledger } from '../../../src/ledger/contract.js';
import type { Limit } from '../../../src/money/units.js';
import {
  CREDIT,
  carved,
  counters,
  FAR_MS,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

/** A call of `credits` at the account that `holders` name, under these limits. */
function call(of: Genesis, holders: string[], limits: Limit[][], credits: number) {
  const carving = path(of, holders, limits).map((own) => ({ ...own, carveEndsMs: FAR_MS }));
  return request(of, { path: carving, cost: price(credits) });
}

async function credits(ledger: Ledger, account: string) {
  const { spent, held } = await counters(ledger, account);
  return [spent / CREDIT, held / CREDIT];
}

/** DESIGN §3, rule 4: what is set aside for a child is there for it, and for nobody else. */
export function carveLaws({ open }: Subject): void {
  describe('a carve-out', () => {
    it('is set aside by first use on every ancestor; calls inside it hold nothing twice', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const [top, a, b] = [rootOf(root), `${rootOf(root)}/a`, `${rootOf(root)}/a/b`];
      const limits = [[limit(100)], [limit(60)], [carved(40)]];
      const first = call(root, ['a', 'b'], limits, 10);
      expect(await ledger.reserve(first)).toMatchObject({ status: 'held' });
      expect(await credits(ledger, top)).toEqual([0, 40]);
      expect(await credits(ledger, a)).toEqual([0, 40]);
      expect(await credits(ledger, b)).toEqual([0, 10]);
      await ledger.settle({ reservation: first.reservation, cost: { credits: 7 * CREDIT } });
      expect(await credits(ledger, top)).toEqual([7, 33]);
      expect(await credits(ledger, b)).toEqual([7, 0]);
      const rest = call(root, ['a', 'b'], limits, 33);
      expect(verdict(await ledger.reserve(rest))).toBe('held');
      expect(await credits(ledger, top)).toEqual([7, 33]);
      expect(verdict(await ledger.reserve(call(root, ['a', 'b'], limits, 1)))).toBe(
        'budget_exhausted',
      );
    });

    it('can not be eaten by siblings, nor by the parent itself', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const limits = [[limit(100)], [carved(80)]];
      await ledger.activate(call(root, ['a'], limits, 0));
      for (const holders of [['b'], []]) {
        expect(await ledger.reserve(call(root, holders, [[limit(100)]], 21))).toMatchObject({
          reason: 'budget_exhausted',
          account: rootOf(root),
          limit: { heldMicros: 80 * CREDIT, remainingMicros: 20 * CREDIT },
        });
      }
      expect(verdict(await ledger.reserve(call(root, ['b'], [[limit(100)]], 20)))).toBe('held');
      // The pool is dry, and the child does not notice.
      expect(verdict(await ledger.reserve(call(root, ['a'], limits, 80)))).toBe('held');
    });

    it('counts what was used before, and is refused whole where the rest does not fit', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(50)] });
      const plain = call(root, ['a'], [[limit(50)], [limit(40)]], 10);
      await ledger.reserve(plain);
      const asked = call(root, ['a'], [[limit(50)], [carved(60)]], 5);
      expect(await ledger.activate(asked)).toMatchObject({
        reason: 'budget_exhausted',
        account: rootOf(root),
        requiredMicros: 50 * CREDIT,
        limit: { remainingMicros: 40 * CREDIT },
      });
      expect(await ledger.reserve(asked)).toMatchObject({ reason: 'budget_exhausted' });
      expect(await credits(ledger, rootOf(root))).toEqual([0, 10]);
      const less = call(root, ['a'], [[limit(50)], [carved(50)]], 5);
      expect(await ledger.activate(less)).toMatchObject({ status: 'activated', replayed: false });
      expect(await ledger.activate(less)).toMatchObject({ status: 'activated', replayed: true });
      expect(await credits(ledger, rootOf(root))).toEqual([0, 50]);
    });

    it('is raised by the difference, and never lowered by another macaroon', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const at = (whole: number) => call(root, ['a'], [[limit(100)], [carved(whole)]], 0);
      await ledger.activate(at(30));
      await ledger.activate(at(10));
      expect(await credits(ledger, rootOf(root))).toEqual([0, 30]);
      await ledger.activate(at(45));
      expect(await credits(ledger, rootOf(root))).toEqual([0, 45]);
      expect(verdict(await ledger.activate(at(101)))).toBe('budget_exhausted');
      expect(await credits(ledger, rootOf(root))).toEqual([0, 45]);
      const balance = await ledger.balance(`${rootOf(root)}/a`);
      expect(balance).toMatchObject({
        path: [{}, { carves: { credits: { amountMicros: 45 * CREDIT, endMs: FAR_MS } } }],
      });
    });

    it('inside another is paid by it, and both of them by the root once', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const limits = [[limit(100)], [carved(60)], [carved(40)]];
      await ledger.reserve(call(root, ['a', 'b'], limits, 5));
      expect(await credits(ledger, rootOf(root))).toEqual([0, 60]);
      expect(await credits(ledger, `${rootOf(root)}/a`)).toEqual([0, 40]);
      const sibling = [[limit(100)], [carved(60)]];
      expect(verdict(await ledger.reserve(call(root, ['a', 'c'], sibling, 21)))).toBe(
        'budget_exhausted',
      );
      expect(verdict(await ledger.reserve(call(root, ['a', 'c'], sibling, 20)))).toBe('held');
      await ledger.control({ account: `${rootOf(root)}/a/b`, action: 'close', actor: 'me' });
      // The outer one stands: the root's share has not changed.
      expect(await credits(ledger, rootOf(root))).toEqual([0, 60]);
      expect(await credits(ledger, `${rootOf(root)}/a`)).toEqual([0, 25]);
    });

    it('gives back exactly what is neither spent nor held when it is closed or revoked', async () => {
      for (const action of ['close', 'revoke'] as const) {
        const ledger = await open();
        const root = await opened(ledger, { limits: [limit(100)] });
        const limits = [[limit(100)], [limit(90)], [carved(70)]];
        const [spent, flying] = [
          call(root, ['a', 'b'], limits, 9),
          call(root, ['a', 'b'], limits, 20),
        ];
        await ledger.reserve(spent);
        await ledger.settle({ reservation: spent.reservation, cost: {} });
        await ledger.reserve(flying);
        expect(await credits(ledger, rootOf(root))).toEqual([9, 61]);
        await ledger.control({ account: `${rootOf(root)}/a`, action, actor: 'me' });
        expect(await credits(ledger, rootOf(root))).toEqual([9, 20]);
        await ledger.settle({ reservation: flying.reservation, cost: { credits: CREDIT } });
        expect(await credits(ledger, rootOf(root))).toEqual([10, 0]);
      }
    });

    it('is outgrown by an overrun: what is beyond the amount is the parent’s', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const asked = call(root, ['a'], [[limit(100)], [carved(30)]], 30);
      await ledger.reserve(asked);
      await ledger.settle({ reservation: asked.reservation, cost: { credits: 36 * CREDIT } });
      expect(await credits(ledger, rootOf(root))).toEqual([36, 0]);
    });

    it('of a child without a ceiling takes all that is left, and an operator gives it back', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const greedy = call(root, ['a'], [[limit(100)], [carved(100)]], 1);
      const honest = call(root, ['b'], [[limit(100)]], 1);
      expect(verdict(await ledger.reserve(greedy))).toBe('held');
      expect(await ledger.reserve(honest)).toMatchObject({ limit: { heldMicros: 100 * CREDIT } });
      await ledger.control({ account: `${rootOf(root)}/a`, action: 'close', actor: 'me' });
      expect(verdict(await ledger.reserve(honest))).toBe('held');
    });

    it('is charged to windows above it call by call, and not when it is set aside', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const monthly = { ...limit(10), window: 'month' as const };
      const limits = [[limit(100), monthly], [carved(50)]];
      expect(verdict(await ledger.activate(call(root, ['a'], limits, 0)))).toBe('activated');
      expect(verdict(await ledger.reserve(call(root, ['a'], limits, 10)))).toBe('held');
      expect(await ledger.reserve(call(root, ['a'], limits, 1))).toMatchObject({
        account: rootOf(root),
        limit: { window: 'month', heldMicros: 10 * CREDIT },
      });
    });
  });
}
