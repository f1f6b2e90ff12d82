import fc from 'fast-check';

/**
 * fast-check prints the seed and the shrunk case of a failure by itself. `BURSAR_RUNS`, which the
 * long run sets, deepens every law.
 */
const deeper = Number(process.env['BURSAR_RUNS'] ?? 0);
if (deeper > 0) fc.configureGlobal({ numRuns: deeper });

/** How many cases for a law that has a number of its own. */
export function runs(usual: number): number {
  return Math.max(usual, deeper);
}

export { fc };
