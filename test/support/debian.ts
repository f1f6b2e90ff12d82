import { spawnSync } from 'node:child_process';

/** A Debian package that tests need, and how to see that what it brings is there. */
export interface DebianPackage {
  readonly name: string;
  /** Ends with status 0 where it is installed. */
  readonly probe: readonly [command: string, ...args: string[]];
}

/**
 * Installs a package where it is missing and this process may. Called before any test file runs:
 * test files run side by side, and two installers would meet each other's lock.
 * @throws with one line that says what to install.
 */
export function requirePackage(wanted: DebianPackage): void {
  if (isThere(wanted)) return;
  if (process.getuid?.() === 0) {
    // The lists may never have been fetched on this machine.
    apt('update');
    apt('install', '--yes', '--no-install-recommends', wanted.name);
    if (isThere(wanted)) return;
  }
  throw new Error(`the tests need ${wanted.name}: apt-get install ${wanted.name}`);
}

function isThere({ probe: [command, ...args] }: DebianPackage): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function apt(...args: string[]): void {
  // A package's service would start at once; in run level 1 it does not.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  spawnSync('apt-get', ['--quiet', '--quiet', ...args], { env, stdio: 'ignore' });
}
