import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../src/caveats/allowance.js';
import { CaveatError } from '../../src/caveats/errors.js';
import { noteCaveats } from '../../src/caveats/notes.js';
import { interpretCaveats } from '../../src/caveats/read.js';
import { priceCall, type ToolPriceList } from '../../src/pricing/tool-price.js';
import { fc } from '../support/property.js';
import { caveatLine, chainLines, TOOL_NAMES } from './arbitraries.js';

const identifier = { kid: 'k1', tenant: 'main', rootId: '0123456789abcdef0123456789abcdef' };
const read = (lines: readonly string[]): Allowance => interpretCaveats(identifier, lines);

const list: ToolPriceList = {
  defaultMicros: 1_000_000,
  rules: [{ name: 'gpt-4o', prefix: false, micros: 15_000_000 }],
};
const NAMES = [...TOOL_NAMES, 'unheard-of'];

/** Every limit that a charge must fit: `account unit limit`. */
function limits(allowance: Allowance): Set<string> {
  return new Set(
    allowance.path.flatMap(({ account, limits }) =>
      limits.map(({ unit, limitMicros }) => `${account} ${unit} ${limitMicros}`),
    ),
  );
}

describe('appending any caveat', () => {
  it('never lifts a limit, and never leaves an account of the path', () => {
    fc.assert(
      fc.property(chainLines, fc.array(caveatLine, { maxLength: 4 }), (chain, more) => {
        const before = read(chain);
        const after = read([...chain, ...more]);
        // The path grows at its end alone: the same counters are charged, and no fresh one instead.
        expect(after.path.slice(0, before.path.length).map((own) => own.account)).toEqual(
          before.path.map((own) => own.account),
        );
        for (const limit of limits(before)) expect(limits(after)).toContain(limit);
        expect(after.expiresAtMs).toBeLessThanOrEqual(before.expiresAtMs);
      }),
    );
  });

  it('never allows a tool that was not allowed, and never lowers a price', () => {
    fc.assert(
      fc.property(chainLines, fc.array(caveatLine, { maxLength: 4 }), (chain, more) => {
        for (const name of NAMES) {
          const before = priceCall(list, read(chain), name);
          const after = priceCall(list, read([...chain, ...more]), name);
          if (before.status !== 'priced') expect(after).toEqual(before);
          else if (after.status === 'priced') {
            expect(after.micros).toBeGreaterThanOrEqual(before.micros);
          } else expect(after.status).toBe('not_allowed');
        }
      }),
    );
  });

  it('that is noted as without effect changes no decision', () => {
    fc.assert(
      fc.property(chainLines, (chain) => {
        const notes = noteCaveats(chain);
        const effective = notes.filter((note) => note.noEffect === undefined).map((n) => n.line);
        const whole = read(chain);
        const kept = read(effective);
        expect(kept.expiresAtMs).toBe(whole.expiresAtMs);
        expect(kept.path.map((own) => own.account)).toEqual(whole.path.map((own) => own.account));
        for (const name of NAMES) {
          expect(priceCall(list, kept, name)).toEqual(priceCall(list, whole, name));
        }
        expect(tightest(kept)).toEqual(tightest(whole));
      }),
    );
  });
});

/** The smallest limit of each unit on the path down to each account: what can ever bind there. */
function tightest(allowance: Allowance): Record<string, number>[] {
  const so: Record<string, number> = {};
  return allowance.path.map(({ limits }) => {
    for (const { unit, limitMicros } of limits) {
      so[unit] = Math.min(so[unit] ?? limitMicros, limitMicros);
    }
    return { ...so };
  });
}

describe('the order of unrelated caveats', () => {
  it('does not matter', () => {
    const one = read([
      'holder = r',
      'budget = 5 credits',
      'expires = 2026-01-01T00:00:00Z',
      'tools = a',
    ]);
    const two = read([
      'holder = r',
      'tools = a',
      'expires = 2026-01-01T00:00:00Z',
      'budget = 5 credits',
    ]);
    expect(two).toEqual(one);
  });
});

