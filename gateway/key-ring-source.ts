import { unwatchFile, watchFile } from 'node:fs';
import { type KeyRing, parseKeyRing } from '../src/macaroon/index.js';
import type { Log } from './logging.js';

/** The key ring as it is now. */
export interface KeyRingSource {
  readonly current: () => KeyRing;
  /** What is wrong with its source since; undefined while this ring is what is there. */
  readonly fault: () => string | undefined;
  readonly close: () => void;
}

const CHECK_MS = 1_000;
const FAULT = 'the key ring was changed, and can not be used: the one of before stays in force';

/**
 * Follows the key ring's file, so that `bursar keys rotate` and `retire` take effect without a
 * restart. A file that can't be read, or is no key ring, leaves the last good one in force.
 * @param readText reads the file and checks who may read it
 * @throws {KeyRingError} when the first reading is no key ring
 */
export function followKeyRing(
  file: string,
  readText: (file: string) => string,
  log: Log,
): KeyRingSource {
  let ring = parseKeyRing(readText(file));
  let fault: string | undefined;
  // Polled: a watcher by inode loses the file when it is replaced, which is how it is written.
  watchFile(file, { interval: CHECK_MS, persistent: false }, () => {
    try {
      ring = parseKeyRing(readText(file));
      fault = undefined;
      log.info({ keys: ring.keys.map(({ kid }) => kid) }, 'key ring read again');
    } catch (error) {
      fault = FAULT;
      log.error({ err: error }, FAULT);
    }
  });
  return { current: () => ring, fault: () => fault, close: () => unwatchFile(file) };
}
