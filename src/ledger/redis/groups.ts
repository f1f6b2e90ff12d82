/** The most that one group has. Longer ones gain nothing, and keep others from the store. */
const MAX_GROUP = 64;

/**
 * Gathers what is asked in one turn of the event loop, by a key, so that it travels as one: with 32
 * callers at once the store is asked a dozen things in one step instead of a dozen steps.
 */
export class Groups<Item> {
  readonly #send: (key: string, group: readonly Item[]) => void;
  #waiting = new Map<string, Item[]>();

  /** @param send is given each group, in the order in which its items came. */
  constructor(send: (key: string, group: readonly Item[]) => void) {
    this.#send = send;
  }

  add(key: string, item: Item): void {
    // After all that this turn has to read has been read, and so asked.
    if (this.#waiting.size === 0) setImmediate(() => this.#flush());
    const group = this.#waiting.get(key);
    if (group === undefined) this.#waiting.set(key, [item]);
    else group.push(item);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [key, group] of waiting) {
      if (group.length <= MAX_GROUP) this.#send(key, group);
      else {
        for (let from = 0; from < group.length; from += MAX_GROUP) {
          this.#send(key, group.slice(from, from + MAX_GROUP));
        }
      }
    }
  }
}
