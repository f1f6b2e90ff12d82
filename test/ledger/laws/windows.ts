import { describe, expect, it } from 'vitest';
import { CREDIT, limit, opened, path, price, request, rootOf, verdict } from '../fixtures.js';
import type { Subject } from '../subject.js';

const per = (
  whole: number,
  window: 'minute' | 'day' | 'month',
  unit: 'credits' | 'calls' = 'credits',
) => ({
  ...limit(whole, unit),
  window,
});

/** DESIGN §3, rule 1, for limits that begin anew. Windows here are ones that no test outlives. */
export function windowLaws({ open }: Subject): void {
  describe('a windowed limit', () => {
    it('is asked like any other, says when it ends, and each holds', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const limits = [per(10, 'month'), per(3, 'month', 'calls'), limit(50)];
      const asked = (credits: number) =>
        request(root, { path: path(root, ['a'], [[], limits]), cost: price(credits) });
      const held = await ledger.reserve(asked(8));
      if (held.status !== 'held') throw new Error(held.reason);
      expect(held.limits.map(({ window, remainingMicros }) => [window, remainingMicros])).toEqual([
        ['life', 992 * CREDIT],
        ['month', 2 * CREDIT],
        ['month', 2 * CREDIT],
        ['life', 42 * CREDIT],
      ]);
      const [life, month] = held.limits;
      expect(life).not.toHaveProperty('resetsAtMs');
      expect(new Date(month?.resetsAtMs ?? 0).toISOString()).toMatch(/-01T00:00:00.000Z$/);
      expect(await ledger.reserve(asked(3))).toMatchObject({
        reason: 'budget_exhausted',
        account: `${rootOf(root)}/a`,
        limit: { window: 'month', heldMicros: 8 * CREDIT, remainingMicros: 2 * CREDIT },
        requiredMicros: 3 * CREDIT,
      });
      await ledger.reserve(asked(1));
      await ledger.reserve(asked(1));
      expect(await ledger.reserve(asked(0))).toMatchObject({ limit: { unit: 'calls' } });
    });

    it('of an ancestor is asked for the whole call, and bounds what is granted', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const limits = [[per(5, 'month')], [limit(90)]];
      const cost = { least: price(1).least, most: price(9).most, steps: 8 };
      const asked = request(root, { path: path(root, ['a'], limits), cost });
      expect(await ledger.reserve(asked)).toMatchObject({ granted: { credits: 5 * CREDIT } });
    });

    it('minted with the root holds beside those presented', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [per(2, 'month'), limit(100)] });
      expect(verdict(await ledger.reserve(request(root, { cost: price(3) })))).toBe(
        'budget_exhausted',
      );
      expect(verdict(await ledger.reserve(request(root, { cost: price(2) })))).toBe('held');
    });
  });
}
