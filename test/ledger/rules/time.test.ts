import { describe, expect, it } from 'vitest';
import { MAX_CLOCK_LEAD_MS } from '../../../src/ledger/contract.js';
import { isBelieved, timeOf } from '../../../src/ledger/rules/time.js';

describe('the time of a change', () => {
  it.each([
    // store, gateway, remembered → time
    [1_000, 1_000, 0, 1_000],
    [1_000, 1_000, 900, 1_000],
    [1_000, 1_000, 5_000, 5_000],
    [1_000, 9_000_000, 0, 1_000],
    [1_000 + MAX_CLOCK_LEAD_MS, 1_000, 500, 1_000 + MAX_CLOCK_LEAD_MS],
    [1_001 + MAX_CLOCK_LEAD_MS, 1_000, 500, 500],
  ])('store %i, gateway %i, remembered %i: %i', (storeMs, gatewayMs, remembered, expected) => {
    expect(timeOf({ storeMs, gatewayMs }, remembered)).toBe(expected);
  });

  it('is believed up to the lead that the contract allows', () => {
    expect(isBelieved({ storeMs: MAX_CLOCK_LEAD_MS, gatewayMs: 0 })).toBe(true);
    expect(isBelieved({ storeMs: MAX_CLOCK_LEAD_MS + 1, gatewayMs: 0 })).toBe(false);
  });
});
