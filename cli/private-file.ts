import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isSystemError, Refusal } from './errors.js';

const PRIVATE = 0o600;

/**
 * Writes a file that its owner alone may read, whole or not at all, unless one is there already.
 * @returns whether it was written
 */
export function createPrivateFile(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}.new`;
  try {
    writeSynced(openSync(temporary, 'wx', PRIVATE), text);
    // Unlike a rename, a link never takes the place of another file.
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Puts another content in place of a file's, in one step: whoever reads it sees the old text or the
 * new one, and a crash leaves one of them whole. The new file is also the lock: of two changes at
 * once, one is refused.
 * @param newText is asked once no one else can change the file
 * @throws {Refusal}
 */
export function changePrivateFile(path: string, newText: () => string): void {
  // Through a link, what it points to is replaced, not the link.
  const target = realpathSync(path);
  const next = `${target}.new`;
  closeSync(openLock(next, path));
  try {
    const text = newText();
    writeSynced(openSync(next, 'w', PRIVATE), text);
    renameSync(next, target);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  const folder = openSync(dirname(target), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function openLock(next: string, path: string): number {
  try {
    return openSync(next, 'wx', PRIVATE);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    throw new Refusal(
      `found ${next}: another command is changing ${path}, or was killed while it did; ` +
        'if none is running, remove it',
    );
  }
}

function writeSynced(descriptor: number, text: string): void {
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
