import { describe, expect, it } from 'vitest';
import { CREDIT, counters, limit, opened, path, request, rootOf, verdict } from '../fixtures.js';
import type { Subject } from '../subject.js';

const AT_ONCE = 200;

function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

/** DESIGN §3, rules 2 and 5, with everything in flight at once. */
export function concurrencyLaws({ open }: Subject): void {
  const patient = { timeoutMs: 20_000 };

  describe('at once', () => {
    it('200 reservations of 1 against a limit of 100: exactly 100', async () => {
      const ledger = await open(patient);
      const root = await opened(ledger, { limits: [limit(100)] });
      const outcomes = await Promise.all(times(AT_ONCE, () => ledger.reserve(request(root))));
      expect(outcomes.filter(({ status }) => status === 'held')).toHaveLength(100);
      expect((await counters(ledger, rootOf(root))).held).toBe(100 * CREDIT);
    });

    it('siblings race for their parent’s pool: no account passes its limit', async () => {
      const ledger = await open(patient);
      const root = await opened(ledger, { limits: [limit(100)] });
      const held = new Map<string, number>();
      await Promise.all(
        times(AT_ONCE, async (i) => {
          const child = `child-${i % 5}`;
          const limits = [[], [limit(30)]];
          const asked = request(root, { path: path(root, [child], limits) });
          const outcome = await ledger.reserve(asked);
          if (outcome.status === 'held') held.set(child, (held.get(child) ?? 0) + 1);
        }),
      );
      let sum = 0;
      for (const [child, count] of held) {
        sum += count;
        expect(count).toBeLessThanOrEqual(30);
        expect((await counters(ledger, `${rootOf(root)}/${child}`)).held).toBe(count * CREDIT);
      }
      expect(sum).toBe(100);
      expect((await counters(ledger, rootOf(root))).held).toBe(100 * CREDIT);
    });

    it('one id from 50 callers is one hold, one settle, one charge', async () => {
      const ledger = await open(patient);
      const root = await opened(ledger);
      const asked = request(root);
      const outcomes = await Promise.all(times(50, () => ledger.reserve(asked)));
      expect(outcomes.every(({ status }) => status === 'held')).toBe(true);
      expect(outcomes.filter((o) => o.status === 'held' && !o.replayed)).toHaveLength(1);
      const settles = await Promise.all(
        times(50, (i) =>
          ledger.settle({ reservation: asked.reservation, cost: { credits: i % 2 } }),
        ),
      );
      expect(settles.filter((o) => o.status === 'settled' && !o.replayed)).toHaveLength(1);
      expect(settles.filter((o) => o.status === 'settled')).toHaveLength(25);
      expect((await counters(ledger, rootOf(root))).spent).toBeLessThanOrEqual(1);
    });

    it('settle against release of one hold: one of them wins', async () => {
      const ledger = await open(patient);
      const root = await opened(ledger);
      for (const asked of times(20, () => request(root))) {
        const { reservation } = asked;
        await ledger.reserve(asked);
        const both = await Promise.all([
          ledger.settle({ reservation, cost: {} }),
          ledger.release({ reservation }),
        ]);
        expect(both.map(verdict)).toContain('already_resolved');
        expect(both.filter(({ status }) => status !== 'refused')).toHaveLength(1);
      }
      expect((await counters(ledger, rootOf(root))).held).toBe(0);
    });
  });
}
