import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nameOf } from './mutants.js';
import { allMutants, judge } from './mutation.js';
import { reasonOf } from './survivors.js';

/** Drawn by their names, so that an edit of one line leaves the rest of the sample as it is. */
const SEED = 'a sample of mutants';
const SAMPLE = 6;

describe('mistakes in the Lua functions', () => {
  it('are caught by their suite: a sample', async () => {
    const rank = new Map(
      allMutants().map((mutant) => {
        const digest = createHash('sha256')
          .update(`${SEED} ${nameOf(mutant)}`)
          .digest('hex');
        return [mutant, digest] as const;
      }),
    );
    const sample = [...rank.keys()]
      .filter((mutant) => reasonOf(mutant) === undefined)
      .sort((a, b) => ((rank.get(a) ?? '') < (rank.get(b) ?? '') ? -1 : 1))
      .slice(0, SAMPLE);
    expect(sample).toHaveLength(SAMPLE);
    const verdicts = await judge(sample, 2);
    const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
    expect(survivors.map(({ mutant }) => nameOf(mutant))).toEqual([]);
  }, 60_000);
});
