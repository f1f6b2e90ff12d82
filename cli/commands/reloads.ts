import type { Io } from '../io.js';

type Reload = () => Promise<void>;

/**
 * SIGHUP, from the first moment of `serve` to its last: without a listener it would end the process at
 * once, calls and all. One that comes while the gateway starts is done once it runs; several while one
 * is being done are one more; one that comes while it stops is only told.
 */
export class Reloads {
  #reload: Reload | undefined;
  #isAsked = false;
  #isBusy = false;
  readonly #whileStopping: () => void;
  #isStopping = false;

  constructor(io: Pick<Io, 'onReload'>, whileStopping: () => void) {
    this.#whileStopping = whileStopping;
    io.onReload(() => this.#ask());
  }

  /** @param reload never throws */
  begin(reload: Reload): void {
    this.#reload = reload;
    void this.#work();
  }

  /** From now on nothing is read again. */
  stop(): void {
    this.#isStopping = true;
  }

  #ask(): void {
    if (this.#isStopping) {
      this.#whileStopping();
      return;
    }
    this.#isAsked = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#reload === undefined || this.#isBusy) return;
    this.#isBusy = true;
    while (this.#isAsked && !this.#isStopping) {
      this.#isAsked = false;
      await this.#reload();
    }
    this.#isBusy = false;
  }
}
