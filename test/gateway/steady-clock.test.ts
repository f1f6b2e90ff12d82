import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSteadyClock, SETTLE_MS } from '../../gateway/steady-clock.js';
import { MAX_CLOCK_LEAD_MS } from '../../src/ledger/contract.js';

const START_MS = 1_800_000_000_000;
const DAY_MS = 24 * 3_600_000;

/** A machine whose clocks a test moves: `set` is what somebody added to the wall clock. */
function machine() {
  const at = { runMs: 0, sleptMs: 0, setMs: 0 };
  const warnings: string[] = [];
  const wall = () => Math.round(START_MS + at.runMs + at.sleptMs + at.setMs);
  const clock = createSteadyClock({
    wall,
    monotonic: () => at.runMs,
    // In whole seconds, as some systems tell it.
    sinceBoot: () => Math.floor((at.runMs + at.sleptMs) / 1_000) * 1_000,
    warn: (message) => warnings.push(message),
  });
  return { at, wall, clock, warnings };
}

describe('the steady clock', () => {
  it('goes on as the running clock does when the wall clock jumps ahead, and says so once', () => {
    const { at, clock, wall, warnings } = machine();
    at.setMs = 40 * DAY_MS;
    for (const runMs of [1_000, 2_000, SETTLE_MS - 1]) {
      at.runMs = runMs;
      expect(clock()).toBe(START_MS + runMs);
    }
    expect(warnings).toEqual([expect.stringContaining('503')]);
    at.setMs = 0;
    expect(clock()).toBe(wall());
    expect(warnings).toHaveLength(2);
  });

  it('counts whole milliseconds, although the running clock counts parts of them', () => {
    const { at, clock } = machine();
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.boolean(), (runMs, isAhead) => {
        at.runMs += runMs;
        // The wall clock is read in whole milliseconds.
        at.setMs = Math.floor(at.runMs) - at.runMs + (isAhead ? 40 * DAY_MS : 0);
        expect(Number.isInteger(clock())).toBe(true);
      }),
    );
  });

  it('believes a clock that has kept its pace since it was set', () => {
    const { at, clock, wall } = machine();
    at.setMs = 40 * DAY_MS;
    clock();
    at.runMs = SETTLE_MS;
    expect(clock()).toBe(wall());
  });

  it('never believes one that keeps jumping', () => {
    const { at, clock } = machine();
    for (let step = 1; step < 100; step++) {
      at.runMs = (step * SETTLE_MS) / 2;
      at.setMs = step * DAY_MS;
      expect(clock()).toBe(START_MS + at.runMs);
    }
  });

  it('believes at once that the machine slept, and no more than that', () => {
    const { at, clock, wall } = machine();
    for (let night = 1; night < 5; night++) {
      at.runMs += 10_000;
      at.sleptMs += DAY_MS / 3 + 377;
      expect(clock()).toBe(wall());
    }
    at.runMs += 10_000;
    const before = clock();
    at.sleptMs += DAY_MS / 3;
    at.setMs = DAY_MS;
    expect(clock()).toBe(before);
  });

  it('is not given by many short sleeps what only one long sleep explains', () => {
    const { at, clock, wall } = machine();
    for (let nap = 1; nap < 50; nap++) {
      at.sleptMs += MAX_CLOCK_LEAD_MS / 2;
      at.runMs += 1;
      expect(clock()).toBe(wall());
      at.runMs += SETTLE_MS;
      clock();
    }
    at.setMs = 2 * MAX_CLOCK_LEAD_MS;
    at.runMs += 1;
    expect(clock()).toBe(wall() - at.setMs);
  });

  it('follows a step of seconds, a slow drift, and a clock that is set back and comes back', () => {
    const { at, clock, wall, warnings } = machine();
    at.setMs = 20_000;
    expect(clock()).toBe(wall());
    for (let hour = 1; hour < 500; hour++) {
      at.runMs += 60_000;
      at.setMs += 30;
      expect(clock()).toBe(wall());
    }
    const { setMs } = at;
    at.setMs -= DAY_MS;
    expect(clock()).toBe(wall());
    at.runMs += 1_000;
    at.setMs = setMs;
    expect(clock()).toBe(wall());
    expect(warnings).toEqual([]);
  });

  it('is never further ahead of what the running clock says than one lead, before a set clock settles', () => {
    const steps = fc.array(
      fc.record({ run: fc.nat(SETTLE_MS / 50), set: fc.integer({ min: -DAY_MS, max: DAY_MS }) }),
      { maxLength: 49 },
    );
    fc.assert(
      fc.property(steps, (moves) => {
        const { at, clock } = machine();
        for (const { run, set } of moves) {
          at.runMs += run;
          at.setMs = set;
          expect(clock() - START_MS - at.runMs).toBeLessThanOrEqual(MAX_CLOCK_LEAD_MS);
        }
      }),
    );
  });
});
