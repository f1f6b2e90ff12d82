import type { LedgerOptions } from '../contract.js';
import { corrupt } from './codec.js';
import { headKey } from './keys.js';
import { openStore } from './open-store.js';
import type { Store } from './store.js';
import { Tenants } from './tenants.js';

/** A gateway as a tenant knows it. */
interface RegisteredGateway {
  readonly name: string;
  /** It has shown its marks to the store that is there now, and they fit. */
  readonly hasPresented: boolean;
  /** When it did so last, by the store's clock, in milliseconds since 1970. */
  readonly atMs: number;
}

export interface FenceStanding {
  readonly tenant: string;
  /** 1, and one more with each recovery; 0 where no gateway has registered yet. */
  readonly epoch: number;
  /** `waiting` for the marks of gateways; `lost` until it is recovered. */
  readonly state: 'open' | 'waiting' | 'lost';
  /** Of a tenant that has lost state: what was found, and what was expected. */
  readonly why?: string;
  readonly gateways: readonly RegisteredGateway[];
}

/** What an operator sees of the fence, and may do to it. */
export class FenceAdmin {
  readonly #store: Store;

  /** @throws {LedgerInputError} for a URL that names no Redis. */
  constructor(url: string, options: Pick<LedgerOptions, 'timeoutMs'>) {
    this.#store = openStore(url, options);
  }

  /**
   * Of every tenant that the store knows of, and of these.
   * @throws {LedgerUnavailable}
   */
  async standings(also: readonly string[] = []): Promise<FenceStanding[]> {
    const known = await new Tenants(this.#store).list();
    const tenants = [...new Set([...known, ...also])].sort();
    return Promise.all(tenants.map((tenant) => this.#standing(tenant)));
  }

  /**
   * Nobody waits for this gateway any more. What it alone saw acknowledged may be missing.
   * @returns the tenants in which it was registered. @throws {LedgerUnavailable}
   */
  async drop(gateway: string): Promise<string[]> {
    const dropped: string[] = [];
    for (const { tenant } of await this.standings()) {
      const reply = await this.#store.run('drop', [headKey(tenant)], [gateway]);
      if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
      if (String(reply[0]) === 'dropped') dropped.push(tenant);
    }
    return dropped;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #standing(tenant: string): Promise<FenceStanding> {
    const reply = await this.#store.run('standing', [headKey(tenant)], []);
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    const [identity = '', ...flat] = reply.map(String);
    const head = new Map<string, string>();
    for (let i = 0; i < flat.length; i += 2) head.set(flat[i] ?? '', flat[i + 1] ?? '');
    const gateways = [...head]
      .filter(([field]) => field.startsWith('g:'))
      .map(([field, value]): RegisteredGateway => {
        const [where, at] = value.split(' ');
        return { name: field.slice(2), hasPresented: where === identity, atMs: Number(at) };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const why = head.get('x');
    const epoch = Number(head.get('e') ?? 0);
    const isOpen = epoch === 0 || head.get('o') === identity;
    const state = why !== undefined ? 'lost' : isOpen ? 'open' : 'waiting';
    return { tenant, epoch, state, ...(why !== undefined && { why }), gateways };
  }
}
