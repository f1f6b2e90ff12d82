import { describe, expect, it } from 'vitest';
import { problemResponse } from '../../gateway/api/problem-response.js';
import { refusalProblem } from '../../gateway/ledger-refusal.js';
import { standingHeaders, withReturned } from '../../gateway/standing.js';
import type { AccountLimits, LimitState } from '../../src/ledger/contract.js';
import type { Limit } from '../../src/money/units.js';
import { errorOf } from './harness.js';

const CREDIT = 1_000_000;
const RESETS_AT_MS = Date.UTC(2026, 5, 1, 13);

function state(overrides: Partial<LimitState> = {}): LimitState {
  return {
    account: 'main/a',
    unit: 'credits',
    window: 'life',
    limitMicros: 100 * CREDIT,
    spentMicros: 0,
    heldMicros: 10 * CREDIT,
    remainingMicros: 90 * CREDIT,
    ...overrides,
  };
}

const hourly = state({
  window: 'hour',
  limitMicros: 20 * CREDIT,
  remainingMicros: 5 * CREDIT,
  heldMicros: 15 * CREDIT,
  resetsAtMs: RESETS_AT_MS,
});

describe('x-bursar-remaining', () => {
  const headers = (...limits: LimitState[]) =>
    standingHeaders({ account: 'main/a', reservation: 'r', cost: { credits: 1 }, limits });

  it('of a limit for life has no window, and no end', () => {
    expect(headers(state())).toMatchObject({ 'x-bursar-remaining': '90 credits' });
    expect(headers(state())).not.toHaveProperty('x-bursar-resets-at');
  });

  it('of a windowed limit names the window, and says when it ends', () => {
    expect(headers(state(), hourly)).toMatchObject({
      'x-bursar-remaining': '5 credits/hour',
      'x-bursar-resets-at': '2026-06-01T13:00:00Z',
    });
  });

  it('is of the limit with the smallest share left, windowed or not', () => {
    const day = state({ window: 'day', remainingMicros: 99 * CREDIT, resetsAtMs: RESETS_AT_MS });
    expect(headers(day, state())).toMatchObject({ 'x-bursar-remaining': '90 credits' });
  });
});

describe("a cap of the ledger's own", () => {
  it.each([
    ['too_many_holds', 429, '1'],
    ['too_many_accounts', 403, null],
  ] as const)('%s is %d, by its own name', async (reason, status, wait) => {
    const response = problemResponse(
      refusalProblem({ status: 'refused', reason, account: 'main/a' }),
    );
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, wait]);
    expect((await errorOf(response)).error.code).toBe(reason);
  });
});

describe('a 402 of a windowed limit', () => {
  const refuse = async (limit: LimitState, required: number) => {
    const requiredMicros = required * CREDIT;
    const response = problemResponse(
      refusalProblem({
        status: 'refused',
        reason: 'budget_exhausted',
        account: limit.account,
        limit,
        requiredMicros,
      }),
    );
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([402, 'false']);
    return errorOf(response);
  };

  it('says when it helps to wait', async () => {
    const body = await refuse(hourly, 20);
    expect(body).toMatchObject({
      unit: 'credits',
      window: 'hour',
      remaining: 5,
      held: 15,
      required: 20,
      resetsAt: '2026-06-01T13:00:00Z',
    });
    expect(body.error.message).toBe(
      'No budget left for this call: main/a has 5 credits remaining of 20 credits/hour, 15 more held ' +
        'by open calls, and the call needs 20. It resets at 2026-06-01T13:00:00Z.',
    );
  });

  it('does not, where the whole window would be too small', async () => {
    const body = await refuse(hourly, 21);
    expect(body).not.toHaveProperty('resetsAt');
    expect(body).toMatchObject({ window: 'hour' });
    expect(body.error.message).not.toContain('resets');
  });

  it('nor for a limit for life', async () => {
    const body = await refuse(state(), 95);
    expect(body).not.toHaveProperty('resetsAt');
    expect(body).not.toHaveProperty('window');
  });
});

describe('what is given back of a hold', () => {
  const carved: Limit = {
    unit: 'credits',
    window: 'life',
    limitMicros: 50 * CREDIT,
    carved: true,
  };
  const path = (limit: Limit): AccountLimits[] => [
    { account: 'main/a', limits: [] },
    { account: 'main/a/b', limits: [limit], carveEndsMs: RESETS_AT_MS },
    { account: 'main/a/b/c', limits: [] },
  ];
  const limits = [
    state(),
    state({ window: 'hour' }),
    state({ unit: 'calls' }),
    state({ account: 'main/a/b' }),
    state({ account: 'main/a/b/c' }),
  ];
  const returned = { credits: 10 * CREDIT, calls: 10 * CREDIT };
  const remaining = (limit: Limit) =>
    withReturned(limits, returned, path(limit)).map((own) => own.remainingMicros / CREDIT);

  it('is free again on the whole path of a plain child', () => {
    expect(remaining({ ...carved, carved: false })).toEqual([100, 100, 100, 100, 100]);
  });

  it('goes back into a carve-out, and so not to the limits for life above it', () => {
    expect(remaining(carved)).toEqual([90, 100, 100, 100, 100]);
  });
});
