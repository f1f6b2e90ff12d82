import { describe, expect, it } from 'vitest';
import { storeKilled } from './store-killed.js';

describe('a Redis killed under load, with its append-only file', () => {
  it('loses nothing that was acknowledged, and service comes back unaided', async () => {
    expect(await storeKilled('always', 2)).toBe(2);
  }, 120_000);
});
