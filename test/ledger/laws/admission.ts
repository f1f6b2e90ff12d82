import { describe, expect, it } from 'vitest';
import type { Limit } from '../../../src/money/units.js';
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
import type { Subject } from '../subject.js';

/** DESIGN §3, rules 1 to 3. */
export function admissionLaws({ open }: Subject): void {
  describe('admission', () => {
    it('answers what was granted, until when, every limit afterwards, and the labels', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(1_000)], labels: { team: 'ml' } });
      const asked = request(root, {
        path: path(root, ['a'], [[limit(500)], [limit(20), limit(3, 'calls')]]),
        cost: price(15),
      });
      const outcome = await ledger.reserve(asked);
      if (outcome.status !== 'held') throw new Error(outcome.reason);
      const state = { window: 'life', spentMicros: 0 };
      expect(outcome).toEqual({
        status: 'held',
        step: 0,
        granted: { credits: 15 * CREDIT, calls: CREDIT },
        deadlineMs: outcome.deadlineMs,
        limits: [
          { account: rootOf(root), unit: 'credits', limitMicros: 500 * CREDIT },
          { account: rootOf(root), unit: 'credits', limitMicros: 1_000 * CREDIT },
          { account: `${rootOf(root)}/a`, unit: 'credits', limitMicros: 20 * CREDIT },
          { account: `${rootOf(root)}/a`, unit: 'calls', limitMicros: 3 * CREDIT },
        ].map((line) => {
          const heldMicros = line.unit === 'calls' ? CREDIT : 15 * CREDIT;
          return { ...line, ...state, heldMicros, remainingMicros: line.limitMicros - heldMicros };
        }),
        labels: { team: 'ml' },
        replayed: false,
      });
      expect(outcome.deadlineMs).toBeTypeOf('number');
    });

    it('holds exactly up to the limit, and one micro-unit more is refused', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const cost = (credits: number) => {
        const vector = { credits, calls: CREDIT };
        return { least: vector, most: vector, steps: 0 };
      };
      const first = await ledger.reserve(request(root, { cost: cost(10 * CREDIT - 1) }));
      expect(verdict(first)).toBe('held');
      expect(verdict(await ledger.reserve(request(root, { cost: cost(2) })))).toBe(
        'budget_exhausted',
      );
      expect(verdict(await ledger.reserve(request(root, { cost: cost(1) })))).toBe('held');
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 10 * CREDIT });
    });

    it('admits against spent and held together', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const first = request(root, { cost: price(6) });
      await ledger.reserve(first);
      await ledger.settle({ reservation: first.reservation, cost: { credits: 4 * CREDIT } });
      await ledger.reserve(request(root, { cost: price(3) }));
      expect(await ledger.reserve(request(root, { cost: price(4) }))).toEqual({
        status: 'refused',
        reason: 'budget_exhausted',
        account: rootOf(root),
        limit: {
          account: rootOf(root),
          unit: 'credits',
          window: 'life',
          limitMicros: 10 * CREDIT,
          spentMicros: 4 * CREDIT,
          heldMicros: 3 * CREDIT,
          remainingMicros: 3 * CREDIT,
        },
        requiredMicros: 4 * CREDIT,
      });
    });

    it('charges every account of the path in every known unit, and nothing off it', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const other = await opened(ledger);
      await ledger.reserve(request(root, { path: path(root, ['a', 'b']), cost: price(2) }));
      await ledger.reserve(
        request(root, { path: path(root, ['a', 'c']), cost: price(3, { usd: 7 }) }),
      );
      const held = async (name: string) => (await counters(ledger, name)).held / CREDIT;
      expect(await held(rootOf(root))).toBe(5);
      expect(await held(`${rootOf(root)}/a`)).toBe(5);
      expect(await held(`${rootOf(root)}/a/b`)).toBe(2);
      expect(await held(`${rootOf(root)}/a/c`)).toBe(3);
      expect(await held(`${rootOf(root)}/b`)).toBe(0);
      expect(await held(rootOf(other))).toBe(0);
      expect((await counters(ledger, rootOf(root), 'usd')).held).toBe(7);
      expect((await counters(ledger, `${rootOf(root)}/a/b`, 'usd')).held).toBe(0);
      expect((await counters(ledger, `${rootOf(root)}/a/c`, 'calls')).held).toBe(CREDIT);
    });

    it('holds a new child to what its parent has left, whatever its own limit says', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const child = (name: string) =>
        request(root, { path: path(root, [name], [[], [limit(1_000)]]), cost: price(4) });
      expect(verdict(await ledger.reserve(child('a')))).toBe('held');
      expect(verdict(await ledger.reserve(child('b')))).toBe('held');
      expect(verdict(await ledger.reserve(child('c')))).toBe('budget_exhausted');
    });

    it('counts a unit for life before any limit names it', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const cost = price(1, { usd: 3 * CREDIT });
      expect(verdict(await ledger.reserve(request(root, { cost })))).toBe('held');
      const limited = request(root, { cost, path: path(root, [], [[limit(5, 'usd')]]) });
      expect(verdict(await ledger.reserve(limited))).toBe('budget_exhausted');
    });

    it('keeps all of several limits in one unit on one account', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      for (const limits of [
        [limit(100), limit(3)],
        [limit(3), limit(100)],
      ]) {
        const outcome = await ledger.reserve(
          request(root, { path: path(root, ['a'], [[], limits]), cost: price(4) }),
        );
        expect(verdict(outcome)).toBe('budget_exhausted');
      }
    });

    it('shows no negative remaining under a limit below what is already spent', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const first = request(root, { path: path(root, ['a']), cost: price(8) });
      await ledger.reserve(first);
      await ledger.settle({ reservation: first.reservation, cost: {} });
      const older = request(root, { path: path(root, ['a'], [[], [limit(5)]]), cost: price(0) });
      const outcome = await ledger.reserve(older);
      expect(outcome).toMatchObject({
        reason: 'budget_exhausted',
        limit: { limitMicros: 5 * CREDIT, spentMicros: 8 * CREDIT, remainingMicros: 0 },
        requiredMicros: 0,
      });
    });
  });

  describe('the grant between least and most', () => {
    const range = (least: number, most: number, steps: number) => ({
      least: { credits: least, calls: CREDIT },
      most: { credits: most, calls: CREDIT },
      steps,
    });

    it.each([
      // room, least, most, steps → step, credits granted: least + ceil((most − least) × k / steps)
      [100, 10, 100, 9, 9, 100],
      [99, 10, 100, 9, 8, 90],
      [90, 10, 100, 9, 8, 90],
      [10, 10, 100, 9, 0, 10],
      [1_000_000, 10, 100, 9, 9, 100],
      [7, 0, 10, 3, 2, 7],
      [6, 0, 10, 3, 1, 4],
      [3, 0, 10, 3, 0, 0],
      [5, 5, 5, 4, 4, 5],
      [1, 0, 1, 1_000, 1_000, 1],
      [0, 0, 1, 1_000, 0, 0],
      [2 ** 52, 0, 2 ** 52 + 1, 1, 0, 0],
    ])(
      'room %i, least %i, most %i, %i steps: step %i, %i held',
      async (room, least, most, steps, step, credits) => {
        const ledger = await open();
        const root = await opened(ledger, {
          limits: [{ unit: 'credits', window: 'life', limitMicros: room, carved: false }],
        });
        const outcome = await ledger.reserve(request(root, { cost: range(least, most, steps) }));
        expect(outcome).toMatchObject({ status: 'held', step, granted: { credits } });
        expect((await counters(ledger, rootOf(root))).held).toBe(credits);
      },
    );

    it('is one step for all units, set by the tightest limit of the path', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const outcome = await ledger.reserve(
        request(root, {
          path: path(root, ['a', 'b'], [[], [limit(60, 'tokens')], [limit(8)]]),
          cost: {
            least: { credits: 0, tokens: 10 * CREDIT, calls: CREDIT },
            most: { credits: 10 * CREDIT, tokens: 110 * CREDIT, calls: CREDIT },
            steps: 10,
          },
        }),
      );
      expect(outcome).toMatchObject({
        status: 'held',
        step: 5,
        granted: { credits: 5 * CREDIT, tokens: 60 * CREDIT, calls: CREDIT },
      });
    });

    it('takes no more than a 1,024th of what a counter has left where no limit does', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const most = 2 ** 53 - 1;
      const cost = (usd: number) => ({ cost: price(1, { usd }) });
      const held = async (usd: number) => {
        const outcome = await ledger.reserve(request(root, cost(usd)));
        return outcome.status === 'held' ? outcome.granted.usd : outcome.reason;
      };
      const share = Math.floor(most / 1_024);
      expect(await held(most)).toBe(share);
      expect(await held(share)).toBe(Math.floor((most - share) / 1_024));
      expect(await held(7)).toBe(7);
      const range = {
        least: { credits: 0, calls: 1, usd: 1 },
        most: { credits: 0, calls: 1, usd: 2 ** 50 },
        steps: 2,
      };
      const asked = request(root, { cost: range });
      expect(await ledger.reserve(asked)).toMatchObject({ step: 2, replayed: false });
      expect(await ledger.reserve(asked)).toMatchObject({ step: 2, replayed: true });
    });

    it('refuses nobody for what others used of a unit that no limit of theirs counts', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const most = 2 ** 53 - 1;
      const at = (holder: string, usd: number, limits: Limit[]) =>
        request(root, { path: path(root, [holder], [[], limits]), cost: price(0, { usd }) });
      // It counts in USD by itself alone.
      const its = { ...limit(0, 'usd'), limitMicros: most };
      const vast = at('a', most, [its]);
      expect(verdict(await ledger.reserve(vast))).toBe('held');
      await ledger.settle({ reservation: vast.reservation, cost: {} });
      for (const limits of [[], [limit(1, 'usd')]]) {
        const asked = at('b', CREDIT / 2, limits);
        expect(verdict(await ledger.reserve(asked))).toBe('held');
        await ledger.settle({ reservation: asked.reservation, cost: {} });
      }
      expect(verdict(await ledger.reserve(at('b', CREDIT, [limit(1, 'usd')])))).toBe(
        'budget_exhausted',
      );
    });
  });
}
