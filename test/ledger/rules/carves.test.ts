import { beforeEach, describe, expect, it } from 'vitest';
import { type Genesis, LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import type { Limit } from '../../../src/money/units.js';
import {
  CREDIT,
  carved,
  counters,
  HOUR_MS,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
  verdict,
} from '../fixtures.js';
import { ModelLedger } from '../model.js';

const START_MS = 1_800_000_000_000;
let nowMs = START_MS;
let ledger: Ledger;
let root: Genesis;
const clock = () => nowMs;

/** A call at `holders`; what is carved on its way ends after so many hours, level by level. */
function call(holders: string[], limits: Limit[][], credits: number, ...hours: number[]) {
  const ends = (level: number) => START_MS + (hours[level] ?? 99) * HOUR_MS;
  const accounts = path(root, holders, limits).map((own, level) => ({
    ...own,
    carveEndsMs: ends(level),
  }));
  const expiresAtMs = Math.min(...accounts.map(({ carveEndsMs }) => carveEndsMs));
  return request(root, { path: accounts, cost: price(credits), expiresAtMs, ttlMs: 9 * HOUR_MS });
}

async function credits(below: string) {
  const { spent, held } = await counters(ledger, `${rootOf(root)}${below}`);
  return [spent / CREDIT, held / CREDIT];
}

async function ends(): Promise<unknown[]> {
  const { entries } = await ledger.journal({ tenant: 'main', after: 0, max: 10_000 });
  return entries.flatMap(({ entry }) => (entry.kind === 'carve_ended' ? [entry.account] : []));
}

const A = [[limit(100)], [carved(60)]];

describe('the end of a carve-out', () => {
  beforeEach(async () => {
    nowMs = START_MS;
    ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
    root = await opened(ledger, { limits: [limit(100)] });
  });

  it('is found by whoever needs what it gives back, and not a millisecond early', async () => {
    await ledger.reserve(call(['a'], A, 5, 99, 1));
    const sibling = () => call(['b'], [[limit(100)]], 90);
    nowMs += HOUR_MS - 1;
    expect(verdict(await ledger.reserve(sibling()))).toBe('budget_exhausted');
    expect(await ends()).toEqual([]);
    nowMs += 1;
    expect(verdict(await ledger.reserve(sibling()))).toBe('held');
    expect(await ends()).toEqual([`${rootOf(root)}/a`]);
    expect(await credits('')).toEqual([0, 95]);
  });

  it('is kept by a refusal that it could not help', async () => {
    await ledger.reserve(call(['a'], A, 5, 99, 1));
    nowMs += HOUR_MS;
    expect(verdict(await ledger.reserve(call(['b'], [[limit(100)]], 96)))).toBe('budget_exhausted');
    expect(await ends()).toEqual([`${rootOf(root)}/a`]);
    expect(await credits('')).toEqual([0, 5]);
  });

  it('is found by a sweep, once; holds in flight follow as they settle', async () => {
    const flying = call(['a'], A, 20, 99, 1);
    await ledger.reserve(flying);
    expect(await ledger.sweep('main', 9)).toMatchObject({ carvesEnded: 0 });
    nowMs += HOUR_MS;
    expect(await ledger.sweep('main', 9)).toMatchObject({ carvesEnded: 1, more: false });
    expect(await ledger.sweep('main', 9)).toMatchObject({ carvesEnded: 0 });
    expect(await credits('')).toEqual([0, 20]);
    await ledger.settle({ reservation: flying.reservation, cost: { credits: 3 * CREDIT } });
    expect(await credits('')).toEqual([3, 0]);
    expect(await credits('/a')).toEqual([3, 0]);
  });

  it('is no reason to admit more: another macaroon of the account draws on the pool', async () => {
    await ledger.reserve(call(['a'], A, 5, 99, 1));
    nowMs += HOUR_MS;
    await ledger.reserve(call(['b'], [[limit(100)]], 90));
    const renewed = call(['a'], [[limit(100)], [limit(60)]], 6);
    expect(verdict(await ledger.reserve(renewed))).toBe('budget_exhausted');
    expect(verdict(await ledger.reserve(call(['a'], [[limit(100)], [limit(60)]], 5)))).toBe('held');
  });

  it('comes before a new carve-out of the account, which is then no more than it says', async () => {
    await ledger.reserve(call(['a'], A, 5, 99, 1));
    nowMs += HOUR_MS;
    await ledger.reserve(call(['a'], [[limit(100)], [carved(10)]], 1, 99, 2));
    expect(await credits('')).toEqual([0, 10]);
  });

  it('of two macaroons is the later one, of the larger amount', async () => {
    await ledger.activate(call(['a'], A, 0, 99, 1));
    await ledger.activate(call(['a'], [[limit(100)], [carved(20)]], 0, 99, 3));
    await ledger.activate(call(['a'], [[limit(100)], [carved(70)]], 0, 99, 2));
    nowMs += 3 * HOUR_MS - 1;
    await ledger.sweep('main', 9);
    expect(await credits('')).toEqual([0, 70]);
    nowMs += 1;
    await ledger.sweep('main', 9);
    expect(await credits('')).toEqual([0, 0]);
  });

  it('is not brought on by a grandchild’s short life', async () => {
    const limits = [...A, [carved(10)]];
    await ledger.reserve(call(['a', 'x'], limits, 4, 99, 5, 1));
    nowMs += HOUR_MS;
    await ledger.sweep('main', 9);
    expect(await ends()).toEqual([`${rootOf(root)}/a/x`]);
    expect(await credits('/a')).toEqual([0, 4]);
    expect(await credits('')).toEqual([0, 60]);
  });

  it('inside another gives back to that one, whichever comes first', async () => {
    const limits = [...A, [carved(30)]];
    await ledger.reserve(call(['a', 'x'], limits, 4, 99, 1, 1));
    nowMs += HOUR_MS;
    await ledger.sweep('main', 1);
    expect([await credits(''), await credits('/a')]).toEqual([
      [0, 30],
      [0, 30],
    ]);
    await ledger.sweep('main', 1);
    expect([await credits(''), await credits('/a')]).toEqual([
      [0, 4],
      [0, 4],
    ]);
  });

  it('is never after the root’s own', async () => {
    const short = await opened(ledger, { limits: [limit(9)], expiresAtMs: START_MS + HOUR_MS });
    const accounts = path(short, ['a'], [[limit(9)], [carved(5)]]);
    const carving = accounts.map((own) => ({ ...own, carveEndsMs: START_MS + 9 * HOUR_MS }));
    await ledger.activate({ kid: 'k1', path: carving, expiresAtMs: START_MS + 9 * HOUR_MS });
    nowMs += HOUR_MS;
    expect(await ledger.sweep('main', 9)).toMatchObject({ carvesEnded: 1 });
  });

  it('with many due at once ends two hundred of them for one call, and the rest in time', async () => {
    const big = await opened(ledger, { limits: [limit(400)] });
    const carving = (i: number) =>
      path(big, [`c${i}`], [[limit(400)], [carved(1)]]).map((own) => ({
        ...own,
        carveEndsMs: START_MS + HOUR_MS,
      }));
    for (let i = 0; i < 201; i++) {
      const expiresAtMs = START_MS + HOUR_MS;
      await ledger.activate({ kid: 'k1', path: carving(i), expiresAtMs });
    }
    nowMs += HOUR_MS;
    expect(verdict(await ledger.reserve(request(big, { cost: price(400) })))).toBe(
      'budget_exhausted',
    );
    expect(await ends()).toHaveLength(200);
    expect(verdict(await ledger.reserve(request(big, { cost: price(400) })))).toBe('held');
  });
});

describe('setting aside', () => {
  it('is refused like a reservation, and stays within the caps', async () => {
    nowMs = START_MS;
    ledger = new ModelLedger({ ...LEDGER_DEFAULTS, maxAccountsPerRoot: 3, clock }, clock);
    root = await opened(ledger, { limits: [limit(9)] });
    const deep = call(['a', 'b'], [[limit(9)], [limit(1)], [carved(1)]], 0);
    expect(verdict(await ledger.activate(deep))).toBe('too_many_accounts');
    await ledger.reserve(call([], [], 1));
    const asked = call(['a'], [[limit(9)], [carved(10)]], 0);
    expect(await ledger.activate(asked)).toMatchObject({
      reason: 'budget_exhausted',
      account: rootOf(root),
    });
    expect(verdict(await ledger.activate({ ...asked, kid: 'k2' }))).toBe('kid_mismatch');
    nowMs += 99 * HOUR_MS;
    expect(verdict(await ledger.activate(asked))).toBe('expired');
  });
});
