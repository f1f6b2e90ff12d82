import { describe, expect, it } from 'vitest';
import type { Genesis, Ledger, ReserveRequest } from '../../../src/ledger/contract.js';
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

/** What one step ends at most, beside what it was asked for. */
const AT_ONCE = 200;
const CARVES = 230;
const HOLDS = 190;
const TOP = [limit(1_000)];

/** 2 credits set aside for a child of `a`. */
function child(root: Genesis, holder: string): ReserveRequest {
  const accounts = path(root, ['a', holder], [TOP, TOP, [carved(2)]]);
  return request(root, { path: accounts.map((its) => ({ ...its, carveEndsMs: FAR_MS })) });
}

/** A hold of 1 credit that a caller makes for itself. */
function own(root: Genesis, holder: string): ReserveRequest {
  return request(root, { path: path(root, ['a', holder], [TOP]), owner: 'caller' });
}

async function crowd(ledger: Ledger) {
  const root = await opened(ledger, { limits: TOP });
  const children = Array.from({ length: CARVES }, (_, i) => child(root, `c${i}`));
  const held = Array.from({ length: HOLDS }, (_, i) => own(root, `h${i % 7}`));
  const answers = await Promise.all([
    ...children.map((asked) => ledger.activate(asked)),
    ...held.map((asked) => ledger.reserve(asked)),
  ]);
  expect(new Set(answers.map(verdict))).toEqual(new Set(['activated', 'held']));
  return { root, account: `${rootOf(root)}/a`, held };
}

async function entriesAfter(ledger: Ledger, after: number) {
  const { entries } = await ledger.journal({ tenant: 'main', after, max: 10_000 });
  return entries.map(({ entry }) => entry.kind);
}

async function sweepAll(ledger: Ledger): Promise<number> {
  for (let steps = 1; ; steps += 1) {
    const { more } = await ledger.sweep('main', AT_ONCE);
    if (!more) return steps;
  }
}

/** DESIGN §3, rule 9: what is below a revoked account ends in steps, and no step is long. */
export function closingLaws({ open, openTwo }: Subject): void {
  describe('what is open below a revoked account', () => {
    it.each(['revoke', 'close'] as const)('ends in bounded steps: %s', async (action) => {
      const [ledger, other] = await openTwo();
      const { root, account, held } = await crowd(ledger);
      const { nextNumber } = await ledger.journal({ tenant: 'main', after: 0, max: 1 });
      expect(await ledger.control({ account, action, actor: 'me' })).toMatchObject({
        status: 'done',
      });
      const after = action === 'revoke' ? 'revoked' : 'closed';
      const kinds = await entriesAfter(ledger, nextNumber - 1);
      expect(kinds[0]).toBe(after);
      expect(kinds.length).toBeLessThanOrEqual(1 + AT_ONCE);
      for (const asked of [child(root, 'c1'), child(root, 'new')]) {
        expect(verdict(await ledger.activate(asked))).toBe(`account_${after}`);
      }
      expect(verdict(await ledger.reserve(own(root, 'h1')))).toBe(`account_${after}`);

      // Two gateways sweep, neither of which needs to have been there.
      await Promise.all([sweepAll(other), sweepAll(ledger)]);
      expect(await sweepAll(ledger)).toBe(1);
      expect(await counters(ledger, rootOf(root))).toEqual({ spent: HOLDS * CREDIT, held: 0 });
      const all = await entriesAfter(ledger, nextNumber - 1);
      expect(all.filter((kind) => kind === 'carve_ended')).toHaveLength(CARVES);
      expect(all.filter((kind) => kind === 'presumed_spent')).toHaveLength(HOLDS);
      // A late settle corrects once, as after any presumed outcome.
      const [first] = held;
      const late = { reservation: first?.reservation ?? '', cost: { credits: 0 } };
      expect(verdict(await ledger.settle(late))).toBe('settled');
      expect(verdict(await ledger.settle({ ...late, cost: { credits: 1 } }))).toBe(
        'already_resolved',
      );
      expect((await counters(ledger, rootOf(root))).spent).toBe((HOLDS - 1) * CREDIT);
    });

    it('is given back by whoever needs it, step by step', async () => {
      const ledger = await open();
      const { root, account } = await crowd(ledger);
      await ledger.control({ account, action: 'revoke', actor: 'me' });
      const rest = 1_000 - HOLDS;
      const sibling = () => request(root, { path: path(root, ['s'], [TOP]), cost: price(rest) });
      expect(verdict(await ledger.reserve(sibling()))).toBe('budget_exhausted');
      expect(verdict(await ledger.reserve(sibling()))).toBe('held');
    });

    it('stays where it is not below: holds of gateways, and accounts with a like name', async () => {
      const ledger = await open();
      const root = await opened(ledger, { limits: TOP });
      const at = (holders: string[], owner: 'caller' | 'gateway') =>
        request(root, { path: path(root, holders, [TOP]), owner });
      const kept = [
        at([], 'caller'),
        at(['a-1'], 'caller'),
        at(['a.1', 'x'], 'caller'),
        at(['a0'], 'caller'),
        at(['a', 'x'], 'gateway'),
      ];
      const ended = [at(['a'], 'caller'), at(['a', 'x'], 'caller'), at(['a', 'x-1'], 'caller')];
      for (const asked of [...kept, ...ended]) await ledger.reserve(asked);
      await ledger.control({ account: `${rootOf(root)}/a`, action: 'revoke', actor: 'me' });
      await sweepAll(ledger);
      for (const { reservation } of ended) {
        expect(verdict(await ledger.release({ reservation }))).toBe('already_resolved');
      }
      for (const { reservation } of kept) {
        expect(verdict(await ledger.release({ reservation }))).toBe('released');
      }
    });
  });
}
