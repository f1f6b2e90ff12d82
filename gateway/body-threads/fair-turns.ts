/** Those that wait at one account: themselves under the empty name, and each account below it. */
type Waiting<T> = Map<string, Waiting<T> | T[]>;

const ITSELF = '';

/**
 * A queue in which accounts take turns, and not those that they send: at each account of a tree the
 * ones directly below it, and it itself, come one after another. Whoever has a thousand waiting delays
 * a sibling by one.
 */
export class FairTurns<T> {
  readonly #roots: Waiting<T> = new Map();

  /** @param path accounts from the root to the one that waits */
  add(path: readonly { readonly account: string }[], item: T): void {
    let level = this.#roots;
    for (const { account } of path) {
      const known = level.get(account);
      const below: Waiting<T> = known instanceof Map ? known : new Map();
      if (below !== known) level.set(account, below);
      level = below;
    }
    const own = level.get(ITSELF);
    if (Array.isArray(own)) own.push(item);
    else level.set(ITSELF, [item]);
  }

  /** The next one. */
  take(): T | undefined {
    return takeFrom(this.#roots);
  }
}

/** As deep as a macaroon's path, which is bounded. */
function takeFrom<T>(level: Waiting<T>): T | undefined {
  const [first] = level;
  if (first === undefined) return undefined;
  const [name, waiting] = first;
  level.delete(name);
  const item = Array.isArray(waiting) ? waiting.shift() : takeFrom(waiting);
  // Behind all others at this account.
  if ((Array.isArray(waiting) ? waiting.length : waiting.size) > 0) level.set(name, waiting);
  return item;
}
