/** One who waits in a {@link TurnQueue}. */
export interface Turn {
  /** Resolves when all who came before are done, or when this one is interrupted. */
  readonly first: Promise<void>;
  readonly isInterrupted: boolean;
  /** Resolves after so many milliseconds, when the queue is woken, or when it is interrupted. */
  pause(ms: number): Promise<void>;
  /** It waits no longer: its time is over, or nobody is there any more. */
  interrupt(): void;
  /** Lets the next one have its turn. */
  done(): void;
}

/** Lets one after another have their turn, in the order in which they came. */
export class TurnQueue {
  readonly #waiting: Ticket[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  join(): Turn {
    const ticket = new Ticket(() => this.#remove(ticket));
    this.#waiting.push(ticket);
    if (this.#waiting[0] === ticket) ticket.begin();
    return ticket;
  }

  /** Something has changed: whoever has its turn, and pauses, goes on at once. */
  wake(): void {
    this.#waiting[0]?.wake();
  }

  #remove(ticket: Ticket): void {
    const place = this.#waiting.indexOf(ticket);
    if (place === -1) return;
    this.#waiting.splice(place, 1);
    if (place === 0) this.#waiting[0]?.begin();
  }
}

class Ticket implements Turn {
  readonly first: Promise<void>;
  readonly done: () => void;
  #begin: () => void = () => {};
  #resume: () => void = () => {};
  #isInterrupted = false;

  constructor(done: () => void) {
    this.done = done;
    this.first = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  begin(): void {
    this.#begin();
  }

  wake(): void {
    this.#resume();
  }

  async pause(ms: number): Promise<void> {
    if (this.#isInterrupted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      this.#resume = resolve;
    });
    clearTimeout(timer);
  }

  interrupt(): void {
    this.#isInterrupted = true;
    this.#begin();
    this.#resume();
  }
}
