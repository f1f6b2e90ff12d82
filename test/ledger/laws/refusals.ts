import { describe, expect, it } from 'vitest';
import {
  type Ledger,
  MAX_CLOCK_LEAD_MS,
  type ReserveRequest,
} from '../../../src/ledger/contract.js';
import {
  CREDIT,
  FAR_MS,
  genesis,
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

/** Refused for `reason` at `account`, and nothing at all has changed. */
async function expectRefused(
  ledger: Ledger,
  asked: ReserveRequest,
  expected: { reason: string; account: string },
): Promise<void> {
  const root = asked.path[0]?.account ?? '';
  const before = await ledger.tree({ account: root });
  expect(await ledger.reserve(asked)).toMatchObject({ status: 'refused', ...expected });
  expect(await ledger.tree({ account: root })).toEqual(before);
}

/** DESIGN §3, rules 3, 8, 10 and 12; the order is that of `ReserveRefusal`. */
export function refusalLaws({ open, time }: Subject): void {
  describe('refusals change nothing and name the account', () => {
    it('root_unknown: a root that was never opened is no fresh budget', async () => {
      const ledger = await open();
      const root = genesis();
      const asked = request(root, { path: path(root, ['a'], [[limit(1_000)]]) });
      await expectRefused(ledger, asked, { reason: 'root_unknown', account: rootOf(root) });
      expect(await ledger.balance(rootOf(root))).toEqual({
        status: 'refused',
        reason: 'root_unknown',
      });
    });

    it('clock_ahead: a clock far ahead of the gateway is not believed, nor remembered', async () => {
      let lead = 2 * MAX_CLOCK_LEAD_MS;
      const ledger = await open({ clock: () => time.now() - lead });
      const root = await opened(ledger);
      const asked = request(root, { path: path(root, ['a']) });
      await expectRefused(ledger, asked, { reason: 'clock_ahead', account: rootOf(root) });
      lead = 0;
      expect(verdict(await ledger.reserve(asked))).toBe('held');
    });

    it('id_conflict: an open id for another account or cost', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const first = request(root, { path: path(root, ['a']), cost: price(2) });
      await ledger.reserve(first);
      const { most } = first.cost;
      const least = { ...most, credits: CREDIT };
      for (const other of [
        { path: path(root, ['b']) },
        { path: path(root) },
        { cost: price(3) },
        { cost: price(2, { usd: 0 }) },
        { cost: { least, most, steps: 1 } },
        { cost: { least: most, most, steps: 1 } },
      ]) {
        const asked = { ...first, ...other };
        const account = asked.path.at(-1)?.account ?? '';
        await expectRefused(ledger, asked, { reason: 'id_conflict', account });
      }
    });

    it('kid_mismatch: minted under another ring key', async () => {
      const ledger = await open();
      const root = await opened(ledger, { kid: 'k1' });
      await expectRefused(ledger, request(root, { kid: 'k2', path: path(root, ['a']) }), {
        reason: 'kid_mismatch',
        account: rootOf(root),
      });
    });

    it('expired: at the earlier of the macaroon and the genesis, by the store’s clock', async () => {
      const ledger = await open({ clock: time.now });
      const past = time.now() - 1;
      const live = await opened(ledger);
      const dead = await opened(ledger, { expiresAtMs: past });
      const account = `${rootOf(live)}/a`;
      await expectRefused(ledger, request(live, { path: path(live, ['a']), expiresAtMs: past }), {
        reason: 'expired',
        account,
      });
      await expectRefused(ledger, request(dead, { expiresAtMs: FAR_MS }), {
        reason: 'expired',
        account: rootOf(dead),
      });
      const soon = time.now() + HOUR_MS;
      expect(verdict(await ledger.reserve(request(live, { expiresAtMs: soon })))).toBe('held');
    });

    it('unit_unknown: a limit anywhere in a unit with no cost; unknown is not zero', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const asked = request(root, {
        path: path(root, ['a', 'b'], [[], [limit(9), limit(9, 'usd')], [limit(9, 'tokens')]]),
      });
      await expectRefused(ledger, asked, { reason: 'unit_unknown', account: `${rootOf(root)}/a` });
      expect(await ledger.reserve(asked)).toMatchObject({ unit: 'usd' });
      const minted = await opened(ledger, { limits: [limit(9), limit(9, 'usd')] });
      expect(await ledger.reserve(request(minted))).toMatchObject({
        reason: 'unit_unknown',
        account: rootOf(minted),
        unit: 'usd',
      });
    });

    it('too_many_accounts: a subtree may have as many as its parent has left', async () => {
      const ledger = await open({ maxAccountsPerRoot: 10 });
      const root = await opened(ledger);
      const at = (...holders: string[]) => request(root, { path: path(root, holders) });
      // What a, b, c and d would take of the root, of a, of b, of c and for itself: 5 + 4 + 3 + 2 + 1.
      await expectRefused(ledger, at('a', 'b', 'c', 'd'), {
        reason: 'too_many_accounts',
        account: `${rootOf(root)}/a/b`,
      });
      expect(verdict(await ledger.reserve(at('a', 'b')))).toBe('held');
      expect(verdict(await ledger.reserve(at('a', 'c')))).toBe('held');
      // 5 of the root's, 4 of a's, and its own.
      const asked = at('a', 'd');
      expect(verdict(await ledger.reserve(asked))).toBe('held');
      await expectRefused(ledger, at('a', 'e'), {
        reason: 'too_many_accounts',
        account: `${rootOf(root)}/a`,
      });
      // The next child still has its share, and accounts that are there are open to all.
      expect(verdict(await ledger.reserve(at('f')))).toBe('held');
      expect(verdict(await ledger.reserve(at('a', 'd')))).toBe('held');
      const other = await opened(ledger);
      expect(verdict(await ledger.reserve(request(other)))).toBe('held');
    });

    it('too_many_holds: a subtree may have as many as its parent has left, open at once', async () => {
      const ledger = await open({ maxHoldsPerRoot: 8 });
      const root = await opened(ledger);
      const at = (...holders: string[]) => request(root, { path: path(root, holders) });
      const taken = async (...holders: string[]) => {
        const held: string[] = [];
        for (;;) {
          const asked = at(...holders);
          const outcome = await ledger.reserve(asked);
          if (outcome.status === 'held') held.push(asked.reservation);
          else return { held, outcome };
        }
      };
      const first = await taken('a');
      expect(first.held).toHaveLength(4);
      expect(first.outcome).toMatchObject({
        reason: 'too_many_holds',
        account: `${rootOf(root)}/a`,
      });
      // A half, then a quarter of all; and what is left is the root's own.
      expect((await taken('b')).held).toHaveLength(2);
      expect((await taken('c')).held).toHaveLength(1);
      const [reservation = ''] = first.held;
      await ledger.settle({ reservation, cost: {} });
      expect((await taken()).held).toHaveLength(2);
      const refused = await ledger.reserve(at());
      expect(refused).toMatchObject({ reason: 'too_many_holds', account: rootOf(root) });
    });

    it('budget_exhausted: names the refusing account nearest the root', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(100)] });
      const tight = [[], [limit(5), limit(2), limit(1)], [limit(1)]];
      const asked = request(root, { path: path(root, ['a', 'b'], tight), cost: price(3) });
      await expectRefused(ledger, asked, {
        reason: 'budget_exhausted',
        account: `${rootOf(root)}/a`,
      });
      expect(await ledger.reserve(asked)).toMatchObject({ limit: { limitMicros: 2 * CREDIT } });
    });

    it('budget_exhausted: the genesis holds when the macaroon’s own limits say more', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const forged = request(root, { path: path(root, [], [[limit(5_000)]]), cost: price(11) });
      await expectRefused(ledger, forged, { reason: 'budget_exhausted', account: rootOf(root) });
      expect(await ledger.reserve(forged)).toMatchObject({ limit: { limitMicros: 10 * CREDIT } });
    });
  });

  describe('the order of refusals', () => {
    it('is the order of the contract: mending the first reason uncovers the next', async () => {
      let lead = 2 * MAX_CLOCK_LEAD_MS;
      const ledger = await open({
        clock: () => time.now() - lead,
        maxAccountsPerRoot: 4,
        maxHoldsPerRoot: 3,
      });
      const root = genesis({ limits: [limit(10)] });
      const taken = request(root);
      const filler = request(root, { path: path(root, ['a']) });
      let asked = request(root, {
        reservation: taken.reservation,
        kid: 'other',
        path: path(root, ['b', 'c'], [[limit(9, 'tokens')], [], [limit(1)]]),
        cost: price(2, { usd: 2 }),
        expiresAtMs: time.now() - 1,
      });
      const expectNext = async (reason: string) =>
        expect(verdict(await ledger.reserve(asked))).toBe(reason);

      await expectNext('root_unknown');
      await ledger.openRoot(root);
      await expectNext('clock_ahead');
      lead = 0;
      await ledger.reserve(taken);
      await ledger.reserve(filler);
      await expectNext('id_conflict');
      const spare = request(root);
      await ledger.release({ reservation: spare.reservation });
      asked = { ...asked, reservation: spare.reservation };
      await expectNext('already_resolved');
      asked = { ...asked, reservation: request(root).reservation };
      await expectNext('kid_mismatch');
      asked = { ...asked, kid: root.kid };
      await expectNext('expired');
      asked = { ...asked, expiresAtMs: FAR_MS };
      await expectNext('unit_unknown');
      asked = { ...asked, path: path(root, ['b', 'c'], [[], [], [limit(1)]]) };
      await expectNext('too_many_accounts');
      asked = { ...asked, path: path(root, ['b'], [[], [limit(1)]]) };
      await expectNext('too_many_holds');
      await ledger.settle({ reservation: filler.reservation, cost: {} });
      await expectNext('budget_exhausted');
      asked = { ...asked, cost: price(1) };
      await expectNext('held');
    });
  });
}
