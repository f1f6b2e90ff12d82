import type { KeyRing } from '../src/macaroon/index.js';
import { followFiles, readFirst } from './follow-files.js';
import type { Log } from './logging.js';

/** The key ring as it is now. */
export interface KeyRingSource {
  readonly current: () => KeyRing;
  /** What is wrong with its source since; undefined while this ring is what is there. */
  readonly fault: () => string | undefined;
  /** Reads it again now, where it can be read again. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}

const FAULT = 'the key ring was changed, and can not be used: the one of before stays in force';

/**
 * Follows the key ring's file, so that `bursar keys rotate` and `retire` take effect without a
 * restart. A file that can't be read, is no key ring, or can be read by others, leaves the last good
 * one in force.
 * @throws whatever `readRing` throws the first time
 */
export function followKeyRing(
  file: string,
  readRing: () => KeyRing,
  log: Log,
  checkMs?: number,
): KeyRingSource {
  const close = followFiles([file], () => readAgain(), checkMs);
  const held = new HeldRing(readFirst(readRing, close), log);
  const readAgain = (): void => held.take(readRing);
  return { current: held.current, fault: held.fault, reload: async () => readAgain(), close };
}

/** A ring that came from a command, and comes again when `reload` is called. */
export function reloadableKeyRing(
  first: KeyRing,
  readRing: () => Promise<KeyRing>,
  log: Log,
): KeyRingSource {
  const held = new HeldRing(first, log);
  let last = Promise.resolve();
  // One after the other: an older answer never takes the place of a newer one.
  const reload = (): Promise<void> => {
    last = last.then(() =>
      readRing().then(
        (ring) => held.take(() => ring),
        (error: unknown) =>
          held.take(() => {
            throw error;
          }),
      ),
    );
    return last;
  };
  return { current: held.current, fault: held.fault, close: () => {}, reload };
}

/** A ring that came once. */
export function fixedKeyRing(ring: KeyRing): KeyRingSource {
  return {
    current: () => ring,
    fault: () => undefined,
    reload: async () => {},
    close: () => {},
  };
}

class HeldRing {
  readonly #log: Log;
  #ring: KeyRing;
  #fault: string | undefined;

  constructor(ring: KeyRing, log: Log) {
    this.#ring = ring;
    this.#log = log;
  }

  readonly current = (): KeyRing => this.#ring;
  readonly fault = (): string | undefined => this.#fault;

  take(read: () => KeyRing): void {
    try {
      this.#ring = read();
      this.#fault = undefined;
      this.#log.info({ keys: this.#ring.keys.map(({ kid }) => kid) }, 'key ring read again');
    } catch (error) {
      this.#fault = FAULT;
      this.#log.error({ err: error }, FAULT);
    }
  }
}
