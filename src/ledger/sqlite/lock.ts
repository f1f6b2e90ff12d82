/** The least and the most that one wait for another process's lock lasts. */
const MIN_WAIT_MS = 0.1;
const MAX_WAIT_MS = 2;

/** What a wait for the lock needs from outside. */
export interface Patience {
  readonly now: () => number;
  /** Blocks the thread. */
  readonly sleep: (ms: number) => void;
  readonly random: () => number;
}

/**
 * Runs `begin` until it gets its lock, or answers false when `deadlineMs` has passed.
 *
 * SQLite's own busy handler backs off to 100 ms, by which a process that comes second starves
 * while the first commits in groups every fraction of a millisecond. Here the waits stay short,
 * and random so that two processes don't fall into step.
 * @throws whatever `begin` throws, except that the database is locked.
 */
export function patiently(begin: () => void, deadlineMs: number, patience: Patience): boolean {
  for (let waitMs = MIN_WAIT_MS; ; waitMs = Math.min(MAX_WAIT_MS, waitMs * 1.5)) {
    try {
      begin();
      return true;
    } catch (error) {
      if (!isLocked(error)) throw error;
    }
    if (patience.now() >= deadlineMs) return false;
    patience.sleep(waitMs * (0.5 + patience.random()));
  }
}

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_PROTOCOL = 15;

/** Another process has the lock, or is recovering or closing the write-ahead log. */
function isLocked(error: unknown): boolean {
  if (!isSqliteError(error)) return false;
  const primary = error.rawCode & 0xff;
  return primary === SQLITE_BUSY || primary === SQLITE_PROTOCOL;
}

/** The disk has no room for what was to be written. */
export function isFull(error: unknown): boolean {
  return isSqliteError(error) && (error.rawCode & 0xff) === SQLITE_FULL;
}

/** What libsql throws when SQLite itself refused, with SQLite's extended result code. */
export function isSqliteError(error: unknown): error is Error & { readonly rawCode: number } {
  return error instanceof Error && typeof (error as { rawCode?: unknown }).rawCode === 'number';
}
