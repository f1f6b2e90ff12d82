import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry, Ledger } from '../../src/ledger/contract.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { journalKey } from '../../src/ledger/redis/keys.js';
import { fc, runs } from '../support/property.js';
import { opened, request } from './fixtures.js';
import { LuaStore } from './lua/store.js';
import { START_MS } from './sequences.js';

const TENANT = 'main';
const HOLDER = 'gateway-1';
const ALL = { tenant: TENANT, after: 0, max: 10_000 };

let store: LuaStore;

beforeAll(async () => {
  store = await LuaStore.start();
});
afterAll(() => store.dispose());

/** A journal whose items have so many entries each: what is asked in one turn is one item. */
async function written(ledger: Ledger, sizes: readonly number[]): Promise<void> {
  const root = await opened(ledger, { tenant: TENANT });
  for (const size of sizes) {
    const asked = Array.from({ length: size }, () => ledger.reserve(request(root)));
    for (const { status } of await Promise.all(asked)) expect(status).toBe('held');
  }
}

/** The last number of each item, read from the stream itself. */
async function itemEnds(): Promise<number[]> {
  const items = await store.admin.xrange(journalKey(TENANT), '-', '+');
  return items.map(([id, fields]) => {
    return Number(id.split('-')[0]) + Number(fields[3]) - 1;
  });
}

interface Numbered {
  readonly number: number;
  readonly entry: JournalEntry;
}

/** That every page, wherever it begins and however long, has what it should of what is left. */
async function expectPages(ledger: Ledger, left: readonly Numbered[], gone: number) {
  const last = left.at(-1)?.number ?? gone;
  for (let after = 0; after <= last + 1; after++) {
    for (const max of [1, 2, 3, 100]) {
      const page = await ledger.journal({ tenant: TENANT, after, max });
      const expected = left.filter(({ number }) => number > after).slice(0, max);
      expect(page.entries, `after ${after}, at most ${max}`).toEqual(expected);
      expect(page).toMatchObject({ nextNumber: last + 1, trimmedThrough: gone });
      const { texts, first } = await ledger.journalTexts({ tenant: TENANT, after, max });
      const wanted = left.slice(left.length - left.filter(({ number }) => number > after).length);
      expect(first).toBe(Math.max(after, gone) + 1);
      expect(texts.length).toBeGreaterThanOrEqual(expected.length);
      expect(texts).toEqual(wanted.slice(0, texts.length).map(({ entry }) => canonicalJson(entry)));
    }
  }
}

describe('a journal in Redis', () => {
  it('loses whole items alone, none that is not drained; the rest is read in any pages', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
    const number = fc.nat({ max: 27 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        number,
        fc.array(number, { minLength: 1 }),
        async (its, to, trims) => {
          await store.begin(START_MS);
          const ledger = await store.ledger({ clock: () => START_MS });
          try {
            await written(ledger, its);
            const { entries } = await ledger.journal(ALL);
            const ends = await itemEnds();
            expect(ends).toEqual([1, ...its.map((_, i) => 1 + sum(its.slice(0, i + 1)))]);
            const drained = Math.min(to, entries.length);
            await drain(ledger, drained);
            let gone = 0;
            for (const through of trims) {
              const may = Math.min(through, drained);
              gone = Math.max(gone, ...ends.filter((end) => end <= may));
              expect(await ledger.trimJournal({ tenant: TENANT, through })).toBe(gone);
              const left = await itemEnds();
              expect(left).toEqual(ends.filter((end) => end > gone));
            }
            await expectPages(
              ledger,
              entries.filter((entry) => entry.number > gone),
              gone,
            );
          } finally {
            await ledger.close();
          }
        },
      ),
      { numRuns: Math.min(runs(25), 500) },
    );
  });

  it('is read whole in long pages too, however long its items are', async () => {
    await store.begin(START_MS);
    const ledger = await store.ledger({ clock: () => START_MS });
    try {
      const sizes = Array.from({ length: 160 }, (_, i) => (i < 80 ? 1 : 1 + (i % 5)));
      await written(ledger, sizes);
      const total = 1 + sum(sizes);
      for (const max of [63, 64, 65, 130, 1_000]) {
        const texts: string[] = [];
        while (texts.length < total) {
          const after = texts.length;
          const page = await ledger.journal({ tenant: TENANT, after, max });
          expect(page.entries.length).toBe(Math.min(max, total - after));
          const { texts: some } = await ledger.journalTexts({ tenant: TENANT, after, max });
          expect(some.length).toBeGreaterThanOrEqual(page.entries.length);
          texts.push(...some);
          expect(some.slice(0, page.entries.length)).toEqual(
            page.entries.map(({ entry }) => canonicalJson(entry)),
          );
        }
        const sequences = texts.map((text) => (JSON.parse(text) as JournalEntry).sequence);
        expect(sequences).toEqual(Array.from({ length: total }, (_, i) => i));
      }
    } finally {
      await ledger.close();
    }
  });
});

async function drain(ledger: Ledger, to: number): Promise<void> {
  if (to === 0) return;
  await ledger.lease({ tenant: TENANT, holder: HOLDER, ttlMs: 60_000 });
  const head = { number: to, hash: 'a'.repeat(64) };
  const from = { number: 0, hash: '' };
  const moved = await ledger.moveHead({ tenant: TENANT, holder: HOLDER, from, to: head });
  expect(moved).toEqual({ status: 'moved' });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
