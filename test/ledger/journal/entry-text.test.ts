import { describe, expect, it } from 'vitest';
import type { JournalEntry, SetAside, TrackedWindow } from '../../../src/ledger/contract.js';
import { canonicalJson } from '../../../src/ledger/journal/canonical.js';
import { entryText } from '../../../src/ledger/journal/entry-text.js';
import { aboutWord, genesisText, jsonWord, vectorText } from '../../../src/ledger/redis/codec.js';
import { readEntry } from '../../../src/ledger/redis/journal.js';
import { JournalTexts } from '../../../src/ledger/redis/journal-text.js';
import { accountField } from '../../../src/ledger/redis/keys.js';
import { UNITS, WINDOWS } from '../../../src/money/units.js';
import { fc, runs } from '../../support/property.js';
import { arbitraryEntry, ROOT_ID, TENANT } from './arbitrary-entries.js';

const RUNS = { numRuns: runs(2_000) };

describe('an entry’s text', () => {
  it('is its canonical JSON to the byte, whatever its kind, spelled from the entry', () => {
    fc.assert(
      fc.property(arbitraryEntry, (entry) => {
        expect(entryText(entry)).toBe(canonicalJson(entry));
      }),
      RUNS,
    );
  });

  it('is the same, spelled from a line of Redis, in any order and however often', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { minLength: 1, maxLength: 4 }), (entries) => {
        const texts = new JournalTexts(TENANT);
        for (const entry of [...entries, ...entries]) {
          const line = lineOf(entry);
          const text = texts.read(ROOT_ID, line);
          expect(text).toBe(canonicalJson(readEntry(TENANT, ROOT_ID, line)));
          // And the line is one that says all of the entry.
          expect(text).toBe(canonicalJson(entry));
        }
      }),
      RUNS,
    );
  });

  it('has the root that its line is of, one after the other', () => {
    const texts = new JournalTexts(TENANT);
    const line = `released 7 8 ${'c'.repeat(32)} a:child 1,,,2 ,,, g - -`;
    for (const rootId of [ROOT_ID, 'b'.repeat(32), ROOT_ID]) {
      expect(texts.read(rootId, line)).toBe(canonicalJson(readEntry(TENANT, rootId, line)));
    }
  });

  it.each([
    ['released', '1', '2', 'c'.repeat(32), 'a:', '1,,', ',,,', 'g', '-', '-'],
    ['settled', '1', '2', 'c'.repeat(32), 'a:', '1,,,', '1.5,,,', 'g', '-', '-'],
    ['settled', '1', '2', 'c'.repeat(32), 'a:', '1,,,', `${2 ** 53},,,`, 'g', '-', '-'],
    ['settled', '1', '-2', 'c'.repeat(32), 'a:', '1,,,', '1,,,', 'g', '-', '-'],
    ['forgotten', '1', '2'],
  ])('is none of a line that no function writes: %s %s %s %s %s %s %s', (...words) => {
    expect(() => new JournalTexts(TENANT).read(ROOT_ID, words.join(' '))).toThrow(/can't be read/);
  });
});

/** A line as the functions write it: `src/ledger/redis/lua/changes.lua` and its callers. */
function lineOf(entry: JournalEntry): string {
  const { kind, sequence, timeMs } = entry;
  return [kind, sequence, timeMs, ...wordsOf(entry)].join(' ');
}

function wordsOf(entry: JournalEntry): readonly (string | number)[] {
  const leaf = field(entry.account);
  const id = 'reservation' in entry ? entry.reservation.slice(-32) : '';
  switch (entry.kind) {
    case 'opened':
      return [genesisText(entry.genesis)];
    case 'held': {
      const { owner, granted, deadlineMs, fingerprint, about, range } = entry;
      const words = [jsonWord(fingerprint), aboutWord(about)];
      const { least, most, steps } = range?.cost ?? { least: granted, most: granted, steps: 0 };
      const cost = [range?.step ?? 0, steps, vectorText(least), vectorText(most)];
      const by = owner === 'caller' ? 'c' : 'g';
      const first = [id, leaf, by, vectorText(granted), deadlineMs, ...words, ...cost];
      return [...first, trackedText(entry.tracked), setAsideText(entry.setAside)];
    }
    case 'settled':
    case 'released':
    case 'presumed_spent':
    case 'corrected': {
      const { granted, charged, by, about, upstream } = entry;
      const amounts = [
        vectorText(granted),
        entry.kind === 'released' ? ',,,' : vectorText(charged),
      ];
      return [id, leaf, ...amounts, by.charAt(0), jsonWord(about), jsonWord(upstream)];
    }
    case 'extended':
      return [id, leaf, entry.deadlineMs, entry.by === 'caller' ? 'c' : 'g'];
    case 'activated':
      return [leaf, setAsideText(entry.setAside)];
    case 'carve_ended':
      return [leaf, place(entry.unit), entry.amountMicros, entry.cause];
    case 'topped_up':
      return [leaf, entry.id, place(entry.unit), entry.micros, jsonWord(entry.actor)];
    default:
      return [leaf, jsonWord(entry.actor)];
  }
}

function field(account: string): string {
  return accountField(account, TENANT.length + 1 + ROOT_ID.length);
}

function place(unit: (typeof UNITS)[number]): number {
  return UNITS.indexOf(unit) + 1;
}

function trackedText(tracked: readonly TrackedWindow[]): string {
  const items = tracked.map(
    ({ account, unit, window }) => `${field(account)}:${place(unit)}:${WINDOWS.indexOf(window)};`,
  );
  return items.join('') || '-';
}

function setAsideText(setAside: readonly SetAside[]): string {
  const items = setAside.map(
    ({ account, unit, amountMicros, endMs }) =>
      `${field(account)}:${place(unit)}:${amountMicros}:${endMs};`,
  );
  return items.join('') || '-';
}
