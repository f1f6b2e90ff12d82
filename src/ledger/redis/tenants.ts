import type { Redis } from 'ioredis';
import { TENANTS, tenantOfRoots } from './keys.js';
import type { Store } from './store.js';

/** No tenant's name. In the list as long as nothing was deleted of it. */
const WHOLE = '*';
/** The store does nothing else meanwhile: some 100 µs. */
const AT_ONCE = 1_000;

/**
 * The list of tenants, which the sweeps go by. In a cluster it is on a node of its own, whose failover
 * can lose a name while the tenant's own node goes on: so what this process knows to be there is put
 * back. A list that was deleted is made anew out of the tenants' lists of roots.
 */
export class Tenants {
  readonly #store: Store;
  readonly #known = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A tenant that has a root. */
  note(tenant: string): void {
    this.#known.add(tenant);
  }

  async add(...tenants: string[]): Promise<void> {
    await this.#store.change(TENANTS, (redis) => redis.sadd(TENANTS, ...tenants));
  }

  async list(): Promise<readonly string[]> {
    const listed = new Set(await this.#store.call(TENANTS, (redis) => redis.smembers(TENANTS)));
    if (!listed.delete(WHOLE)) {
      const found = await this.#found();
      await this.add(WHOLE, ...found);
      for (const tenant of found) listed.add(tenant);
    }
    const missing = [...this.#known].filter((tenant) => !listed.has(tenant));
    if (missing.length > 0) await this.add(...missing);
    return [...listed, ...missing].sort();
  }

  /** Those that have roots, on whichever server. */
  async #found(): Promise<string[]> {
    const found = await this.#store.everywhere(rootsOn);
    return found.flat().flatMap((key) => tenantOfRoots(key) ?? []);
  }
}

async function rootsOn(redis: Redis): Promise<string[]> {
  const found: string[] = [];
  for (let from = '0', begun = false; from !== '0' || !begun; begun = true) {
    const [next, keys] = await redis.scan(from, 'MATCH', 'bursar:{*}:roots', 'COUNT', AT_ONCE);
    found.push(...keys);
    from = next;
  }
  return found;
}
