/** One account of a path, root first. */
type Path = readonly { readonly account: string }[];

/**
 * So many places of something that this gateway has, shared by the rule by which the ledger shares
 * holds (`src/ledger/rules/shares.ts`): a root may take as many as the gateway has left, and each
 * account below as many as its parent has left. So no account, whatever it does, leaves the others none.
 */
export class Shares {
  readonly #cap: number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /**
   * Takes so many for the last account of a path; or nothing, and answers the account whose share is
   * full.
   */
  take(path: Path, amount: number): string | undefined {
    let sum = this.#all + amount;
    for (const { account } of path) {
      sum += (this.#taken.get(account) ?? 0) + amount;
      if (sum > this.#cap) return account;
    }
    this.#move(path, amount);
    return undefined;
  }

  give(path: Path, amount: number): void {
    this.#move(path, -amount);
  }

  #move(path: Path, by: number): void {
    this.#all += by;
    for (const { account } of path) {
      const after = (this.#taken.get(account) ?? 0) + by;
      if (after === 0) this.#taken.delete(account);
      else this.#taken.set(account, after);
    }
  }
}

/** So many in each second, shared alike. */
export class SharesOfSecond {
  readonly #cap: number;
  readonly #monotonicMs: () => number;
  #second = -1;
  #shares: Shares;

  constructor(cap: number, monotonicMs: () => number) {
    this.#cap = cap;
    this.#monotonicMs = monotonicMs;
    this.#shares = new Shares(cap);
  }

  /** As {@link Shares.take}. */
  take(path: Path, amount: number): string | undefined {
    const second = Math.floor(this.#monotonicMs() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#shares = new Shares(this.#cap);
    }
    return this.#shares.take(path, amount);
  }
}
