import type { LuaStore } from './store.js';

/** One thing that the functions must do. It fails by throwing, and begins with an empty store. */
export interface Case {
  readonly name: string;
  readonly run: (store: LuaStore) => Promise<void>;
}
