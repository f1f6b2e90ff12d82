import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';
const PACKAGE = 'python3-pymacaroons';

/**
 * Runs a Python program that has pymacaroons, with `input` as JSON on standard input, and answers
 * the JSON that it prints.
 */
export function runPython(program: string, input: unknown): unknown {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`, { cause: error });
  return JSON.parse(stdout);
}

/**
 * Installs Debian's package where it is missing and that is allowed.
 * @throws with one line that says what to install.
 */
export function requirePymacaroons(): void {
  if (isImportable()) return;
  if (process.getuid?.() === 0) {
    const options = {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    } as const;
    const install = ['install', '-y', '--no-install-recommends', PACKAGE];
    if (spawnSync('apt-get', install, options).status !== 0) {
      // The lists of packages may never have been fetched on this machine.
      spawnSync('apt-get', ['update'], options);
      spawnSync('apt-get', install, options);
    }
    if (isImportable()) return;
  }
  throw new Error(`these tests need pymacaroons: apt-get install ${PACKAGE}`);
}

function isImportable(): boolean {
  return spawnSync(PYTHON, ['-c', 'import pymacaroons']).status === 0;
}
