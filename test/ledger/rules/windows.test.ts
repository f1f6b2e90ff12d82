import { beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { windowEnd, windowStart } from '../../../src/ledger/rules/windows.js';
import { WINDOWS, type Window } from '../../../src/money/units.js';
import { fc } from '../../support/property.js';
import { CREDIT, limit, opened, path, price, request, rootOf, verdict } from '../fixtures.js';
import { ModelLedger } from '../model.js';

type Span = Exclude<Window, 'life'>;
const SPANS = WINDOWS.filter((window) => window !== 'life');
const at = (text: string) => Date.parse(text);

describe('a window in UTC calendar terms', () => {
  it.each<[Span, string, string, string]>([
    ['minute', '2027-03-04T05:06:07.890Z', '2027-03-04T05:06:00Z', '2027-03-04T05:07:00Z'],
    ['hour', '2027-03-04T05:06:07.890Z', '2027-03-04T05:00:00Z', '2027-03-04T06:00:00Z'],
    ['day', '2027-03-04T05:06:07.890Z', '2027-03-04T00:00:00Z', '2027-03-05T00:00:00Z'],
    ['week', '2027-03-04T05:06:07.890Z', '2027-03-01T00:00:00Z', '2027-03-08T00:00:00Z'],
    ['week', '2027-03-07T23:59:59.999Z', '2027-03-01T00:00:00Z', '2027-03-08T00:00:00Z'],
    ['week', '2027-03-08T00:00:00Z', '2027-03-08T00:00:00Z', '2027-03-15T00:00:00Z'],
    ['month', '2028-02-29T23:59:59.999Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', '2027-12-31T23:59:59.999Z', '2027-12-01T00:00:00Z', '2028-01-01T00:00:00Z'],
  ])('%s of %s is %s to %s', (window, instant, start, end) => {
    expect(windowStart(window, at(instant))).toBe(at(start));
    expect(windowEnd(window, at(start))).toBe(at(end));
  });

  it('begins at or before every instant in it, ends after it, and the next begins there', () => {
    const instants = fc.integer({
      min: at('2020-01-01T00:00:00Z'),
      max: at('2099-12-31T00:00:00Z'),
    });
    fc.assert(
      fc.property(instants, fc.constantFrom(...SPANS), (instant, window) => {
        const start = windowStart(window, instant);
        const end = windowEnd(window, start);
        expect(start).toBeLessThanOrEqual(instant);
        expect(end).toBeGreaterThan(instant);
        expect(windowStart(window, end)).toBe(end);
        expect(windowStart(window, end - 1)).toBe(start);
        const from = new Date(start);
        expect(from.getUTCSeconds() + from.getUTCMilliseconds()).toBe(0);
        if (window === 'week') expect(from.getUTCDay()).toBe(1);
        if (window === 'month') expect(from.getUTCDate()).toBe(1);
      }),
    );
  });
});

describe('as the clock goes on', () => {
  let nowMs = 0;
  let ledger: Ledger;
  const clock = () => nowMs;
  const hourly = (whole: number) => ({ ...limit(whole), window: 'hour' as const });

  beforeEach(() => {
    nowMs = at('2027-03-04T05:59:58Z');
    ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
  });

  const asked = (of: Awaited<ReturnType<typeof opened>>, credits: number, ttlMs = 3_600_000) =>
    request(of, { path: path(of, ['a'], [[], [hourly(10)]]), cost: price(credits), ttlMs });

  async function window(account: string) {
    const balance = await ledger.balance(account);
    const [own] = balance.status === 'found' ? (balance.path.at(-1)?.windows ?? []) : [];
    return [own?.spentMicros, own?.heldMicros].map((micros) => (micros ?? 0) / CREDIT);
  }

  it('a hold changes the window in which it was made, and that one alone', async () => {
    const root = await opened(ledger);
    const account = `${rootOf(root)}/a`;
    const first = asked(root, 8);
    const held = await ledger.reserve(first);
    const resetsAtMs = at('2027-03-04T06:00:00Z');
    expect(held).toMatchObject({ limits: [{}, { remainingMicros: 2 * CREDIT, resetsAtMs }] });
    expect(verdict(await ledger.reserve(asked(root, 3)))).toBe('budget_exhausted');
    nowMs += 2_000;
    expect(await window(account)).toEqual([0, 0]);
    const second = asked(root, 9);
    expect(verdict(await ledger.reserve(second))).toBe('held');
    expect(await window(account)).toEqual([0, 9]);
    // Settled above its hold, in the hour after it was made.
    await ledger.settle({ reservation: first.reservation, cost: { credits: 50 * CREDIT } });
    expect(await window(account)).toEqual([0, 9]);
    await ledger.settle({ reservation: second.reservation, cost: { credits: 4 * CREDIT } });
    expect(await window(account)).toEqual([4, 0]);
    expect(verdict(await ledger.reserve(asked(root, 6)))).toBe('held');
  });

  it('a hold presumed spent, and a correction of it, stay in its window', async () => {
    const root = await opened(ledger);
    const account = `${rootOf(root)}/a`;
    const [early, late] = [asked(root, 2, 1_000), asked(root, 5, 1_000)];
    await ledger.reserve(early);
    nowMs += 2_000;
    await ledger.reserve(late);
    nowMs += 1_000;
    expect(await ledger.sweep('main', 9)).toMatchObject({ presumedSpent: 2 });
    expect(await window(account)).toEqual([5, 0]);
    await ledger.settle({ reservation: late.reservation, cost: { credits: CREDIT } });
    await ledger.settle({ reservation: early.reservation, cost: { credits: 0 } });
    expect(await window(account)).toEqual([1, 0]);
  });

  it('is over its limit by an overrun until the window ends, and no longer', async () => {
    const root = await opened(ledger);
    const first = asked(root, 8);
    await ledger.reserve(first);
    await ledger.settle({ reservation: first.reservation, cost: { credits: 30 * CREDIT } });
    expect(verdict(await ledger.reserve(asked(root, 0)))).toBe('budget_exhausted');
    nowMs += 2_000;
    expect(verdict(await ledger.reserve(asked(root, 10)))).toBe('held');
  });

  it('a store whose clock lags opens no window again', async () => {
    const root = await opened(ledger);
    nowMs += 2_000;
    await ledger.reserve(asked(root, 10));
    nowMs -= 2_000;
    expect(verdict(await ledger.reserve(asked(root, 1)))).toBe('budget_exhausted');
  });

  it('counts from the first reservation that presents a limit of it', async () => {
    const root = await opened(ledger);
    const before = request(root, { path: path(root, ['a']), cost: price(7) });
    await ledger.reserve(before);
    await ledger.reserve(asked(root, 1));
    await ledger.settle({ reservation: before.reservation, cost: {} });
    expect(await window(`${rootOf(root)}/a`)).toEqual([0, 1]);
  });
});
