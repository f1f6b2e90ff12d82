import { afterAll, beforeAll, describe, it } from 'vitest';
import { fc, runs } from '../support/property.js';
import { LuaStore } from './lua/store.js';
import { walk } from './lua/walk.js';
import { history } from './sequences.js';
import { sharedHistory } from './shared-sequences.js';

let store: LuaStore;

beforeAll(async () => {
  store = await LuaStore.start();
});
afterAll(() => store.dispose());

describe('random histories', () => {
  it('get the same answers from Redis, any number sent in one turn, as from the model', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 8 }), (steps, together) =>
        walk(store, steps, { together }),
      ),
      { numRuns: runs(200) },
    );
  });

  it('of what gateways tell each other beside the money, too', async () => {
    await fc.assert(
      fc.asyncProperty(sharedHistory, (steps) => walk(store, steps)),
      { numRuns: runs(100) },
    );
  });
});
