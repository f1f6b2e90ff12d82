import type { Upstream } from './types.js';

/**
 * The upstreams of the settings as they are now, and those of before that may still answer a call. One
 * that a reload leaves as it was goes on with its connections, and with the calls that it counts.
 */
export class UpstreamPools {
  #current: ReadonlyMap<string, Upstream> = new Map();
  /**
   * Not closed while the gateway runs: a call that took the settings of before may not have been sent
   * yet. A call holds its upstream, and without one it is collected once its idle connections end.
   */
  #former = new Set<WeakRef<Upstream>>();

  /**
   * Builds the next settings. Nothing is taken over where `build` throws.
   * @param build is given what opens an upstream: the one of before where there is one of that key
   */
  replace<T>(build: (open: OpenUpstream) => T): T {
    const next = new Map<string, Upstream>();
    const built = build((parts, create) => {
      const key = JSON.stringify(parts);
      const upstream = next.get(key) ?? this.#current.get(key) ?? create();
      next.set(key, upstream);
      return upstream;
    });
    const gone = [...this.#current].filter(([key]) => !next.has(key));
    const former = [...this.#former].filter((one) => one.deref() !== undefined);
    this.#former = new Set([...former, ...gone.map(([, upstream]) => new WeakRef(upstream))]);
    this.#current = next;
    return built;
  }

  async close(): Promise<void> {
    const former = [...this.#former].flatMap((one) => one.deref() ?? []);
    await Promise.all([...this.#current.values(), ...former].map((upstream) => upstream.close()));
  }
}

/** @param parts everything that makes two upstreams different ones */
export type OpenUpstream = (parts: readonly unknown[], create: () => Upstream) => Upstream;
