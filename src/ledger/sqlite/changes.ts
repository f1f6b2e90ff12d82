/** Which records are others than somewhere else, by name. Every change has an entry in a journal. */
export class Changes {
  readonly roots = new Set<string>();
  readonly accounts = new Set<string>();
  readonly holds = new Set<string>();
  /** How many, by tenant. */
  readonly entries = new Map<string, number>();
  #entryCount = 0;

  get entryCount(): number {
    return this.#entryCount;
  }

  addEntries(tenant: string, count: number): void {
    this.entries.set(tenant, (this.entries.get(tenant) ?? 0) + count);
    this.#entryCount += count;
  }

  /** Those of another are these too, from now on. */
  addAll(other: Changes): void {
    for (const name of other.roots) this.roots.add(name);
    for (const name of other.accounts) this.accounts.add(name);
    for (const name of other.holds) this.holds.add(name);
    for (const [tenant, count] of other.entries) this.addEntries(tenant, count);
  }

  clear(): void {
    for (const all of [this.roots, this.accounts, this.holds, this.entries]) all.clear();
    this.#entryCount = 0;
  }
}
