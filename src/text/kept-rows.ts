/** The words of one element, by their slots; undefined where none stood. */
export type Row = readonly (string | undefined)[];

/** How many elements of a list are told from each other: an answer has a few dozen items. */
const MAX_ROWS = 4_096;

const NO_ROWS: readonly Row[] = [];

/** Short words of each element of a list: `["web_search_call", "search"]`. Nothing is made before there are any. */
export class KeptRows {
  #rows: Row[] | undefined;
  #slots: (string | undefined)[] | undefined;

  get rows(): readonly Row[] {
    return this.#rows ?? NO_ROWS;
  }

  /** Whether there were more elements than are told apart. */
  get isOverfull(): boolean {
    return this.rows.length > MAX_ROWS;
  }

  /** Begins a new text. */
  reset(): void {
    this.#rows = undefined;
    this.#slots = undefined;
  }

  /** A word of the element under way. Of two in one slot, the later one counts. */
  put(slot: number, word: string): void {
    this.#slots ??= [];
    this.#slots[slot] = word;
  }

  /** The element is over. */
  endRow(): void {
    this.#rows ??= [];
    if (this.#rows.length <= MAX_ROWS) this.#rows.push(this.#slots ?? []);
    this.#slots = undefined;
  }
}
