import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, for its owner alone. One by one: on a file system that makes no
 * folders, such as /proc, Node's own `recursive` never ends.
 * @throws {Error} which names the folder that can't be made
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // Another gateway that starts was faster.
    if (code === 'EEXIST') return;
    throw new Error(
      `stateDir: found that ${path} can't be made (${code}); expected a folder on a disk that outlives the gateway`,
      { cause: error },
    );
  }
}
