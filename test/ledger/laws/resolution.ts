import { describe, expect, it } from 'vitest';
import {
  CREDIT,
  counters,
  genesis,
  limit,
  opened,
  path,
  price,
  request,
  reservationId,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/** DESIGN §3, rules 5 and 7. */
export function resolutionLaws({ open }: Subject): void {
  describe('a reservation sent again', () => {
    it('is the same answer, and nothing is added', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { path: path(root, ['a'], [[], [limit(10)]]), cost: price(6) });
      const first = await ledger.reserve(asked);
      expect(await ledger.reserve(asked)).toEqual({ ...first, replayed: true });
      expect((await counters(ledger, rootOf(root))).held).toBe(6 * CREDIT);
    });

    it('keeps its grant when the room has changed meanwhile', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const asked = request(root, { cost: { ...price(10), least: price(1).least, steps: 9 } });
      const filler = request(root, { cost: price(4) });
      await ledger.reserve(filler);
      const granted = { credits: 6 * CREDIT, calls: CREDIT };
      expect(await ledger.reserve(asked)).toMatchObject({ step: 5, granted });
      await ledger.release({ reservation: filler.reservation });
      expect(await ledger.reserve(asked)).toMatchObject({ step: 5, granted, replayed: true });
    });

    it('is a replay though the macaroon has expired since', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root);
      await ledger.reserve(asked);
      expect(await ledger.reserve({ ...asked, expiresAtMs: 1 })).toMatchObject({ replayed: true });
    });
  });

  describe('settle', () => {
    it('charges the real cost on the whole path and frees the rest', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { path: path(root, ['a', 'b']), cost: price(10) });
      await ledger.reserve(asked);
      const cost = { credits: 3 * CREDIT, calls: CREDIT };
      expect(await ledger.settle({ reservation: asked.reservation, cost })).toEqual({
        status: 'settled',
        charged: cost,
        replayed: false,
      });
      for (const { account } of asked.path) {
        expect(await counters(ledger, account)).toEqual({ spent: 3 * CREDIT, held: 0 });
        expect(await counters(ledger, account, 'calls')).toEqual({ spent: CREDIT, held: 0 });
      }
    });

    it('charges as held what is not said, and what was never held too', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { cost: price(10) });
      await ledger.reserve(asked);
      expect(
        await ledger.settle({ reservation: asked.reservation, cost: { usd: 25 } }),
      ).toMatchObject({ charged: { credits: 10 * CREDIT, calls: CREDIT, usd: 25 } });
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 10 * CREDIT, held: 0 });
      expect(await counters(ledger, rootOf(root), 'usd')).toEqual({ spent: 25, held: 0 });
    });

    it('records an overrun in full, and nothing more is admitted until it is covered', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const asked = request(root, { path: path(root, ['a'], [[], [limit(5)]]), cost: price(5) });
      await ledger.reserve(asked);
      const cost = { credits: 25 * CREDIT };
      expect(await ledger.settle({ reservation: asked.reservation, cost })).toMatchObject({
        charged: { credits: 25 * CREDIT },
      });
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 25 * CREDIT, held: 0 });
      expect(await ledger.reserve(request(root, { cost: price(0) }))).toMatchObject({
        reason: 'budget_exhausted',
        limit: { spentMicros: 25 * CREDIT, remainingMicros: 0 },
      });
    });

    it('happens once: the same again is a replay, anything else is refused', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { cost: price(10) });
      const { reservation } = asked;
      await ledger.reserve(asked);
      const cost = { credits: 4 * CREDIT };
      const charged = { credits: 4 * CREDIT, calls: CREDIT };
      await ledger.settle({ reservation, cost });
      expect(await ledger.settle({ reservation, cost })).toEqual({
        status: 'settled',
        charged,
        replayed: true,
      });
      expect(await ledger.settle({ reservation, cost: charged })).toMatchObject({ replayed: true });
      for (const other of [{}, { credits: 5 * CREDIT }, { ...charged, usd: 0 }]) {
        expect(verdict(await ledger.settle({ reservation, cost: other }))).toBe('already_resolved');
      }
      expect(verdict(await ledger.release({ reservation }))).toBe('already_resolved');
      expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
      expect(verdict(await ledger.reserve({ ...asked, cost: price(1) }))).toBe('already_resolved');
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 4 * CREDIT, held: 0 });
    });

    it('is refused for an id never held, and for a root never opened', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const settle = (of: typeof root) =>
        ledger.settle({ reservation: reservationId(of), cost: {} });
      expect(verdict(await settle(root))).toBe('reservation_unknown');
      expect(verdict(await settle(genesis()))).toBe('root_unknown');
    });

    it('fills a counter at 2^53 - 1, which then says so for good, and admits nothing', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const full = 2 ** 53 - 1;
      const holds = [request(root), request(root), request(root)];
      for (const hold of holds) await ledger.reserve(hold);
      const [first, second, third] = holds.map(({ reservation }) => reservation);
      const settle = (reservation = '', credits: number) =>
        ledger.settle({ reservation, cost: { credits } });
      expect(verdict(await settle(first, full))).toBe('settled');
      expect(verdict(await settle(second, full - CREDIT))).toBe('settled');
      expect(verdict(await ledger.release({ reservation: third ?? '' }))).toBe('released');
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: full, held: 0 });
      expect(verdict(await ledger.reserve(request(root)))).toBe('budget_exhausted');
    });
  });

  describe('release', () => {
    it('gives the whole hold back on the whole path, once', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { path: path(root, ['a']), cost: price(10) });
      const { reservation } = asked;
      await ledger.reserve(asked);
      const released = { status: 'released', charged: NOTHING };
      expect(await ledger.release({ reservation })).toEqual({ ...released, replayed: false });
      expect(await ledger.release({ reservation })).toEqual({ ...released, replayed: true });
      for (const { account } of asked.path) {
        expect(await counters(ledger, account)).toEqual({ spent: 0, held: 0 });
      }
      expect(verdict(await ledger.settle({ reservation, cost: {} }))).toBe('already_resolved');
      expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
    });

    it('of an id never seen leaves a mark that refuses its late arrival', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root);
      const { reservation } = asked;
      const released = { status: 'released', charged: NOTHING };
      expect(await ledger.release({ reservation })).toEqual({ ...released, replayed: false });
      expect(await ledger.release({ reservation })).toEqual({ ...released, replayed: true });
      expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
      expect(verdict(await ledger.settle({ reservation, cost: {} }))).toBe('already_resolved');
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 0 });
    });

    it('is refused for a root never opened', async () => {
      const ledger = await open();
      const reservation = reservationId(genesis());
      expect(verdict(await ledger.release({ reservation }))).toBe('root_unknown');
    });
  });
}
