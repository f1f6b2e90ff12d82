/** How many different strings are tallied. */
const MAX_TALLIED = 64;

/** Where nothing is tallied, as in most texts: never written to. */
const NOTHING = new Map<string, number>();

/** How often each string stood where it is counted. Nothing is made before there is any. */
export class Tally {
  #counts = NOTHING;

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Whether there were more different strings than are counted. */
  get isOverfull(): boolean {
    return this.#counts.size > MAX_TALLIED;
  }

  /** Begins a new text. */
  reset(): void {
    this.#counts = NOTHING;
  }

  add(word: string): void {
    if (this.isOverfull) return;
    if (this.#counts === NOTHING) this.#counts = new Map();
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }
}
