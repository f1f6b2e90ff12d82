import { openLineSink } from '../../gateway/line-sink.js';
import { createLog, type HidingLog, type Log } from '../../gateway/logging.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';

export interface OpenAccessLog {
  /** Undefined where none is configured. */
  readonly log: HidingLog | undefined;
  readonly reopen: () => void;
  readonly close: () => Promise<void>;
}

/**
 * @param where a file, or true for standard output
 * @throws {Refusal} where the file can't be written
 */
export function openAccessLog(
  io: Io,
  where: string | true | undefined,
  secrets: readonly string[],
  log: Log,
): OpenAccessLog {
  if (where === undefined) return { log: undefined, reopen: () => {}, close: async () => {} };
  const file = where === true ? undefined : where;
  const sink = openOrRefuse(file, log);
  const access = createLog({
    level: 'info',
    destination: sink,
    readable: file === undefined && io.out.isTerminal,
    secrets,
  });
  return { log: access, reopen: sink.reopen, close: sink.close };
}

function openOrRefuse(file: string | undefined, log: Log) {
  try {
    return openLineSink(
      file,
      () => performance.now(),
      (reason, lost) => log.warn({ reason, lost }, 'the access log can not be written'),
    );
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Refusal(`accessLog: ${file} can't be written (${why})`);
  }
}
