import { describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/ledger/contract.js';
import { neverCharged } from '../../../src/ledger/rules/counters.js';
import { UNITS } from '../../../src/money/units.js';
import { CREDIT, genesis, limit, opened, path, price, request, rootOf } from '../fixtures.js';
import type { Subject } from '../subject.js';

const ZERO = Object.fromEntries(UNITS.map((unit) => [unit, { spent: 0, held: 0 }]));
const UNKNOWN = { status: 'refused', reason: 'root_unknown' };

/** Opening roots, and reading what is there. */
export function viewLaws({ open }: Subject): void {
  describe('openRoot', () => {
    it('makes a root once: the same content is a replay, any other is refused', async () => {
      const ledger = await open();
      const root = genesis({ labels: { team: 'ml', app: 'search' } });
      expect(await ledger.openRoot(root)).toEqual({ status: 'opened', replayed: false });
      await ledger.reserve(request(root));
      const reordered = { ...root, labels: { app: 'search', team: 'ml' } };
      expect(await ledger.openRoot(reordered)).toEqual({ status: 'opened', replayed: true });
      for (const other of [
        { kid: 'k2' },
        { holder: 'someone' },
        { limits: [limit(2_000)] },
        { limits: [limit(1_000), limit(5, 'usd')] },
        { limits: [] },
        { expiresAtMs: root.expiresAtMs + 1 },
        { labels: {} },
        { labels: { team: 'ml', app: 'other' } },
      ]) {
        expect(await ledger.openRoot({ ...root, ...other })).toEqual({
          status: 'refused',
          reason: 'root_conflict',
        });
      }
      expect(await ledger.balance(rootOf(root))).toMatchObject({ genesis: root });
    });

    it('keeps text as it is, whatever is in it', async () => {
      const ledger = await open();
      const labels = { 'name\0': 'é 😀 "\\ \u2028', ['__proto__x']: '', empty: '{}' };
      const root = await opened(ledger, { labels, limits: [] });
      expect(await ledger.balance(rootOf(root))).toMatchObject({ genesis: root });
      expect(await ledger.reserve(request(root))).toMatchObject({ labels });
      const bare = await opened(ledger, { labels: {} });
      expect(await ledger.reserve(request(bare))).toMatchObject({ labels: {} });
    });
  });

  describe('balance', () => {
    it('shows the path, with zeros where nothing was charged', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      expect(await ledger.balance(`${rootOf(root)}/a`)).toEqual({
        status: 'found',
        genesis: root,
        path: [rootOf(root), `${rootOf(root)}/a`].map((account) => ({
          ...neverCharged(account),
          counters: ZERO,
        })),
      });
      await ledger.reserve(
        request(root, { path: path(root, ['a'], [[limit(50)], [limit(9)]]), cost: price(2) }),
      );
      const counters = {
        ...ZERO,
        credits: { spent: 0, held: 2 * CREDIT },
        calls: { spent: 0, held: CREDIT },
      };
      expect(await ledger.balance(`${rootOf(root)}/a/b`)).toEqual({
        status: 'found',
        genesis: root,
        path: [
          {
            ...neverCharged(rootOf(root)),
            ...{ counters, openHolds: 1, accounts: 2, limitsLastSeen: [limit(50)] },
          },
          {
            ...neverCharged(`${rootOf(root)}/a`),
            ...{ counters, openHolds: 1, accounts: 1, limitsLastSeen: [limit(9)] },
          },
          neverCharged(`${rootOf(root)}/a/b`),
        ],
      });
    });

    it('has the limits of the last hold made there, not of a refusal', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const at = (whole: number, credits: number) =>
        request(root, { path: path(root, ['a'], [[], [limit(whole)]]), cost: price(credits) });
      await ledger.reserve(at(9, 1));
      await ledger.reserve(at(20, 5));
      await ledger.reserve(at(3, 8));
      expect(await ledger.balance(`${rootOf(root)}/a`)).toMatchObject({
        path: [{ limitsLastSeen: [] }, { limitsLastSeen: [limit(20)] }],
      });
    });

    it('knows no other root', async () => {
      const ledger = await open();
      await opened(ledger);
      expect(await ledger.balance(rootOf(genesis()))).toEqual(UNKNOWN);
      expect(await ledger.tree({ account: rootOf(genesis()) })).toEqual(UNKNOWN);
    });
  });

  describe('tree', () => {
    it('shows the account, then those below it by name, to a depth and a count', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const name = rootOf(root);
      for (const holders of [['b'], ['a', 'x', 'deep'], ['a-1'], ['a0'], ['a', 'B'], ['a.c']]) {
        await ledger.reserve(request(root, { path: path(root, holders) }));
      }
      const accounts = async (below: string, options = {}) => {
        const tree = await ledger.tree({ account: `${name}${below}`, ...options });
        if (tree.status !== 'found') throw new Error(tree.reason);
        expect(tree.genesis).toEqual(root);
        const names = tree.accounts.map(({ account }) => account.slice(name.length));
        return tree.truncated ? [...names, '…'] : names;
      };
      const all = ['/a', '/a-1', '/a.c', '/a/B', '/a/x', '/a/x/deep', '/a0', '/b'];
      expect(await accounts('')).toEqual(['', ...all]);
      expect(await accounts('/a')).toEqual(['/a', '/a/B', '/a/x', '/a/x/deep']);
      expect(await accounts('', { depth: 1 })).toEqual(['', '/a', '/a-1', '/a.c', '/a0', '/b']);
      expect(await accounts('/a', { depth: 1 })).toEqual(['/a', '/a/B', '/a/x']);
      expect(await accounts('/a', { depth: 0 })).toEqual(['/a']);
      expect(await accounts('', { maxAccounts: 3 })).toEqual(['', '/a', '/a-1', '…']);
      expect(await accounts('', { maxAccounts: 9 })).toEqual(['', ...all]);
      expect(await accounts('', { depth: 0, maxAccounts: 1 })).toEqual(['']);
      expect(await accounts('/nobody')).toEqual(['/nobody']);
      // Pages of any size, from anywhere, are the whole.
      for (const maxAccounts of [1, 2, 3, 500]) {
        for (const depth of [undefined, 1, 2]) {
          const options = { maxAccounts, ...(depth !== undefined && { depth }) };
          const whole = await accounts('', depth === undefined ? {} : { depth });
          const pages = await accounts('', options);
          while (pages.at(-1) === '…') {
            pages.pop();
            pages.push(...(await accounts('', { ...options, after: `${name}${pages.at(-1)}` })));
          }
          expect(pages).toEqual(whole);
        }
      }
      const from = (after: string) => accounts('/a', { after, maxAccounts: 1 });
      expect(await from(`${name}/a/`)).toEqual(['/a/B', '…']);
      expect(await from(`${name}/a/x`)).toEqual(['/a/x/deep']);
      expect(await from(`${name}/a/x/`)).toEqual(['/a/x/deep']);
      expect(await from(name)).toEqual(['/a/B', '…']);
      expect(await from(`${name}/a0`)).toEqual([]);
      expect(await from('z')).toEqual([]);
    });

    it('sums at every level: what is spent below is part of what is spent above', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      for (const [credits, ...holders] of [
        [1, 'a', 'x'],
        [2, 'a', 'y'],
        [4, 'a'],
        [8, 'b'],
        [16],
      ] as [number, ...string[]][]) {
        const asked = request(root, { path: path(root, holders), cost: price(credits) });
        await ledger.reserve(asked);
        await ledger.settle({ reservation: asked.reservation, cost: {} });
      }
      const tree = await ledger.tree({ account: rootOf(root) });
      if (tree.status !== 'found') throw new Error(tree.reason);
      expect(tree.accounts.map(({ counters }) => counters.credits.spent / CREDIT)).toEqual([
        31, 7, 1, 2, 8,
      ]);
    });
  });

  describe('roots and tenants', () => {
    it('lists the roots by tenant and id, with their state', async () => {
      const ledger = await open();
      expect(await ledger.roots(10)).toEqual([]);
      expect(await ledger.tenants()).toEqual([]);
      const names = [
        ['main', 'b'],
        ['main', 'a'],
        ['acme', 'c'],
        ['acme-2', '0'],
      ] as const;
      for (const [tenant, digit] of names) {
        await opened(ledger, { tenant, rootId: digit.repeat(32) });
      }
      const listed = async (max: number) =>
        (await ledger.roots(max)).map(({ genesis: g }) => `${g.tenant}/${g.rootId[0]}`);
      expect(await listed(10)).toEqual(['acme/c', 'acme-2/0', 'main/a', 'main/b']);
      expect(await listed(2)).toEqual(['acme/c', 'acme-2/0']);
      const next = async (after: string) =>
        (await ledger.roots(2, after)).map(({ genesis: g }) => `${g.tenant}/${g.rootId[0]}`);
      expect(await next(`acme/${'c'.repeat(32)}`)).toEqual(['acme-2/0', 'main/a']);
      expect(await next(`main/${'a'.repeat(32)}`)).toEqual(['main/b']);
      expect(await next(`main/${'b'.repeat(32)}`)).toEqual([]);
      expect([...(await ledger.tenants())].sort()).toEqual(['acme', 'acme-2', 'main']);
      const root = genesis({ tenant: 'acme', rootId: 'c'.repeat(32) });
      await ledger.reserve(request(root, { path: path(root, ['x'], [[limit(4)]]) }));
      const [first] = await ledger.roots(1);
      expect(first).toEqual({
        genesis: root,
        state: {
          ...neverCharged(rootOf(root)),
          counters: {
            ...ZERO,
            credits: { spent: 0, held: CREDIT },
            calls: { spent: 0, held: CREDIT },
          },
          openHolds: 1,
          accounts: 2,
          limitsLastSeen: [limit(4)],
        },
      });
    });
  });

  describe('ping and close', () => {
    it('answers while open; once closed, everything is refused as closed', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      await ledger.ping();
      await ledger.close();
      await ledger.close();
      for (const call of [
        () => ledger.ping(),
        () => ledger.reserve(request(root)),
        () => ledger.balance(rootOf(root)),
      ]) {
        const error = await call().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(LedgerUnavailable);
        expect(error).toMatchObject({ reason: 'closed' });
      }
    });
  });
}
