import { afterAll, beforeAll, describe, it } from 'vitest';
import { LuaStore } from './store.js';
import { SUITE } from './suite.js';

let store: LuaStore;

beforeAll(async () => {
  store = await LuaStore.start();
});
afterAll(() => store.dispose());

describe('the functions of the library', () => {
  it.each(SUITE)('$name', ({ run }) => run(store));
});
