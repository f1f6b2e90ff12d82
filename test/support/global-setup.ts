import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Tests of processes, and the SQLite worker, run what a user runs: the built JavaScript. */
export default function setup(): void {
  execFileSync(
    process.execPath,
    [fileURLToPath(new URL('../../scripts/build.js', import.meta.url))],
    {
      stdio: 'inherit',
    },
  );
}
