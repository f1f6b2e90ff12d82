import fc from 'fast-check';
import { history } from '../../sequences.js';
import type { Case } from '../case.js';
import { walk } from '../walk.js';

/** The same histories each time, so that what they catch stays caught. */
const SEED = 20_270_131;
const HISTORIES = 40;

export const histories: readonly Case[] = fc
  .sample(fc.tuple(history, fc.integer({ min: 1, max: 6 })), {
    seed: SEED,
    numRuns: HISTORIES,
  })
  .map(([steps, together], i) => ({
    name: `history ${i}, up to ${together} at once`,
    run: (store) => walk(store, steps, { together }),
  }));
