import type { TlsPair, TlsPaths } from './config/tls.js';
import { followFiles } from './follow-files.js';
import type { Log } from './logging.js';

/** The certificate and its key as they are now. */
export interface TlsSource {
  readonly current: () => TlsPair;
  /** Calls back with each pair that takes the place of another. */
  readonly onChange: (listener: (pair: TlsPair) => void) => void;
  /** What is wrong with the files since; undefined while the current pair is what they hold. */
  readonly fault: () => string | undefined;
  readonly close: () => void;
}

const FAULT =
  'the certificate or its key was changed, and they are no pair: the one of before stays';

/**
 * Follows both files, so that a renewed certificate is shown without a restart. While they are no
 * pair, as between the two being replaced, the last good one stays.
 * @throws {SecretError} when the first reading is no pair
 */
export function followTlsPair(
  paths: TlsPaths,
  readPair: () => TlsPair,
  log: Log,
  clock: () => number,
): TlsSource {
  const close = followFiles([paths.cert, paths.key], () => readAgain());
  let pair = readFirst(readPair, close);
  let fault: string | undefined;
  const listeners: ((pair: TlsPair) => void)[] = [];
  const readAgain = (): void => {
    try {
      pair = readPair();
      fault = undefined;
      for (const listener of listeners) listener(pair);
      log.info(describe(pair), 'certificate read again');
    } catch (error) {
      fault = FAULT;
      log.error({ err: error }, FAULT);
    }
    warnExpired(pair, clock(), log);
  };
  warnExpired(pair, clock(), log);
  return {
    current: () => pair,
    onChange: (listener) => void listeners.push(listener),
    fault: () => fault,
    close,
  };
}

function readFirst<T>(read: () => T, close: () => void): T {
  try {
    return read();
  } catch (error) {
    close();
    throw error;
  }
}

/** Served all the same: whether to trust it is for the clients. */
function warnExpired(pair: TlsPair, nowMs: number, log: Log): void {
  if (pair.expiresAtMs <= nowMs) log.warn(describe(pair), 'the certificate has expired');
}

function describe({ expiresAtMs }: TlsPair) {
  return { expires: new Date(expiresAtMs).toISOString() };
}