describe('a root', () => {
  const expires = 'expires = 2026-01-01T00:00:00Z';
  it.each([
    [[], /first to be holder/],
    [['budget = 1 credits', 'holder = a', expires], /first to be holder, found budget/],
    [['holder = a', expires], /at least one budget/],
    [['holder = a', 'budget = 1 credits'], /expires before the next holder/],
    [
      ['holder = a', 'holder = b', 'budget = 1 credits', expires],
      /root a: expected at least one budget/,
    ],
    [['holder = a', 'budget = 1 credits', expires, 'colour = red'], /caveat "colour = red"/],
    [
      ['holder = a', 'budget = 1 credits carved', expires],
      /"1 credits carved" of a: .*every account above/,
    ],
  ])('%j is refused', (lines, message) => {
    expect(() => read(lines)).toThrow(CaveatError);
    expect(() => read(lines)).toThrow(message);
  });
});

describe('a carved budget', () => {
  const early = 'expires = 2026-01-01T00:00:00Z';
  const late = 'expires = 2026-06-01T00:00:00Z';
  const under = (parent: string[], ...child: string[]) =>
    read(['holder = a', ...parent, late, 'holder = b', ...child]).path;

  it('ends with the earliest expires before the next holder: a grandchild can not close it', () => {
    const path = under(
      ['budget = 9 credits/day'],
      'budget = 5 credits carved',
      'expires = 2026-03-01T00:00:00Z',
      'holder = c',
      'budget = 1 credits carved',
      early,
    );
    const ends = path.map(({ carveEndsMs }) => carveEndsMs);
    expect(ends).toEqual([
      undefined,
      Date.parse('2026-03-01T00:00:00Z'),
      Date.parse(early.slice(10)),
    ]);
    const [, plain] = under(['budget = 9 credits'], 'budget = 5 credits');
    expect(plain).not.toHaveProperty('carveEndsMs');
    const [, own] = under(['budget = 9 credits'], 'budget = 5 credits carved');
    expect(own?.carveEndsMs).toBe(Date.parse(late.slice(10)));
  });

  it.each([
    [
      'after a plain one',
      ['budget = 9 credits'],
      ['budget = 5 credits', 'budget = 5 credits carved'],
    ],
    [
      'after a windowed one',
      ['budget = 9 credits'],
      ['budget = 5 credits/day', 'budget = 5 credits carved'],
    ],
    ['twice', ['budget = 9 credits'], ['budget = 5 credits carved', 'budget = 4 credits carved']],
    ['in a unit that the parent does not limit', ['budget = 9 credits'], ['budget = 5 usd carved']],
    [
      'of a child without a budget',
      ['budget = 9 credits'],
      ['holder = c', 'budget = 5 credits carved'],
    ],
  ])('%s refuses the macaroon', (_, parent, child) => {
    expect(() => under(parent, ...child)).toThrow(CaveatError);
    expect(() => under(parent, ...child)).toThrow(/carved" of [bc]: expected/);
  });
});

describe('a price', () => {
  const chain = (tools: string) =>
    read([
      'holder = r',
      'budget = 5 credits',
      'expires = 2026-01-01T00:00:00Z',
      `tools = ${tools}`,
    ]);

  it('is never given by a caveat alone', () => {
    expect(priceCall({ ...list, defaultMicros: undefined }, chain('x:0,*:0'), 'x')).toEqual({
      status: 'unknown',
    });
  });

  it.each([
    ['gpt-4o:20', 'gpt-4o', 20_000_000],
    ['gpt-4o:1', 'gpt-4o', 15_000_000],
    ['gpt-*:3,gpt-4o-mini:2', 'gpt-4o-mini', 2_000_000],
    ['*:9,gpt-*:3', 'gpt-5', 3_000_000],
    ['gpt-5*:4,gpt-5:2', 'gpt-5', 2_000_000],
  ])('with tools = %s, %s costs %d', (tools, name, micros) => {
    expect(priceCall(list, chain(tools), name)).toEqual({ status: 'priced', micros });
  });

  it('%3A in a pattern is the colon of a name', () => {
    expect(priceCall(list, chain('llama3%3A8b'), 'llama3:8b').status).toBe('priced');
    expect(priceCall(list, chain('llama3%3A8b'), 'llama3%3A8b').status).toBe('not_allowed');
  });
});
