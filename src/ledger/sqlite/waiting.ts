const FIRST_PLACES = 64;

/**
 * What waits for an answer, by the number that it was given, in the order in which it came.
 *
 * A ring: a map that one is written to and another deleted from with each call is made anew again and
 * again, and those that it was before, once they have outlived a collection, keep whole calls from being
 * collected. That was 2 KB a call, and a third of the collector's time.
 */
export class Waiting<Item extends object> {
  #places: (Item | undefined)[] = new Array(FIRST_PLACES).fill(undefined);
  /** Of the one that has waited longest; {@link #next} where none waits. */
  #first = 0;
  #next = 0;

  get isEmpty(): boolean {
    return this.#first === this.#next;
  }

  /** Answers its number. */
  add(item: Item): number {
    if (this.#next - this.#first === this.#places.length) this.#grow();
    const number = this.#next;
    this.#next += 1;
    this.#places[number % this.#places.length] = item;
    return number;
  }

  /** Undefined where it does not wait any more. */
  get(number: number): Item | undefined {
    const isOver = number < this.#first || number >= this.#next;
    return isOver ? undefined : this.#places[number % this.#places.length];
  }

  /** It waits no more. */
  take(number: number): Item | undefined {
    const item = this.get(number);
    if (item === undefined) return undefined;
    this.#places[number % this.#places.length] = undefined;
    while (this.#first < this.#next && this.get(this.#first) === undefined) this.#first += 1;
    return item;
  }

  /** The one that has waited longest. */
  oldest(): Item | undefined {
    return this.get(this.#first);
  }

  takeOldest(): Item | undefined {
    return this.take(this.#first);
  }

  #grow(): void {
    const larger = new Array(2 * this.#places.length).fill(undefined);
    for (let number = this.#first; number < this.#next; number += 1) {
      larger[number % larger.length] = this.get(number);
    }
    this.#places = larger;
  }
}
