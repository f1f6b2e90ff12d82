import { describe, expect, it } from 'vitest';
import type { JournalEntry, SetAside, TrackedWindow } from '../../../src/ledger/contract.js';
import { canonicalJson } from '../../../src/ledger/journal/canonical.js';
import { entryText } from '../../../src/ledger/journal/entry-text.js';
import { aboutWord, genesisText, jsonWord, vectorText } from '../../../src/ledger/redis/codec.js';
import { readEntries } from '../../../src/ledger/redis/journal.js';
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
          const text = textsOf(texts, line);
          expect(text).toEqual(readEntries(TENANT, ROOT_ID, line).map(canonicalJson));
          // And the line is one that says all of the entry.
          expect(text).toEqual([canonicalJson(entry)]);
        }
      }),
      RUNS,
    );
  });

  it('has the root that its line is of, one after the other', () => {
    const texts = new JournalTexts(TENANT);
    const line = `released 7 8 ${'c'.repeat(32)} a:child 1,,,2 ,,, g - -`;
    for (const rootId of [ROOT_ID, 'b'.repeat(32), ROOT_ID]) {
      const entries = readEntries(TENANT, rootId, line);
      expect(textsOf(texts, line, rootId)).toEqual(entries.map(canonicalJson));
    }
  });

  it('is each one’s own, where a line tells several that were made or ended alike', () => {
    const alike = arbitraryEntry.filter(
      (entry) => 'reservation' in entry && entry.kind !== 'extended',
    );
    const own = fc.record({
      id: fc.nat(2 ** 31),
      said: fc.option(fc.string(), { nil: undefined }),
    });
    fc.assert(
      fc.property(alike, fc.array(own, { minLength: 1, maxLength: 5 }), (first, owns) => {
        const entries = owns.map(({ id, said }, i) => ({
          ...first,
          reservation: `r1.${TENANT}.${ROOT_ID}.${id.toString(16).padStart(32, '0')}`,
          sequence: (first.sequence % 2 ** 40) + i,
          ...(first.kind !== 'held' && said !== undefined && { upstream: { requestId: said } }),
        })) as JournalEntry[];
        const line = lineOfAll(entries);
        const texts = entries.map(canonicalJson);
        expect(textsOf(new JournalTexts(TENANT), line)).toEqual(texts);
        expect(readEntries(TENANT, ROOT_ID, line).map(canonicalJson)).toEqual(texts);
      }),
      RUNS,
    );
  });

  it('is none of a line that tells of fewer than it has ids', () => {
    const line = `settled 1 2 ${'c'.repeat(64)} a: 1,,, 1,,, g - -`;
    expect(() => textsOf(new JournalTexts(TENANT), line)).toThrow(/journal can't be read/);
    expect(() => readEntries(TENANT, ROOT_ID, line)).toThrow(/journal can't be read/);
  });

  it.each([
    ['released', '1', '2', 'c'.repeat(32), 'a:', '1,,', ',,,', 'g', '-', '-'],
    ['settled', '1', '2', 'c'.repeat(32), 'a:', '1,,,', '1.5,,,', 'g', '-', '-'],
    ['settled', '1', '2', 'c'.repeat(32), 'a:', '1,,,', `${2 ** 53},,,`, 'g', '-', '-'],
    ['settled', '1', '-2', 'c'.repeat(32), 'a:', '1,,,', '1,,,', 'g', '-', '-'],
    ['forgotten', '1', '2'],
  ])('is none of a line that no function writes: %s %s %s %s %s %s %s', (...words) => {
    const line = words.join(' ');
    expect(() => textsOf(new JournalTexts(TENANT), line)).toThrow(/can't be read/);
  });
});

function textsOf(reader: JournalTexts, line: string, rootId = ROOT_ID): string[] {
  const texts: string[] = [];
  reader.read(rootId, line, texts);
  return texts;
}

/** One line for entries that differ in their reservations and sequences, and in what upstream said. */
function lineOfAll(entries: readonly JournalEntry[]): string {
  const lines = entries.map((entry) => lineOf(entry).split(' '));
  const [first = []] = lines;
  const ids = lines.map((words) => words[3]).join('');
  const last = lines.map((words) => words.at(-1)).join(',');
  const isHeld = first[0] === 'held';
  return [...first.slice(0, 3), ids, ...first.slice(4, -1), isHeld ? first.at(-1) : last].join(' ');
}

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
    case 'macaroon_revoked':
      return [entry.fingerprint, entry.expiresAtMs, jsonWord(entry.actor)];
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
