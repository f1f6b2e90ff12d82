import { describe, expect, it } from 'vitest';
import { moved, neverCharged } from '../../../src/ledger/rules/counters.js';

const MAX = Number.MAX_SAFE_INTEGER;

describe('a counter', () => {
  it('moves by exactly what it is told, in that unit alone', () => {
    const counters = moved(neverCharged('main/x'), { spent: { usd: 3 }, held: { usd: 4 } });
    expect(counters?.usd).toEqual({ spent: 3, held: 4 });
    expect(counters?.credits).toEqual({ spent: 0, held: 0 });
  });

  it('reaches 2^53 − 1, spent and held together, and not 2^53', () => {
    const start = neverCharged('main/x');
    expect(moved(start, { spent: { usd: MAX - 1 }, held: { usd: 1 } })).toBeDefined();
    expect(moved(start, { spent: { usd: MAX }, held: { usd: 1 } })).toBeUndefined();
    expect(moved(start, { spent: { usd: MAX }, held: { usd: MAX } })).toBeUndefined();
  });

  it('that would fall below zero is a store that has lost a record, and is said to be', () => {
    const start = neverCharged('main/x');
    expect(() => moved(start, { spent: { usd: 1 }, held: { usd: -1 } })).toThrow(/main\/x.*usd/);
  });
});
