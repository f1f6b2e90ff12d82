import { describe, expect, it } from 'vitest';
import { storeKilled } from './store-killed.js';

const KILLS = 100;

describe('a Redis killed 100 times under load, with its append-only file', () => {
  it('written with every command: loses nothing, and service comes back unaided', async () => {
    expect(await storeKilled('always', KILLS)).toBe(KILLS);
  });

  it('written every second: the same, and what it loses is named, never overspent', async () => {
    let kills = 0;
    while (kills < KILLS) kills += await storeKilled('everysec', KILLS - kills);
    expect(kills).toBe(KILLS);
  });
});
