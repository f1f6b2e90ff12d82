import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('packages/', import.meta.url));

/**
 * Installs the clients in a folder of their own, once for each lock file. They are large and need a newer Node, so the
 * project's own packages are without them. No package runs a script of its own here.
 */
export default function setup(): void {
  const mark = `${PACKAGES}node_modules/.package-lock.json`;
  const lock = `${PACKAGES}package-lock.json`;
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: PACKAGES,
    stdio: 'inherit',
  });
}
