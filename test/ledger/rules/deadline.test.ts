import { beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS } from '../../../src/ledger/contract.js';
import { opened, request, verdict } from '../fixtures.js';
import { ModelLedger } from '../model.js';

const TTL_MS = 5_000;
const EXPIRES_MS = 1_800_000_060_000;
let nowMs = 0;
const clock = () => nowMs;

/** To the millisecond, which no real clock can show. */
describe('one millisecond before, and at, the moment', () => {
  beforeEach(() => {
    nowMs = 1_800_000_000_000;
  });

  async function held() {
    const ledger = new ModelLedger({ ...LEDGER_DEFAULTS, retainMs: 1_000, clock }, clock);
    const root = await opened(ledger, { expiresAtMs: EXPIRES_MS });
    const asked = request(root, { ttlMs: TTL_MS });
    expect(await ledger.reserve(asked)).toMatchObject({ deadlineMs: nowMs + TTL_MS });
    return { ledger, root, asked };
  }

  it.each([
    [TTL_MS - 1, 'held', 'released', 0],
    [TTL_MS, 'already_resolved', 'already_resolved', 1],
  ])('%i ms on, of a deadline of 5,000', async (passed, again, release, presumedSpent) => {
    const { ledger, asked } = await held();
    nowMs += passed;
    expect(await ledger.sweep('main', 9)).toMatchObject({ presumedSpent });
    expect(verdict(await ledger.reserve(asked))).toBe(again);
    expect(verdict(await ledger.release(asked))).toBe(release);
  });

  it.each([
    [TTL_MS - 1, 'held', 'released'],
    [TTL_MS, 'already_resolved', 'already_resolved'],
  ])('%i ms on, with no sweep between', async (passed, again, release) => {
    const { ledger, asked } = await held();
    nowMs += passed;
    expect(verdict(await ledger.reserve(asked))).toBe(again);
    expect(verdict(await ledger.release(asked))).toBe(release);
  });

  it.each([
    [999, 0],
    [1_000, 1],
  ])('%i ms after it was finished, kept for 1,000', async (passed, forgotten) => {
    const { ledger, asked } = await held();
    await ledger.release(asked);
    nowMs += passed;
    expect(await ledger.sweep('main', 9)).toMatchObject({ forgotten });
  });

  it.each([
    [EXPIRES_MS - 1, 'held'],
    [EXPIRES_MS, 'expired'],
  ])('at %i, of an expiry', async (at, expected) => {
    const { ledger, root } = await held();
    nowMs = at;
    expect(verdict(await ledger.reserve(request(root)))).toBe(expected);
    expect(verdict(await ledger.reserve(request(root, { expiresAtMs: at + 1 })))).toBe(expected);
  });
});
