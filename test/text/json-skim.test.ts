import { describe, expect, it } from 'vitest';
import { JsonSkim } from '../../src/text/json-skim.js';
import {
  array,
  keep,
  MEASURE,
  object,
  slot,
  TALLY,
  table,
  type Wish,
} from '../../src/text/json-wish.js';
import { fc, runs } from '../support/property.js';

const encoder = new TextEncoder();

function skim(wish: Wish, text: string | Uint8Array, cuts: readonly number[] = []): JsonSkim {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  const skimming = new JsonSkim(wish);
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  )) {
    skimming.write(bytes, from, cut);
    from = cut;
  }
  return skimming;
}

const WISH = object({
  usage: keep('usage'),
  inner: object({ usage: keep('inner'), text: MEASURE }),
  items: array(object({ type: TALLY, text: MEASURE })),
});

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).filter(isPlain);

/** JSON.stringify leaves `__proto__` as a key, and a literal would set the prototype. */
function isPlain(value: unknown): boolean {
  return !JSON.stringify(value).includes('__proto__');
}

const document = fc.record(
  {
    before: json,
    usage: json,
    inner: fc.record({ other: json, usage: json, text: fc.string({ unit: 'binary' }) }),
    items: fc.array(
      fc.record({
        type: fc.constantFrom('a', 'b', 'é', 'with "quotes"', '\\'),
        text: fc.string({ unit: 'binary' }),
        more: json,
      }),
    ),
    after: json,
  },
  { requiredKeys: [] },
);

describe('a skim, against JSON.parse', () => {
  it('keeps, tallies and counts the same, wherever the text is cut and however it is spaced', () => {
    fc.assert(
      fc.property(
        document,
        fc.constantFrom(undefined, 1, '\t', '\r\n '),
        fc.array(fc.nat({ max: 10_000 })),
        (value, space, cuts) => {
          const read = skim(WISH, JSON.stringify(value, null, space), cuts);
          expect(read.isWhole).toBe(true);
          expect(read.isUnreadable).toBe(false);
          expect(JSON.stringify(read.kept('usage'))).toBe(JSON.stringify(value.usage));
          expect(JSON.stringify(read.kept('inner'))).toBe(JSON.stringify(value.inner?.usage));
          const items = value.items ?? [];
          expect(read.elements).toBe(items.length);
          for (const type of ['a', 'b', 'é', 'with "quotes"', '\\']) {
            const count = items.filter((item) => item.type === type).length;
            expect(read.tallied.get(type) ?? 0).toBe(count);
          }
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('measures no more than the bytes of the strings, and all of them where nothing is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat()), (text, cuts) => {
        const written = JSON.stringify({ inner: { text } });
        const { measuredBytes } = skim(WISH, written, cuts);
        const bytes = encoder.encode(text).length;
        expect(measuredBytes).toBeLessThanOrEqual(bytes);
        expect(measuredBytes).toBeGreaterThanOrEqual(Array.from(text).length);
        if (!written.includes('\\')) expect(measuredBytes).toBe(bytes);
      }),
    );
  });

  it('is not whole before the last byte, and whole with it', () => {
    const text = '{"usage":{"a":"]}"},"items":[{"type":"a"},[1]],"x":[{}]}';
    const bytes = encoder.encode(text);
    for (let end = 0; end < bytes.length; end += 1) {
      expect(skim(WISH, bytes.subarray(0, end)).isWhole).toBe(false);
    }
    expect(skim(WISH, bytes).isWhole).toBe(true);
  });

  it('a second text after reset is read as if it were the first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), document, (first, value) => {
        const reused = skim(WISH, first);
        reused.reset();
        const text = JSON.stringify(value);
        reused.write(encoder.encode(text));
        const fresh = skim(WISH, text);
        expect(reused.isWhole).toBe(true);
        expect(reused.kept('usage')).toEqual(fresh.kept('usage'));
        expect(reused.measuredBytes).toBe(fresh.measuredBytes);
        expect(reused.elements).toBe(fresh.elements);
        expect([...reused.tallied]).toEqual([...fresh.tallied]);
      }),
    );
  });
});

describe('the bytes of a text', () => {
  it('can be written over as soon as they were read, those of a Buffer too', () => {
    const text = '{"us\\u0061ge":{"a":"one","b":2},"items":[{"type":"aa"}]}';
    const skimming = new JsonSkim(WISH);
    const buffer = Buffer.alloc(3);
    for (let round = 0; round < 2; round += 1) {
      skimming.reset();
      for (let at = 0; at < text.length; at += 3) {
        skimming.write(buffer, 0, buffer.write(text.slice(at, at + 3)));
        buffer.fill('x');
      }
      expect(skimming.kept('usage')).toEqual({ a: 'one', b: 2 });
      expect([...skimming.tallied]).toEqual([['aa', 1]]);
    }
  });
});

