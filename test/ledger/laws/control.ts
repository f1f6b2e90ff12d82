import { describe, expect, it } from 'vitest';
import type { ControlAction } from '../../../src/ledger/contract.js';
import {
  CREDIT,
  counters,
  genesis,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import type { Subject } from '../subject.js';

const REASONS = {
  pause: 'account_paused',
  revoke: 'account_revoked',
  close: 'account_closed',
} as const;
const actor = 'operator';

/** DESIGN §3, rule 9: pause, resume, revoke, close and top up, on any account and so its subtree. */
export function controlLaws({ open }: Subject): void {
  describe('an operator’s word on an account', () => {
    it.each(['pause', 'revoke', 'close'] as const)(
      '%s: nothing new below it, and what was dispatched still settles',
      async (action) => {
        const ledger = await open();
        const root = await opened(ledger);
        const account = `${rootOf(root)}/a`;
        const below = () => request(root, { path: path(root, ['a', 'b']) });
        const flying = below();
        const [kept, back] = [below(), below()];
        for (const asked of [flying, kept, back]) await ledger.reserve(asked);
        expect(await ledger.control({ account, action, actor })).toMatchObject({
          status: 'done',
          replayed: false,
          before: 'open',
        });
        const refused = { status: 'refused', reason: REASONS[action], account };
        expect(await ledger.reserve(below())).toEqual(refused);
        expect(await ledger.activate(below())).toEqual(refused);
        expect(await ledger.extend({ reservation: kept.reservation, ttlMs: 1_000 })).toEqual(
          refused,
        );
        expect(verdict(await ledger.reserve(request(root)))).toBe('held');
        expect(await ledger.reserve(kept)).toMatchObject({ status: 'held', replayed: true });
        const over = { reservation: flying.reservation, cost: { credits: 4 * CREDIT } };
        expect(verdict(await ledger.settle(over))).toBe('settled');
        expect(verdict(await ledger.release({ reservation: back.reservation }))).toBe('released');
        expect(await counters(ledger, account)).toEqual({ spent: 4 * CREDIT, held: CREDIT });
      },
    );

    it('goes by the account nearest the root', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      await ledger.control({ account: `${rootOf(root)}/a/b`, action: 'revoke', actor });
      await ledger.control({ account: `${rootOf(root)}/a`, action: 'pause', actor });
      expect(await ledger.reserve(request(root, { path: path(root, ['a', 'b']) }))).toMatchObject({
        reason: 'account_paused',
        account: `${rootOf(root)}/a`,
      });
      await ledger.control({ account: `${rootOf(root)}/a`, action: 'resume', actor });
      expect(await ledger.reserve(request(root, { path: path(root, ['a', 'b']) }))).toMatchObject({
        reason: 'account_revoked',
        account: `${rootOf(root)}/a/b`,
      });
    });

    it('may be said again; revoked and closed are final', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const account = `${rootOf(root)}/never/charged`;
      const say = async (action: ControlAction) => ledger.control({ account, action, actor });
      const done = (before: string, after: string, replayed = false) => ({
        status: 'done',
        replayed,
        before,
        after,
      });
      expect(await say('resume')).toEqual(done('open', 'open', true));
      expect(await say('pause')).toEqual(done('open', 'paused'));
      expect(await say('pause')).toEqual(done('paused', 'paused', true));
      expect(await say('resume')).toEqual(done('paused', 'open'));
      await say('pause');
      expect(await say('close')).toEqual(done('paused', 'closed'));
      expect(await say('close')).toEqual(done('closed', 'closed', true));
      for (const action of ['pause', 'resume', 'revoke'] as const) {
        expect(await say(action)).toEqual({
          status: 'refused',
          reason: 'final',
          standing: 'closed',
        });
      }
      expect(await ledger.balance(account)).toMatchObject({
        path: [{}, { standing: 'open' }, { standing: 'closed' }],
      });
      const other = { account: rootOf(genesis()), action: 'pause', actor } as const;
      expect(verdict(await ledger.control(other))).toBe('root_unknown');
    });
  });

  describe('a top-up', () => {
    const id = 'a'.repeat(32);

    it('raises the first limit of its unit, and not one that a holder has added', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const asked = (credits: number, ...own: number[]) =>
        request(root, {
          path: path(root, [], [own.map((whole) => limit(whole))]),
          cost: price(credits),
        });
      expect(verdict(await ledger.reserve(asked(12, 10)))).toBe('budget_exhausted');
      const topUp = {
        account: rootOf(root),
        unit: 'credits',
        micros: 5 * CREDIT,
        id,
        actor,
      } as const;
      expect(await ledger.topUp(topUp)).toEqual({
        status: 'topped_up',
        toppedUp: { credits: 5 * CREDIT },
        replayed: false,
      });
      expect(await ledger.reserve(asked(12, 10, 11))).toMatchObject({
        reason: 'budget_exhausted',
        limit: { limitMicros: 11 * CREDIT },
      });
      const held = await ledger.reserve(asked(12, 10));
      expect(held).toMatchObject({
        limits: [{ limitMicros: 15 * CREDIT }, { limitMicros: 15 * CREDIT }],
      });
    });

    it('happens once for each id', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const account = `${rootOf(root)}/a`;
      const topUp = { account, unit: 'usd', micros: 7, id, actor } as const;
      await ledger.topUp(topUp);
      expect(await ledger.topUp(topUp)).toEqual({
        status: 'topped_up',
        toppedUp: { usd: 7 },
        replayed: true,
      });
      for (const other of [
        { micros: 8 },
        { unit: 'credits' as const },
        { account: rootOf(root) },
      ]) {
        expect(verdict(await ledger.topUp({ ...topUp, ...other }))).toBe('id_conflict');
      }
      const taken = request(root, { reservation: `r1.${rootOf(root).replace('/', '.')}.${id}` });
      expect(verdict(await ledger.reserve(taken))).toBe('id_conflict');
      expect(verdict(await ledger.settle({ reservation: taken.reservation, cost: {} }))).toBe(
        'reservation_unknown',
      );
      expect(verdict(await ledger.release({ reservation: taken.reservation }))).toBe(
        'already_resolved',
      );
      expect(await ledger.balance(account)).toMatchObject({
        path: [{ toppedUp: {} }, { toppedUp: { usd: 7 } }],
      });
    });

    it('stays below 2^53, and ends with the account', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: [limit(10)] });
      const most = 2 ** 53 - 1;
      const up = { unit: 'credits', actor } as const;
      const atRoot = { ...up, account: rootOf(root) };
      expect(verdict(await ledger.topUp({ ...atRoot, micros: most, id }))).toBe('amount_overflow');
      expect(verdict(await ledger.topUp({ ...atRoot, micros: most - 10 * CREDIT, id }))).toBe(
        'topped_up',
      );
      const account = `${rootOf(root)}/a`;
      await ledger.topUp({ ...up, account, micros: most, id: 'b'.repeat(32) });
      expect(verdict(await ledger.topUp({ ...up, account, micros: 1, id: 'c'.repeat(32) }))).toBe(
        'amount_overflow',
      );
      const asked = request(root, { path: path(root, ['a'], [[], [limit(1)]]) });
      expect(await ledger.reserve(asked)).toMatchObject({ limits: [{}, { limitMicros: most }] });
      await ledger.control({ account, action: 'close', actor });
      expect(verdict(await ledger.topUp({ ...up, account, micros: 1, id: 'd'.repeat(32) }))).toBe(
        'final',
      );
      const unknown = { ...up, account: rootOf(genesis()), micros: 1, id };
      expect(verdict(await ledger.topUp(unknown))).toBe('root_unknown');
    });
  });
}
