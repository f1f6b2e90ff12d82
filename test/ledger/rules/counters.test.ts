import { describe, expect, it } from 'vitest';
import { moved, neverCharged, usedOf } from '../../../src/ledger/rules/counters.js';

const MOST = 2 ** 53 - 1;

describe('a counter', () => {
  it('moves by exactly what it is told, in that unit alone', () => {
    const start = neverCharged('main/x');
    const after = moved(start, { used: { usd: 12 }, spent: { usd: 7 } });
    expect(after?.counters.usd).toEqual({ spent: 7, held: 5 });
    expect(after?.counters.credits).toEqual({ spent: 0, held: 0 });
    expect(start).toEqual(neverCharged('main/x'));
    expect(moved(start, { used: { usd: 0 }, spent: {} })).toBe(start);
  });

  it('holds what is used and not spent: spending alone takes it from held', () => {
    const before = moved(neverCharged('main/x'), { used: { usd: 12 }, spent: {} });
    const after = before && moved(before, { used: { usd: -2 }, spent: { usd: 7 } });
    expect(after?.counters.usd).toEqual({ spent: 7, held: 3 });
  });

  it('stops at 2^53 − 1, spent and held together, for good', () => {
    const start = neverCharged('main/x');
    const full = moved(start, { used: { usd: MOST }, spent: { usd: 3 } });
    for (const usd of [1, MOST, -1, -MOST]) {
      for (const paid of [0, 1, MOST, -1, -MOST]) {
        const after = moved(full, { used: { usd }, spent: { usd: paid } });
        expect(usedOf(after, 'usd')).toBe(MOST);
        expect(after.counters.usd.spent).toBe(Math.max(0, Math.min(3 + paid, MOST)));
      }
    }
  });

  it('that would fall below zero is a store that has lost a record, and is said to be', () => {
    const start = neverCharged('main/x');
    expect(() => moved(start, { used: {}, spent: { usd: 1 } })).toThrow(/main\/x.*usd/);
    expect(() => moved(start, { used: { usd: -1 }, spent: { usd: -1 } })).toThrow(/main\/x.*usd/);
  });
});
