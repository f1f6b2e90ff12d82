import { describe, expect, it } from 'vitest';
import type { JournalEntry, Ledger } from '../../../src/ledger/contract.js';
import { canonicalJson } from '../../../src/ledger/journal/canonical.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
import { CREDIT, opened, path, price, request, rootOf } from '../fixtures.js';
import type { Subject } from '../subject.js';

async function entriesOf(ledger: Ledger, tenant = 'main'): Promise<readonly JournalEntry[]> {
  const { entries } = await ledger.journal({ tenant, after: 0, max: 1_000 });
  return entries.map(({ entry }) => entry);
}

/** DESIGN §3, rule 9: every change, in order, in the same step as the change. */
export function journalLaws({ open }: Subject): void {
  describe('the journal', () => {
    it('tells each change, with who, what for, how much and the upstream’s own id', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const account = `${rootOf(root)}/a`;
      const about = { name: 'gpt-4o', route: 'chat', tags: { task: '42' } };
      const asked = request(root, { path: path(root, ['a']), cost: price(5), about });
      await ledger.reserve(asked);
      await ledger.reserve(asked);
      const { reservation } = asked;
      const upstream = { requestId: 'req_1', model: 'gpt-4o-2024' };
      await ledger.settle({ reservation, cost: { credits: 2 * CREDIT }, upstream });
      await ledger.control({ account, action: 'pause', actor: 'alice' });
      expect(await entriesOf(ledger)).toMatchObject([
        { kind: 'opened', sequence: 0, account: rootOf(root), genesis: root },
        {
          kind: 'held',
          sequence: 1,
          account,
          reservation,
          about,
          granted: { credits: 5 * CREDIT },
        },
        {
          kind: 'settled',
          sequence: 2,
          account,
          reservation,
          charged: { credits: 2 * CREDIT, calls: CREDIT },
          by: 'gateway',
          about,
          upstream,
        },
        { kind: 'paused', sequence: 3, account, actor: 'alice' },
      ]);
    });

    it('is told as texts too: the canonical JSON of the same entries', async () => {
      const ledger = await open();
      const root = await opened(ledger, { labels: { team: 'ml/é "x"' } });
      const about = { name: 'gpt 4o', route: 'chat', tags: { z: '1', a: '%20' } };
      const cost = { least: price(1).least, most: price(5).most, steps: 4 };
      const asked = request(root, { cost, about, fingerprint: 'a b' });
      await Promise.all([asked, request(root), request(root)].map((one) => ledger.reserve(one)));
      const { reservation } = asked;
      await ledger.settle({ reservation, cost: price(2).least, upstream: { requestId: 'r 1' } });
      await ledger.control({ account: rootOf(root), action: 'close', actor: 'alice\n' });
      for (const after of [0, 1, 2, 3, 6, 9]) {
        const { entries, ...standing } = await ledger.journal({ tenant: 'main', after, max: 9 });
        expect(await ledger.journalTexts({ tenant: 'main', after, max: 9 })).toEqual({
          ...standing,
          first: after + 1,
          texts: entries.map(({ entry }) => canonicalJson(entry)),
        });
      }
    });

    it('is numbered without gaps per tenant, and says nothing of refusals', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const other = await opened(ledger, { tenant: 'acme' });
      await Promise.all([root, other, root, other, root].map((of) => ledger.reserve(request(of))));
      await ledger.reserve(request(root, { kid: 'k2' }));
      await ledger.reserve(request(root, { cost: price(5_000) }));
      const page = await ledger.journal({ tenant: 'main', after: 0, max: 1_000 });
      expect(page.entries.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect(page).toMatchObject({ nextNumber: 5, trimmedThrough: 0 });
      const some = await ledger.journal({ tenant: 'main', after: 1, max: 2 });
      expect(some.entries).toEqual(page.entries.slice(1, 3));
      expect((await ledger.journal({ tenant: 'acme', after: 0, max: 9 })).nextNumber).toBe(4);
      expect(await ledger.journal({ tenant: 'nobody', after: 0, max: 9 })).toEqual({
        entries: [],
        nextNumber: 1,
        trimmedThrough: 0,
        head: { number: 0, hash: '' },
      });
    });

    it('is trimmed from its old end, and goes on with the same numbers', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      await ledger.reserve(request(root));
      await ledger.reserve(request(root));
      const drainer = { tenant: 'main', holder: 'gateway-1' };
      const end = { number: 3, hash: 'a'.repeat(64) };
      await ledger.lease({ ...drainer, ttlMs: 60_000 });
      await ledger.moveHead({ ...drainer, from: { number: 0, hash: '' }, to: end });
      expect(await ledger.trimJournal({ tenant: 'main', through: 2 })).toBe(2);
      expect(await ledger.trimJournal({ tenant: 'main', through: 1 })).toBe(2);
      const page = await ledger.journal({ tenant: 'main', after: 0, max: 9 });
      expect(page).toMatchObject({ entries: [{ number: 3 }], nextNumber: 4, trimmedThrough: 2 });
      expect(await ledger.trimJournal({ tenant: 'main', through: 99 })).toBe(3);
      await ledger.reserve(request(root));
      expect(await ledger.trimJournal({ tenant: 'main', through: 99 })).toBe(3);
      const next = await ledger.journal({ tenant: 'main', after: 0, max: 9 });
      expect(next).toMatchObject({ entries: [{ number: 4 }], nextNumber: 5, trimmedThrough: 3 });
    });

    it('folded gives the accounts, whatever came at once', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      await Promise.all(
        Array.from({ length: 30 }, async (_, i) => {
          const asked = request(root, { path: path(root, [`a${i % 3}`]), cost: price(i) });
          await ledger.reserve(asked);
          if (i % 2 === 0) await ledger.settle({ reservation: asked.reservation, cost: {} });
        }),
      );
      const { accounts } = foldJournal(await entriesOf(ledger));
      const tree = await ledger.tree({ account: rootOf(root) });
      if (tree.status !== 'found') throw new Error(tree.reason);
      expect(tree.accounts).toHaveLength(4);
      for (const { account, counters } of tree.accounts) {
        expect(accounts.get(account)?.counters).toEqual(counters);
      }
    });
  });
}
