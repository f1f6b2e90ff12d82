import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requirePackage } from './debian.js';

/** Redis itself, and another library for macaroons: the tests' own, and no part of the program. */
const PACKAGES = [
  { name: 'redis-server', probe: ['redis-server', '--version'] },
  { name: 'python3-pymacaroons', probe: ['/usr/bin/python3', '-c', 'import pymacaroons'] },
] as const;

/** Tests of processes, and the SQLite worker, run what a user runs: the built JavaScript. */
export default function setup(): void {
  for (const wanted of PACKAGES) requirePackage(wanted);
  execFileSync(
    process.execPath,
    [fileURLToPath(new URL('../../scripts/build.js', import.meta.url))],
    {
      stdio: 'inherit',
    },
  );
}
