import { TENANTS } from './keys.js';
import type { Store } from './store.js';

/**
 * The list of tenants, which the sweeps go by. In a cluster it is on a node of its own, whose failover
 * can lose a name while the tenant's own node goes on: so what this process knows to be there is put
 * back.
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
    const missing = [...this.#known].filter((tenant) => !listed.has(tenant));
    if (missing.length > 0) await this.add(...missing);
    return [...listed, ...missing].sort();
  }
}
