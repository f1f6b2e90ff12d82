import { describe, expect, it } from 'vitest';
import { type Ledger, MAX_CLOCK_LEAD_MS, MIN_TTL_MS } from '../../../src/ledger/contract.js';
import {
  CREDIT,
  counters,
  HOUR_MS,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

/** DESIGN §3, rules 6 and 12. */
export function sweepLaws({ open, time }: Subject): void {
  const pastDeadline = () => time.pass(MIN_TTL_MS + 50);

  async function sweepAll(ledger: Ledger, tenant = 'main') {
    const total = { presumedSpent: 0, forgotten: 0 };
    for (let more = true; more; ) {
      const batch = await ledger.sweep(tenant, 100);
      total.presumedSpent += batch.presumedSpent;
      total.forgotten += batch.forgotten;
      more = batch.more;
    }
    return total;
  }

  describe('past its deadline', () => {
    it('a hold is charged in full, once, by however many sweepers; others stay', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const short = request(root, { path: path(root, ['a']), cost: price(7), ttlMs: MIN_TTL_MS });
      await ledger.reserve(short);
      await ledger.reserve(request(root, { cost: price(2), ttlMs: HOUR_MS }));
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 0, forgotten: 0 });
      await pastDeadline();
      const totals = await Promise.all([1, 2, 3].map(() => sweepAll(ledger)));
      expect(totals.reduce((sum, { presumedSpent }) => sum + presumedSpent, 0)).toBe(1);
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 7 * CREDIT, held: 2 * CREDIT });
      expect(await counters(ledger, `${rootOf(root)}/a`)).toEqual({ spent: 7 * CREDIT, held: 0 });
      expect(await counters(ledger, rootOf(root), 'calls')).toEqual({
        spent: CREDIT,
        held: CREDIT,
      });
    });

    it('a top-up still counts once, when finished holds have long been forgotten', async () => {
      const ledger = await open({ retainMs: 1 });
      const root = await opened(ledger);
      const asked = request(root);
      await ledger.reserve(asked);
      await ledger.release({ reservation: asked.reservation });
      const id = 'a'.repeat(32);
      const topUp = { account: rootOf(root), unit: 'credits', micros: 7, id, actor: 'me' } as const;
      await ledger.topUp(topUp);
      await pastDeadline();
      expect((await sweepAll(ledger)).forgotten).toBe(1);
      expect(await ledger.topUp(topUp)).toEqual({
        status: 'topped_up',
        toppedUp: { credits: 7 },
        replayed: true,
      });
      expect(verdict(await ledger.topUp({ ...topUp, micros: 8 }))).toBe('id_conflict');
      const taken = { reservation: `r1.${rootOf(root).replace('/', '.')}.${id}` };
      expect(verdict(await ledger.reserve(request(root, taken)))).toBe('id_conflict');
    });

    it.each(['swept', 'not swept yet'])('a release or a repeat is refused, %s', async (when) => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { cost: price(7), ttlMs: MIN_TTL_MS });
      const { reservation } = asked;
      await ledger.reserve(asked);
      await pastDeadline();
      if (when === 'swept') await sweepAll(ledger);
      expect(verdict(await ledger.release({ reservation }))).toBe('already_resolved');
      expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
      await sweepAll(ledger);
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 7 * CREDIT, held: 0 });
    });

    it.each(['swept', 'not swept yet'])('one late settle corrects the charge, %s', async (when) => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { path: path(root, ['a']), cost: price(7), ttlMs: MIN_TTL_MS });
      const { reservation } = asked;
      await ledger.reserve(asked);
      await pastDeadline();
      if (when === 'swept') await sweepAll(ledger);
      const cost = { credits: 3 * CREDIT, usd: 5 };
      const charged = { credits: 3 * CREDIT, calls: CREDIT, usd: 5 };
      const settled = { status: 'settled', charged };
      expect(await ledger.settle({ reservation, cost })).toEqual({ ...settled, replayed: false });
      expect(await ledger.settle({ reservation, cost })).toEqual({ ...settled, replayed: true });
      expect(verdict(await ledger.settle({ reservation, cost: {} }))).toBe('already_resolved');
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 0, forgotten: 0 });
      for (const { account } of asked.path) {
        expect(await counters(ledger, account)).toEqual({ spent: 3 * CREDIT, held: 0 });
        expect(await counters(ledger, account, 'usd')).toEqual({ spent: 5, held: 0 });
      }
    });

    it('frees its place under the cap on open holds', async () => {
      const ledger = await open({ maxHoldsPerRoot: 1 });
      const root = await opened(ledger);
      await ledger.reserve(request(root, { ttlMs: MIN_TTL_MS }));
      expect(verdict(await ledger.reserve(request(root)))).toBe('too_many_holds');
      await pastDeadline();
      await sweepAll(ledger);
      expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    });
  });

  describe('a sweep', () => {
    it('takes a bounded batch, says when there is more, and keeps to its tenant', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const other = await opened(ledger, { tenant: 'acme' });
      const short = { ttlMs: MIN_TTL_MS };
      await Promise.all([1, 2, 3].map(() => ledger.reserve(request(root, short))));
      await ledger.reserve(request(other, short));
      await pastDeadline();
      expect(await ledger.sweep('main', 2)).toMatchObject({
        presumedSpent: 2,
        forgotten: 0,
        more: true,
      });
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 1, forgotten: 0 });
      expect((await counters(ledger, rootOf(other))).held).toBe(CREDIT);
      expect(await ledger.sweep('nobody', 10)).toEqual({
        presumedSpent: 0,
        carvesEnded: 0,
        forgotten: 0,
        more: false,
      });
    });

    it('forgets what was finished long enough ago, and no open hold', async () => {
      const ledger = await open({ retainMs: 40 });
      const root = await opened(ledger);
      const [a, b, c, d] = [request(root), request(root), request(root), request(root)];
      await ledger.reserve(a);
      await ledger.reserve(b);
      await ledger.reserve(d);
      await ledger.settle({ reservation: a.reservation, cost: {} });
      await ledger.release({ reservation: b.reservation });
      await ledger.release({ reservation: c.reservation });
      await time.pass(60);
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 0, forgotten: 3 });
      expect(verdict(await ledger.settle({ reservation: a.reservation, cost: {} }))).toBe(
        'reservation_unknown',
      );
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: CREDIT, held: CREDIT });
      expect(verdict(await ledger.settle({ reservation: d.reservation, cost: {} }))).toBe(
        'settled',
      );
    });

    it('presumes nothing by a clock that is not believed', async () => {
      let lead = 0;
      const ledger = await open({ clock: () => time.now() - lead });
      const root = await opened(ledger);
      await ledger.reserve(request(root, { ttlMs: MIN_TTL_MS }));
      await pastDeadline();
      lead = 2 * MAX_CLOCK_LEAD_MS;
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 0, forgotten: 0 });
      lead = 0;
      expect(await sweepAll(ledger)).toEqual({ presumedSpent: 1, forgotten: 0 });
    });
  });
}
