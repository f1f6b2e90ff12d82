import { beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, MAX_TTL_MS } from '../../../src/ledger/contract.js';
import { HOUR_MS, opened, request, verdict } from '../fixtures.js';
import { ModelLedger } from '../model.js';

const START_MS = 1_800_000_000_000;
let nowMs = START_MS;
const clock = () => nowMs;

describe('extending, as the clock goes on', () => {
  beforeEach(() => {
    nowMs = START_MS;
  });

  async function held(expiresAtMs: number) {
    const ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
    const root = await opened(ledger, { expiresAtMs });
    const asked = request(root, { ttlMs: HOUR_MS });
    await ledger.reserve(asked);
    const { reservation } = asked;
    const extend = (ttlMs: number) => ledger.extend({ reservation, ttlMs });
    return { ledger, extend };
  }

  it('never goes past a day after the hold was made, however often', async () => {
    const { extend } = await held(START_MS + 9 * MAX_TTL_MS);
    let deadlineMs = START_MS + HOUR_MS;
    for (let tries = 0; tries < 50; tries++) {
      nowMs = deadlineMs - 1;
      const extended = await extend(HOUR_MS);
      if (extended.status !== 'extended') throw new Error(extended.reason);
      expect(extended.deadlineMs).toBeGreaterThanOrEqual(deadlineMs);
      deadlineMs = extended.deadlineMs;
    }
    expect(deadlineMs).toBe(START_MS + MAX_TTL_MS);
  });

  it.each([
    [HOUR_MS - 1, 'extended'],
    [HOUR_MS, 'already_resolved'],
  ])('%i ms on, of a deadline in an hour', async (passed, expected) => {
    const { extend } = await held(START_MS + 9 * MAX_TTL_MS);
    nowMs += passed;
    expect(verdict(await extend(HOUR_MS))).toBe(expected);
  });

  it.each([
    [999, 'extended'],
    [1_000, 'expired'],
  ])('%i ms on, of a root that expires in 1,000', async (passed, expected) => {
    const { extend } = await held(START_MS + 1_000);
    nowMs += passed;
    expect(verdict(await extend(HOUR_MS))).toBe(expected);
  });

  it('moves the moment at which a sweep presumes it spent', async () => {
    const { ledger, extend } = await held(START_MS + 9 * MAX_TTL_MS);
    await extend(2 * HOUR_MS);
    nowMs += 2 * HOUR_MS - 1;
    expect(await ledger.sweep('main', 9)).toMatchObject({ presumedSpent: 0 });
    nowMs += 1;
    expect(await ledger.sweep('main', 9)).toMatchObject({ presumedSpent: 1 });
  });
});
