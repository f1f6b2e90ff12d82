import type { ServerResponse } from 'node:http';

/** Tells once that somebody has left: of an `AbortSignal` what is used here, so that each is one. */
export interface Leaving {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

const NOBODY: readonly (() => void)[] = [];

/** What an `AbortController` with its signal is for, for a tenth of what making those costs. */
export class Departure implements Leaving {
  #aborted = false;
  /** Never changed, but replaced: who is being told listens to no other list meanwhile. */
  #listeners = NOBODY;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    const others = this.#listeners;
    this.#listeners = others.length === 0 ? [listener] : [...others, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const isLast = this.#listeners.length === 1 && this.#listeners[0] === listener;
    this.#listeners = isLast ? NOBODY : this.#listeners.filter((other) => other !== listener);
  }

  /** The second time, nothing happens. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

/** The caller's: its connection closed before its answer was written whole. */
export function callerLeaving(outgoing: ServerResponse): Leaving {
  const departure = new Departure();
  const closed = (): void => {
    if (!outgoing.writableFinished) departure.abort();
  };
  if (outgoing.destroyed) closed();
  // Not `once`, which makes two objects of its own: a second time changes nothing.
  else outgoing.on('close', closed);
  return departure;
}
