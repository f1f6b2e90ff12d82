import fc from 'fast-check';

/** fast-check prints the seed and the shrunk case of a failure by itself; `BURSAR_RUNS` deepens. */
const runs = Number(process.env['BURSAR_RUNS'] ?? 0);
if (runs > 0) fc.configureGlobal({ numRuns: runs });

export { fc };
