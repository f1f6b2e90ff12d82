import { statSync } from 'node:fs';
import type { ModelPriceList } from '../../src/pricing/models/index.js';
import { ConfigError } from '../config/errors.js';
import { describeReadError, type FileReader } from '../config/files.js';
import type { Log } from '../logging.js';
import { loadPriceList } from './load.js';

/** The price list as it is now. */
export interface PriceListSource {
  /**
   * Ask once a call, and keep the line that was found: a call is settled at the prices with which it
   * was held, whatever the file says since.
   */
  readonly current: () => ModelPriceList;
  readonly close: () => void;
}

export interface FollowOptions {
  /** An absolute path. */
  readonly file: string;
  readonly files: Pick<FileReader, 'read'>;
  /** Changes whenever the file does; never throws. */
  readonly stamp: (file: string) => string;
  /** Calls back again and again, until what it answers is called. */
  readonly repeat: (tick: () => void) => () => void;
  readonly log: Log;
}

/**
 * Follows the price list's file, so that a new price takes effect without a restart. A list with a
 * mistake leaves the last good one in force, and the log says which line it is.
 * @throws {ConfigError} when the first reading has a mistake
 */
export function followPriceList(options: FollowOptions): PriceListSource {
  const { file, files, stamp, repeat, log } = options;
  // Before the file is read: what changes in between is seen as a change.
  let seen = stamp(file);
  let list = loadPriceList(file, files);
  const close = repeat(() => {
    const now = stamp(file);
    if (now === seen) return;
    seen = now;
    try {
      list = loadPriceList(file, files);
      log.info({ file, models: list.rules.length }, 'price list read again');
    } catch (error) {
      const mistakes = error instanceof ConfigError ? error.message : String(error);
      log.error(
        { file, mistakes },
        'the price list was changed and has mistakes: the last one stays',
      );
    }
  });
  return { current: () => list, close };
}

const CHECK_MS = 1_000;

/** On a real disk, looked at every second; keeps no process alive. */
export const onDisk: Pick<FollowOptions, 'stamp' | 'repeat'> = {
  stamp: (file) => {
    try {
      const stats = statSync(file, { bigint: true });
      return `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
    } catch (error) {
      return describeReadError(error);
    }
  },
  repeat: (tick) => {
    const timer = setInterval(tick, CHECK_MS);
    timer.unref();
    return () => clearInterval(timer);
  },
};
