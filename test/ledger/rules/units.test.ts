import { describe, expect, it } from 'vitest';
import { type AccountState, LEDGER_DEFAULTS } from '../../../src/ledger/contract.js';
import { anyPastEnd } from '../../../src/ledger/rules/carves.js';
import { costAt, difference, sameVector } from '../../../src/ledger/rules/cost.js';
import { moved, neverCharged } from '../../../src/ledger/rules/counters.js';
import { UNITS, type Vector, vectorOf } from '../../../src/money/units.js';
import { opened, request } from '../fixtures.js';
import { ModelLedger } from '../model.js';

const MOST = 2 ** 53 - 1;
const NOW_MS = 1_800_000_000_000;
/** Another amount in each unit. */
const VECTOR = { credits: 10, usd: 20, tokens: 30, calls: 40 };
const start = neverCharged('main/x');

// The rules read units by name, so each of them could be the one that was forgotten.
describe.each(UNITS)('the rules in %s', (unit) => {
  const others = UNITS.filter((its) => its !== unit);
  const full = moved(start, { used: { [unit]: MOST }, spent: {} });

  it('move a counter of it alone', () => {
    const after = moved(start, { used: { [unit]: 12 }, spent: { [unit]: 7 } });
    expect(after.counters[unit]).toEqual({ spent: 7, held: 5 });
    for (const other of others) expect(after.counters[other]).toEqual({ spent: 0, held: 0 });
  });

  it('let it reach 2^53 − 1 and no more, and stay there', () => {
    expect(full.counters[unit]).toEqual({ spent: 0, held: MOST });
    const past = moved(full, { used: { [unit]: 1 }, spent: {} });
    expect(past.counters).toEqual(full.counters);
    const back = moved(past, { used: { [unit]: -5 }, spent: { [unit]: 3 } });
    expect(back.counters[unit]).toEqual({ spent: 3, held: MOST - 3 });
    for (const other of others) expect(back.counters[other]).toEqual({ spent: 0, held: 0 });
  });

  it('say so where it would fall below zero', () => {
    for (const move of [
      { used: {}, spent: { [unit]: 1 } },
      { used: { [unit]: -1 }, spent: {} },
      { used: { [unit]: -1 }, spent: { [unit]: -1 } },
    ]) {
      expect(() => moved(start, move)).toThrow(new RegExp(`main/x.* in ${unit} `));
    }
  });

  it('tell amounts of it apart, and by how much', () => {
    const more: Vector = { ...VECTOR, [unit]: VECTOR[unit] + 1 };
    const { [unit]: _, ...without } = VECTOR;
    expect(sameVector(VECTOR, { ...VECTOR })).toBe(true);
    expect(sameVector(VECTOR, more)).toBe(false);
    expect(sameVector(VECTOR, without)).toBe(false);
    const none = { credits: 0, usd: 0, tokens: 0, calls: 0 };
    expect(difference(more, VECTOR)).toEqual({ ...none, [unit]: 1 });
    expect(difference(without, VECTOR)).toEqual({ ...none, [unit]: -VECTOR[unit] });
    expect(vectorOf({ ...VECTOR, [unit]: undefined })).toStrictEqual(without);
    expect(costAt({ least: VECTOR, most: more, steps: 2 }, 1)).toEqual(more);
  });

  it('see that what is set aside of it has ended, at its end and not before', () => {
    const carves: AccountState['carves'] = { [unit]: { amountMicros: 1, endMs: NOW_MS } };
    expect(anyPastEnd([undefined, { ...start, carves }], NOW_MS)).toBe(true);
    expect(anyPastEnd([undefined, { ...start, carves }], NOW_MS - 1)).toBe(false);
  });

  it('charge as held what is not said of it', async () => {
    const clock = () => NOW_MS;
    const ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
    const root = await opened(ledger, { limits: [] });
    const asked = request(root, { cost: { least: VECTOR, most: VECTOR, steps: 0 } });
    await ledger.reserve(asked);
    const { [unit]: _, ...cost } = { credits: 1, usd: 2, tokens: 3, calls: 4 };
    expect(await ledger.settle({ reservation: asked.reservation, cost })).toMatchObject({
      charged: { ...cost, [unit]: VECTOR[unit] },
    });
  });
});
