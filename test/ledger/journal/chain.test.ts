import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Genesis, JournalEntry } from '../../../src/ledger/contract.js';
import { canonicalJson } from '../../../src/ledger/journal/canonical.js';
import {
  chainLine,
  chainLines,
  isIntact,
  readLine,
  startOfChain,
} from '../../../src/ledger/journal/chain.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { fc } from '../../support/property.js';

const ROOT = `main/${'a'.repeat(32)}`;

function entry(sequence: number, actor = 'operator'): JournalEntry {
  return { kind: 'paused', root: ROOT, account: ROOT, sequence, timeMs: 1_000 + sequence, actor };
}

/** A chain of so many entries, as lines. */
function chain(length: number, tenant = 'main', actor?: string): string[] {
  let previous = startOfChain(tenant);
  return Array.from({ length }, (_, place) => {
    const line = chainLine(previous, place + 1, canonicalJson(entry(place, actor)));
    previous = line.hash;
    return line.text;
  });
}

function headOf(lines: readonly string[]) {
  const line = readLine(lines.at(-1) ?? '');
  return { number: line?.number ?? 0, hash: line?.hash ?? '' };
}

function findings(lines: readonly string[], anchor = headOf(lines), tenant = 'main') {
  const check = new ChainCheck(tenant, anchor);
  for (const line of lines) check.take(line);
  return check.finish();
}

describe('lines that are made together', () => {
  it('are to the byte those that are made one by one, whatever their characters', () => {
    const entries = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1 });
    const first = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 100 });
    fc.assert(
      fc.property(entries, first, (names, number) => {
        const texts = names.map((name) => canonicalJson({ name }));
        let previous = startOfChain('main');
        const lines = chainLines(previous, number, texts);
        const alone = texts.map((text, place) => {
          const line = chainLine(previous, number + place, text);
          previous = line.hash;
          return `${line.text}\n`;
        });
        expect(Buffer.from(lines.bytes).toString()).toBe(alone.join(''));
        expect(lines.hash).toBe(previous);
      }),
    );
  });
});

describe('canonical JSON', () => {
  const data = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
    const whole = (its: unknown): boolean =>
      typeof its === 'number'
        ? Number.isSafeInteger(its)
        : typeof its !== 'object' || its === null || Object.values(its).every(whole);
    return whole(value);
  });

  it('says what JSON says, in one spelling, whatever order the members came in', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([k, v]) => [k, reversed(v)]),
            )
          : value;
    fc.assert(
      fc.property(data, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, () => 1, 1n, Symbol('x')])(
    'refuses %s',
    (value) => expect(() => canonicalJson({ value })).toThrow(/found .*, expected/),
  );

  it('writes −0 as 0, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: -0, a: undefined, c: [] })).toBe('{"b":0,"c":[]}');
  });
});

