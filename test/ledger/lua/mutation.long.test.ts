import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { nameOf } from './mutants.js';
import { allMutants, judge } from './mutation.js';
import { reasonOf, reviewedNames } from './survivors.js';

/** How many of all mutants must be caught, whatever is said of the others. */
const LEAST = 0.95;

describe('mistakes in the Lua functions', () => {
  it('are caught by their suite, each of them; the survivors are harmless', async () => {
    const mutants = allMutants();
    const verdicts = await judge(mutants, Math.min(4, availableParallelism()));
    expect(verdicts).toHaveLength(mutants.length);
    const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
    const names = survivors.map(({ mutant }) => nameOf(mutant)).sort();
    const reasons = survivors.map(
      ({ mutant }) => `${nameOf(mutant)}\n    ${reasonOf(mutant) ?? 'NOT REVIEWED'}`,
    );
    const share = 1 - survivors.length / mutants.length;
    console.log(
      `${mutants.length} mutants, ${survivors.length} survived (${(100 * share).toFixed(1)} % caught)\n` +
        reasons.sort().join('\n'),
    );
    expect(survivors.filter(({ mutant }) => reasonOf(mutant) === undefined)).toEqual([]);
    // A name that is caught by now, or is no mutant any more, has no place in the list.
    expect(reviewedNames().filter((name) => !names.includes(name))).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(LEAST);
  });
});
