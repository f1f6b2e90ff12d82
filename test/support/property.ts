import fc from 'fast-check';

/**
 * fast-check prints the seed and the shrunk case of a failure by itself. `BURSAR_RUNS`, which the
 * long run sets, deepens every law.
 */
const deeper = Number(process.env['BURSAR_RUNS'] ?? 0);
if (deeper > 0) fc.configureGlobal({ numRuns: deeper });

/**
 * How many cases for a law that has a number of its own.
 * @param inLongRun where the long run has another number of them than of everything else
 */
export function runs(usual: number, inLongRun = deeper): number {
  return deeper === 0 ? usual : Math.max(usual, inLongRun);
}

export { fc };