describe('text after text', () => {
  it('a value that is as long as the one before it is not taken for it', () => {
    const skimming = new JsonSkim(WISH);
    const values = [1, 2, 2, 1].map((value) => {
      skimming.reset();
      skimming.write(encoder.encode(`{"usage":${value}}`));
      return skimming.kept('usage');
    });
    expect(values).toEqual([1, 2, 2, 1]);
  });
});

describe('a skim of what is not as it should be', () => {
  it('a key written with escapes is the same key', () => {
    expect(skim(WISH, '{"us\\u0061ge":7}').kept('usage')).toBe(7);
  });

  it.each([
    ['twice', '{"usage":{"a":1},"usage":{"a":2}}'],
    ['twice, once with escapes', '{"usage":1,"\\u0075sage":2}'],
    ['with a key twice inside', '{"usage":{"a":1,"a":2}}'],
    ['no JSON', '{"usage":{"a":01}}'],
    ['an unfinished number', '{"usage":-}'],
    ['longer than is kept', `{"usage":"${'x'.repeat(70_000)}"}`],
  ])('what is kept was there %s: unreadable', (_, text) => {
    const read = skim(WISH, text, [3, 20, 40_000]);
    expect(read.isUnreadable).toBe(true);
  });

  it.each(['', '1', '"usage"', '{"usage":1}x', '{"usage":1}{}', '{]', '{"items":[}'])(
    '%j is not whole',
    (text) => {
      expect(skim(WISH, text).isWhole).toBe(false);
    },
  );

  it('another kind of value in the place of what was looked into is passed over', () => {
    const read = skim(WISH, '{"inner":[{"usage":1}],"items":{"type":"a"},"usage":3}');
    expect(read.kept('inner')).toBeUndefined();
    expect(read.tallied.size).toBe(0);
    expect(read.kept('usage')).toBe(3);
  });

  it('bytes of any kind are survived', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat()), (bytes, cuts) => {
        skim(WISH, bytes, cuts);
      }),
    );
  });

  it('more different strings than are tallied: unreadable', () => {
    const items = Array.from({ length: 65 }, (_, n) => ({ type: `t${n}` }));
    expect(skim(WISH, JSON.stringify({ items })).isUnreadable).toBe(true);
  });
});

describe('a table', () => {
  const TABLE = object({
    items: table(object({ type: slot(0), action: object({ type: slot(1) }), text: MEASURE })),
  });
  const word = fc.oneof(fc.constantFrom('a', 'é', '"', '\\', ''), fc.string({ maxLength: 20 }));
  const item = fc.record(
    {
      more: json,
      type: fc.oneof(word, json),
      action: fc.oneof(fc.record({ type: word, other: json }), json),
      text: fc.string(),
    },
    { requiredKeys: [] },
  );

  it('has a row for each object, with the words of its slots, wherever the text is cut', () => {
    const positions = fc.array(fc.nat({ max: 10_000 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(item, json)), positions, (items, cuts) => {
        const read = skim(TABLE, JSON.stringify({ items }), cuts);
        const wordOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
        const rows = items.filter(isObject).map((one) => {
          const action = isObject(one['action']) ? one['action'] : {};
          return [wordOf(one['type']), wordOf(action['type'])];
        });
        expect(read.rows.map((row) => [row[0], row[1]])).toEqual(rows);
        read.reset();
        expect(read.rows).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  it('has no more of a word than its first 160 bytes, and no more than so many rows', () => {
    expect(skim(TABLE, `{"items":[{"type":"${'x'.repeat(500)}"}]}`).rows).toEqual([
      ['x'.repeat(160)],
    ]);
    const many = (count: number) =>
      skim(TABLE, JSON.stringify({ items: Array(count).fill({ type: 'a' }) }));
    expect([many(4_096).isUnreadable, many(4_097).isUnreadable]).toEqual([false, true]);
    expect(many(100_000).rows.length).toBe(4_097);
  });
});

describe('an object that is kept', () => {
  it('is there as it was written, too, and nothing else is', () => {
    const text = '{"usage": {"cost": 0.10 ,"n":1e2},"inner":{"usage":7}}';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const read = skim(WISH, text, [cut]);
      expect(read.keptText('usage')).toBe('{"cost": 0.10 ,"n":1e2}');
      expect(read.keptText('inner')).toBeUndefined();
      read.reset();
      expect(read.keptText('usage')).toBeUndefined();
    }
  });
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
