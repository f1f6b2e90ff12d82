/**
 * Which records are others than somewhere else, by name.
 *
 * To begin again, another is made: a set or a map that is cleared leads from its old table to its new one,
 * and once one table has outlived the collector's first rounds, so do all that come after it, with all
 * that they name.
 */
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
}
