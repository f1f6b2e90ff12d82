import { statSync } from 'node:fs';

const CHECK_MS = 1_000;

/**
 * Calls back when a file was changed, replaced, removed, or got other permissions, within a second.
 * Call it before the first reading, so that no change falls between the two.
 *
 * Polled: a watcher by inode loses a file when it is replaced, which is how they are written; and
 * `watchFile` misses what changes before its own first look.
 * @returns what ends it
 */
export function followFiles(files: readonly string[], onChange: () => void): () => void {
  let seen = files.map(fingerprint).join();
  const timer = setInterval(() => {
    const now = files.map(fingerprint).join();
    if (now === seen) return;
    seen = now;
    onChange();
  }, CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function fingerprint(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return 'none';
  }
}
