import type { AccountState, TreeRequest } from '../contract.js';
import { parseAccount } from '../ids.js';
import { readAccount } from './codec.js';
import { ACCOUNT_FIELD } from './keys.js';
import type { Store } from './store.js';

/** Fields that the store looks at in one step, well under a millisecond of its time. */
const PAGE = 1_000;
const DEFAULT_MAX_ACCOUNTS = 10_000;

/**
 * The accounts below one, read page by page so that no step blocks the store, and each page within
 * the deadline. No snapshot: what is charged meanwhile may be in it or not, account by account.
 */
export async function readTree(
  store: Store,
  key: string,
  { account, depth, maxAccounts = DEFAULT_MAX_ACCOUNTS }: TreeRequest,
): Promise<{ accounts: AccountState[]; truncated: boolean }> {
  const below = parseAccount(account)?.below ?? '';
  const own = ACCOUNT_FIELD + below;
  const inside = below === '' ? own : `${own}/`;
  const top = await store.call(key, (redis) => redis.hget(key, own));
  const found = new FirstByName(maxAccounts - 1);

  for (let cursor = '0', begun = false; cursor !== '0' || !begun; begun = true) {
    const page = await store.call(key, (redis) =>
      // No character of a holder means anything to MATCH.
      redis.hscan(key, cursor, 'MATCH', `${inside}?*`, 'COUNT', PAGE),
    );
    cursor = page[0];
    for (let i = 0; i < page[1].length; i += 2) {
      const name = (page[1][i] ?? '').slice(inside.length);
      if (name.split('/').length <= (depth ?? Number.POSITIVE_INFINITY)) {
        found.add(name, page[1][i + 1] ?? '');
      }
    }
  }
  const accounts: AccountState[] = [readAccount(account, top)];
  for (const [name, text] of found.entries()) {
    accounts.push(readAccount(`${account}/${name}`, text));
  }
  return { accounts, truncated: found.truncated };
}

/** Keeps the first `max` entries by name of however many, in room for twice as many. */
class FirstByName {
  readonly #max: number;
  #texts = new Map<string, string>();
  truncated = false;

  constructor(max: number) {
    this.#max = max;
  }

  add(name: string, text: string): void {
    this.#texts.set(name, text);
    if (this.#texts.size > 2 * this.#max + PAGE) this.#cut();
  }

  entries(): Iterable<[string, string]> {
    this.#cut();
    return this.#texts;
  }

  #cut(): void {
    const sorted = [...this.#texts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.truncated ||= sorted.length > this.#max;
    this.#texts = new Map(sorted.slice(0, this.#max));
  }
}
