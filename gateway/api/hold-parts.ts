import type { Micros } from '../../src/money/units.js';

/** What a hold consists of, in the unit of a limit. Its parts add up to the whole. */
export interface HoldParts {
  /** What stands in the request. */
  readonly input: Micros;
  /** What does not: kept by the provider, in files, or put in short by one more call. */
  readonly context: Micros;
  readonly output: Micros;
  /** Runs of the provider's tools, and what the model reads and says again because of them. */
  readonly serverTools: Micros;
}
