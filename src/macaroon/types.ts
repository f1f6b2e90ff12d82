import type { Identifier } from './identifier.js';

export interface ProvedChain {
  readonly identifier: Identifier;
  readonly caveats: readonly string[];
}