describe('a chain', () => {
  it('can be checked with sha256sum alone', () => {
    const [line = ''] = chain(1);
    const { hash, ...content } = JSON.parse(line);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(line).toBe(
      `{"entry":{"account":"${ROOT}","actor":"operator","kind":"paused","root":"${ROOT}",` +
        `"sequence":0,"timeMs":1000},"hash":"${hash}","number":1,"previous":"${content.previous}"}`,
    );
    expect(sha256(line.replace(`"hash":"${hash}",`, ''))).toBe(hash);
    expect(content.previous).toBe(sha256('bursar/journal/v1 main'));
  });

  it('that is whole is found whole, and is no other tenant’s', () => {
    expect(findings(chain(20))).toEqual([]);
    expect(findings([], { number: 0, hash: '' })).toEqual([]);
    expect(findings(chain(3), headOf(chain(3)), 'acme')).toEqual([
      { number: 1, fault: 'replaced' },
    ]);
  });

  it('one byte changed anywhere is found, under the number of its line', () => {
    const lines = chain(5);
    fc.assert(
      fc.property(fc.nat(4), fc.nat(), fc.integer({ min: 32, max: 126 }), (place, offset, code) => {
        const line = lines[place] ?? '';
        const at = offset % line.length;
        const changed = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
        fc.pre(changed !== line);
        const found = findings(lines.with(place, changed), headOf(lines));
        expect(found.map(({ number }) => number)).toContain(place + 1);
        const line2 = readLine(changed);
        expect(line2 !== undefined && isIntact(changed, line2)).toBe(false);
      }),
    );
  });

  it('an entry removed, moved, or put in twice is found, and alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat(), (length, a, b) => {
        const lines = chain(length);
        const from = a % length;
        const to = b % length;
        const line = lines[from] ?? '';
        const without = lines.toSpliced(from, 1);
        expect(findings(without, headOf(lines))).toEqual([
          { number: from + 1, fault: 'missing', through: from + 1 },
        ]);
        expect(findings(lines.toSpliced(to, 0, line))).toContainEqual({
          number: to <= from ? expect.any(Number) : from + 1,
          fault: to <= from && from - to > 0 ? expect.any(String) : 'inserted',
        });
        fc.pre(from !== to);
        const moved = findings(without.toSpliced(to, 0, line), headOf(lines));
        const numbers = moved.map(({ number }) => number);
        const between = Array.from(
          { length: Math.abs(from - to) + 1 },
          (_, i) => Math.min(from, to) + 1 + i,
        );
        expect(moved.length).toBeGreaterThan(0);
        expect(numbers.every((number) => between.includes(number))).toBe(true);
      }),
    );
  });

  it('an entry forged and hashed anew is found by what follows, or by the head', () => {
    const lines = chain(5);
    for (const place of [0, 1, 2, 3, 4]) {
      const { previous } = readLine(lines[place] ?? '') ?? { previous: '' };
      const forged = chainLine(previous, place + 1, canonicalJson(entry(place, 'mallory'))).text;
      const found = findings(lines.with(place, forged), headOf(lines));
      expect(found).toEqual([
        place === 4
          ? { number: 5, fault: 'not_the_head' }
          : { number: place + 2, fault: 'replaced' },
      ]);
      const inserted = findings(lines.toSpliced(place, 0, forged), headOf(lines));
      expect(inserted[0]).toEqual({ number: place + 1, fault: 'inserted' });
    }
    const anew = chain(5, 'main', 'mallory');
    expect(findings(anew, headOf(lines))).toEqual([{ number: 5, fault: 'not_the_head' }]);
  });

  it('an end cut off is found by the head, and a line of noise by its place', () => {
    const lines = chain(5);
    expect(findings(lines.slice(0, 3), headOf(lines))).toEqual([
      { number: 4, fault: 'missing', through: 5 },
    ]);
    expect(findings(lines.with(2, 'x'), headOf(lines))).toEqual([
      { number: 3, fault: 'unreadable' },
    ]);
  });

  it('what is past the head is no fault: it is written before the head moves', () => {
    const lines = chain(5);
    expect(findings(lines, headOf(lines.slice(0, 3)))).toEqual([]);
  });

  it('tells of whose beginning there is no entry', () => {
    const other = `main/${'b'.repeat(32)}`;
    const head = { root: other, account: other, sequence: 0, timeMs: 1_000 };
    const genesis = { tenant: 'main', rootId: 'b'.repeat(32) } as Genesis;
    const line = (previous: string, number: number, its: object) =>
      chainLine(previous, number, canonicalJson(its));
    const opening = line(startOfChain('main'), 1, { ...head, kind: 'opened', genesis });
    const paused = line(opening.hash, 2, { ...entry(1), root: other });
    const older = line(paused.hash, 3, entry(7));
    const check = new ChainCheck('main');
    for (const { text } of [opening, paused, older]) check.take(text);
    expect(check.finish()).toEqual([]);
    expect([...check.begunBefore]).toEqual([ROOT]);
  });
});
