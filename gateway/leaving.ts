import type { ServerResponse } from 'node:http';

/** Tells once that somebody has left: of an `AbortSignal` what is used here, so that each is one. */
export interface Leaving {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What an `AbortController` with its signal is for, for a tenth of what making those costs. */
export class Departure implements Leaving {
  #aborted = false;
  readonly #listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.#listeners.indexOf(listener);
    if (place !== -1) this.#listeners.splice(place, 1);
  }

  /** The second time, nothing happens. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The caller's: its connection closed before its answer was written whole. */
export function callerLeaving(outgoing: ServerResponse): Leaving {
  const departure = new Departure();
  const closed = (): void => {
    if (!outgoing.writableFinished) departure.abort();
  };
  if (outgoing.destroyed) closed();
  else outgoing.once('close', closed);
  return departure;
}
