import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  attenuate,
  CaveatError,
  composeCaveats,
  decodeMacaroon,
  delegate,
  interpretCaveats,
  parseLimit,
} from '../../src/index.js';
import { mintMacaroon, NEW_KEY_BYTES, newKeyRing } from '../../src/macaroon/index.js';
import { fc, runs } from '../support/property.js';

const root = { kid: 'k1', tenant: 'main', rootId: '0'.repeat(32) };
const ROOT = [
  'holder = root',
  'budget = 100 credits',
  'budget = 100 usd/day',
  'budget = 100 calls',
  'expires = 2030-01-01T00:00:00Z',
];
const EXPIRES = 'expires = 2029-01-01T00:00:00Z';

const line = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        amount: fc.constantFrom('0', '1', '5', '99', '9007199254'),
        unit: fc.constantFrom('credits', 'usd', 'tokens', 'calls'),
        end: fc.constantFrom('', '/day', ' carved', ' carved'),
      })
      .map(({ amount, unit, end }) => `budget = ${amount} ${unit}${end}`),
  },
  { weight: 2, arbitrary: fc.constantFrom('holder = a', 'holder = b') },
  { weight: 1, arbitrary: fc.constantFrom(EXPIRES, 'tools = *', 'tools = x:3') },
);

describe('an account that was closed by an expires', () => {
  it('has nothing set aside that it was not given, whatever is appended to it', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (appended, carved) => {
        const given = [
          'holder = eve',
          `budget = 5 credits${carved ? ' carved' : ''}`,
          'budget = 5 usd',
        ];
        const before = interpretCaveats(root, [...ROOT, ...given, EXPIRES]);
        let after: typeof before;
        try {
          after = interpretCaveats(root, [...ROOT, ...given, EXPIRES, ...appended]);
        } catch (error) {
          expect(error).toBeInstanceOf(CaveatError);
          return;
        }
        const [, eve, ...below] = after.path;
        const its = before.path[1]?.limits ?? [];
        expect(eve?.limits.slice(0, its.length)).toEqual(its);
        for (const limit of eve?.limits.slice(its.length) ?? []) expect(limit.carved).toBe(false);
        for (const { limits } of below) {
          for (const { unit, carved: isCarved } of limits) {
            if (isCarved) expect(['credits', 'usd']).toContain(unit);
          }
        }
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('sets nothing aside by a budget of its own, or of a child that it invents', () => {
    const eve = [...ROOT, 'holder = eve', 'budget = 0.01 usd', EXPIRES];
    const carved = 'budget = 99 calls carved';
    expect(interpretCaveats(root, [...eve, carved]).path.at(-1)?.limits).toEqual([
      parseLimit('0.01usd'),
      parseLimit('99calls'),
    ]);
    for (const appended of [
      ['holder = a', carved],
      ['budget = 99 calls', 'holder = a', carved],
      ['holder = a', 'budget = 99 calls', 'holder = b', carved],
      ['budget = 99 calls', 'holder = a', 'budget = 99 calls', 'holder = b', carved],
    ]) {
      expect(() => interpretCaveats(root, [...eve, ...appended])).toThrow(CaveatError);
    }
    // No window counts what is set aside.
    const daily = [...ROOT, 'holder = eve', 'budget = 0.01 credits/day', EXPIRES];
    const below = ['holder = a', 'budget = 99 credits carved'];
    expect(() => interpretCaveats(root, [...daily, ...below])).toThrow(/for life below the root/);
  });

  it('may have what it was given set aside below it, and so may one that was left open', () => {
    const given = ['holder = eve', 'budget = 5 usd'];
    for (const closed of [[...given, EXPIRES], given]) {
      const { path } = interpretCaveats(root, [
        ...ROOT,
        ...closed,
        'holder = a',
        'budget = 2 usd carved',
      ]);
      expect(path.at(-1)?.limits).toEqual([parseLimit('2usd', true)]);
    }
  });
});

describe('delegate', () => {
  const ring = newKeyRing({ random: randomBytes(NEW_KEY_BYTES), nowMs: 0 });
  const macaroon = mintMacaroon({ ring, tenant: 'main', rootId: root.rootId, caveats: ROOT });
  const added = (text: string) => decodeMacaroon(text).unprovedCaveats.slice(ROOT.length);

  it('closes the part that it opens, with the end that the parent has where none is given', () => {
    const limits = [parseLimit('5usd')];
    expect(added(delegate(macaroon, { holder: 'a', limits }))).toEqual([
      'holder = a',
      'budget = 5 usd',
      'expires = 2030-01-01T00:00:00Z',
    ]);
    const sooner = { holder: 'a', limits, expiresAtMs: Date.UTC(2029, 0, 1) };
    expect(added(delegate(macaroon, sooner))).toEqual(composeCaveats(sooner));
  });

  it('narrows an account that is there with no more than was asked for', () => {
    const terms = { limits: [parseLimit('5usd')] };
    expect(delegate(macaroon, terms)).toBe(attenuate(macaroon, composeCaveats(terms)));
  });
});
