import type { Log } from '../logging.js';
import type { Metrics } from '../metrics.js';

/** Wrong keys that an address may try in a window before it is told to wait. */
const TRIES = 10;
const WINDOW_MS = 60_000;
/** More addresses than these in one window share one count. */
const MOST_ADDRESSES = 4_096;
const OTHERS = 'others';

export interface WrongKeysDeps {
  readonly monotonicMs: () => number;
  readonly metrics: Pick<Metrics, 'wrongOperatorKeys'>;
  readonly log: Log;
}

/**
 * Counts wrong operator keys by address, in windows of a minute. A right key is never looked up
 * here: behind a proxy all share one address, and a flood from it must not shut the operator out.
 */
export class WrongKeys {
  readonly #deps: WrongKeysDeps;
  #tries = new Map<string, number>();
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #loggedAtMs = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  constructor(deps: WrongKeysDeps) {
    this.#deps = deps;
  }

  /** @returns how many seconds the address is to wait; 0 while it has tries left */
  note(address: string): number {
    const nowMs = this.#deps.monotonicMs();
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#tries = new Map();
    }
    this.#deps.metrics.wrongOperatorKeys.inc();
    this.#log(address, nowMs);
    const isCounted = this.#tries.has(address) || this.#tries.size < MOST_ADDRESSES;
    const counted = isCounted ? address : OTHERS;
    const tries = (this.#tries.get(counted) ?? 0) + 1;
    this.#tries.set(counted, tries);
    if (tries <= TRIES) return 0;
    return Math.max(1, Math.ceil((this.#windowStartMs + WINDOW_MS - nowMs) / 1_000));
  }

  /** At most one line a minute: what was not told is told with the next. */
  #log(address: string, nowMs: number): void {
    this.#unlogged += 1;
    if (nowMs - this.#loggedAtMs < WINDOW_MS) return;
    this.#deps.log.warn({ attempts: this.#unlogged, address }, 'a wrong operator key was tried');
    this.#loggedAtMs = nowMs;
    this.#unlogged = 0;
  }
}
