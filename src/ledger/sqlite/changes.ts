/** Which records are others than somewhere else, by name. */
export class Changes {
  readonly roots = new Set<string>();
  readonly accounts = new Set<string>();
  readonly holds = new Set<string>();

  /** Those of another are these too, from now on. */
  addAll(other: Changes): void {
    for (const name of other.roots) this.roots.add(name);
    for (const name of other.accounts) this.accounts.add(name);
    for (const name of other.holds) this.holds.add(name);
  }

  clear(): void {
    for (const all of [this.roots, this.accounts, this.holds]) all.clear();
  }
}
