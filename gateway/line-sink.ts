import { closeSync, openSync } from 'node:fs';
import { destination } from 'pino';

/** Where lines go that nobody waits for. */
export interface LineSink {
  readonly write: (line: string) => void;
  /** The file of that name may be another one by now. */
  readonly reopen: () => void;
  /** Once all is written. */
  readonly close: () => Promise<void>;
}

/** More than this waits for a slow disk or reader at the most; what comes then is left out. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const SAME_TROUBLE_MS = 60_000;

/** Nobody but the owner writes, and the owner's group may read: a log shipper. */
const MODE = 0o640;

/**
 * Appends lines to standard output or to a file, without waiting: while one is being written, those
 * that come are gathered for the next write. What can't be written is left out, and told once a minute.
 * @param file an absolute path; undefined for standard output
 * @throws {Error} with a `code`, where the file can't be opened
 */
export function openLineSink(
  file: string | undefined,
  monotonicMs: () => number,
  onTrouble: (reason: string, lost: number) => void,
): LineSink {
  if (file !== undefined) closeSync(openSync(file, 'a', MODE));
  const boom = destination({
    dest: file ?? 1,
    sync: false,
    mode: MODE,
    maxLength: MOST_WAITING_BYTES,
  });
  let lost = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  const tell = (reason: string): void => {
    if (monotonicMs() - toldMs < SAME_TROUBLE_MS) return;
    toldMs = monotonicMs();
    onTrouble(reason, lost);
    lost = 0;
  };
  boom.on('error', (error: NodeJS.ErrnoException) => tell(error.code ?? error.message));
  boom.on('drop', () => {
    lost++;
    tell('too slow');
  });
  return {
    write: (line) => void boom.write(line),
    reopen: () => {
      if (file !== undefined) boom.reopen();
    },
    close: () =>
      new Promise((resolve) => {
        boom.once('close', resolve).once('error', () => resolve());
        boom.end();
      }),
  };
}
