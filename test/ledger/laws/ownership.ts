import { describe, expect, it } from 'vitest';
import { type By, MAX_TTL_MS, MIN_TTL_MS } from '../../../src/ledger/contract.js';
import {
  CREDIT,
  counters,
  HOUR_MS,
  opened,
  path,
  price,
  request,
  reservationId,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

/** Who may end a hold, and for how long it may live (DESIGN §3, rules 5 to 7). */
export function ownershipLaws({ open }: Subject): void {
  describe('a hold of a caller', () => {
    it('is ended by its own account and the gateway alone; its id is no key to it', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const account = `${rootOf(root)}/a`;
      const own: By = { kind: 'caller', account };
      const asked = request(root, { path: path(root, ['a']), owner: 'caller' });
      const gateways = request(root, { path: path(root, ['a']) });
      await ledger.reserve(asked);
      await ledger.reserve(gateways);
      const strangers: By[] = [rootOf(root), `${account}/b`, `${rootOf(root)}/b`].map((name) => ({
        kind: 'caller',
        account: name,
      }));
      const tries = [...strangers.map((by) => [asked, by] as const), [gateways, own] as const];
      for (const [{ reservation }, by] of tries) {
        expect(verdict(await ledger.settle({ reservation, cost: {}, by }))).toBe('not_owner');
        expect(verdict(await ledger.release({ reservation, by }))).toBe('not_owner');
        expect(verdict(await ledger.extend({ reservation, ttlMs: HOUR_MS, by }))).toBe('not_owner');
      }
      expect(await counters(ledger, account)).toEqual({ spent: 0, held: 2 * CREDIT });
      expect(
        verdict(await ledger.settle({ reservation: asked.reservation, cost: {}, by: own })),
      ).toBe('settled');
      const gateway = { reservation: gateways.reservation, by: { kind: 'gateway' } } as const;
      expect(verdict(await ledger.release(gateway))).toBe('released');
    });

    it('is not settled above itself by a caller: a child must not sink the tree', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const by: By = { kind: 'caller', account: rootOf(root) };
      const asked = request(root, { owner: 'caller', cost: price(5) });
      await ledger.reserve(asked);
      const { reservation } = asked;
      for (const cost of [{ credits: 5 * CREDIT + 1 }, { usd: 1 }, { calls: 2 * CREDIT }]) {
        expect(verdict(await ledger.settle({ reservation, cost, by }))).toBe('above_hold');
      }
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 5 * CREDIT });
      const cost = { credits: 5 * CREDIT, usd: 0 };
      expect(verdict(await ledger.settle({ reservation, cost, by }))).toBe('settled');
    });

    it('leaves no mark when it is released unseen', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const by: By = { kind: 'caller', account: rootOf(root) };
      const asked = request(root, { owner: 'caller' });
      const { reservation } = asked;
      expect(verdict(await ledger.release({ reservation, by }))).toBe('reservation_unknown');
      expect(verdict(await ledger.reserve(asked))).toBe('held');
    });

    it('of another content is a conflict, by owner and fingerprint too, and when it is over', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { fingerprint: 'one' });
      await ledger.reserve(asked);
      expect(await ledger.reserve(asked)).toMatchObject({ replayed: true });
      const { fingerprint, ...without } = asked;
      expect(fingerprint).toBe('one');
      for (const other of [
        { ...asked, fingerprint: 'two' },
        without,
        { ...asked, owner: 'caller' as const },
      ]) {
        expect(verdict(await ledger.reserve(other))).toBe('id_conflict');
      }
      await ledger.settle({ reservation: asked.reservation, cost: {} });
      expect(verdict(await ledger.reserve(asked))).toBe('already_resolved');
      expect(verdict(await ledger.reserve({ ...asked, fingerprint: 'two' }))).toBe('id_conflict');
    });
  });

  describe('extending a hold', () => {
    it('moves its deadline on, never back, and never past a day in all', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, { ttlMs: HOUR_MS });
      const held = await ledger.reserve(asked);
      if (held.status !== 'held') throw new Error(held.reason);
      const { reservation } = asked;
      const deadline = async (ttlMs: number) => {
        const extended = await ledger.extend({ reservation, ttlMs });
        if (extended.status !== 'extended') throw new Error(extended.reason);
        return extended.deadlineMs - held.deadlineMs;
      };
      expect(await deadline(MIN_TTL_MS)).toBe(0);
      expect(await deadline(2 * HOUR_MS)).toBeGreaterThanOrEqual(HOUR_MS);
      expect(await deadline(MAX_TTL_MS)).toBe(MAX_TTL_MS - HOUR_MS);
      expect(await ledger.reserve(asked)).toMatchObject({
        deadlineMs: held.deadlineMs + MAX_TTL_MS - HOUR_MS,
      });
    });

    it('is refused for one that is over, or was never made', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root);
      const extend = async () =>
        verdict(await ledger.extend({ reservation: asked.reservation, ttlMs: HOUR_MS }));
      expect(await extend()).toBe('reservation_unknown');
      await ledger.reserve(asked);
      await ledger.settle({ reservation: asked.reservation, cost: {} });
      expect(await extend()).toBe('already_resolved');
      const unknown = reservationId({ ...root, rootId: 'f'.repeat(32) });
      expect(verdict(await ledger.extend({ reservation: unknown, ttlMs: HOUR_MS }))).toBe(
        'root_unknown',
      );
    });
  });
}
