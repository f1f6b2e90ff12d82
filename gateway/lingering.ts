import { Departure, type Leaving } from './leaving.js';

/** A leaving that follows another one so many milliseconds later. */
export class Lingering extends Departure {
  readonly #leaving: Leaving;
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #left = (): void => {
    this.#timer = setTimeout(() => this.abort(), this.#ms);
  };

  constructor(leaving: Leaving, ms: number) {
    super();
    this.#leaving = leaving;
    this.#ms = ms;
    if (leaving.aborted) this.#left();
    else leaving.addEventListener('abort', this.#left);
  }

  /** Nothing more is to be waited for. */
  end(): void {
    this.#leaving.removeEventListener('abort', this.#left);
    clearTimeout(this.#timer);
  }
}
