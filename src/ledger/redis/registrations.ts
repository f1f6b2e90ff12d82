import { setTimeout } from 'node:timers/promises';
import { LedgerUnavailable } from '../contract.js';
import { headKey } from './keys.js';
import type { Store } from './store.js';

/** So long the connection waits for replicas at once; nothing else is answered on it meanwhile. */
const WAIT_MS = 50;
/** Between two waits others are answered. Some 3 s in all: a call that needs it meanwhile has its deadline. */
const PAUSE_MS = 20;
const TRIES = 40;

/**
 * A gateway that registers is known on every replica before it changes anything: a replica that did not
 * know it could be promoted, and would open the tenant without what it alone saw acknowledged. Once only,
 * so that no call waits for it later.
 */
export class Registrations {
  readonly #store: () => Store;
  /** Where a replica is to be expected. */
  readonly #warn: ((message: string) => void) | undefined;
  /** Tenants in which it registered, maybe on the primary alone. */
  readonly #waiting = new Set<string>();
  #hasWarned = false;

  constructor(store: () => Store, warn?: (message: string) => void) {
    this.#store = store;
    this.#warn = warn;
  }

  add(tenant: string): void {
    this.#waiting.add(tenant);
  }

  /** @throws {LedgerUnavailable} `not_replicated`, until replicas have it. */
  async replicated(tenant: string): Promise<void> {
    if (!this.#waiting.has(tenant)) return;
    const key = headKey(tenant);
    const { replid, expected } = await this.#expected(tenant);
    if (expected > 0) {
      const count = await this.#waitFor(key, replid, expected);
      if (count < expected) {
        const found = `found ${count} of ${expected} replicas that have it`;
        throw new LedgerUnavailable(
          'not_replicated',
          `tenant ${tenant}: this gateway is registered in it once every replica has it; ${found}`,
        );
      }
    } else this.#warnOnce();
    // Told to every other gateway within a second, and only now, when it is going to change something.
    await this.#store().change(key, (redis) => redis.hincrby(key, 'q', 1));
    this.#waiting.delete(tenant);
  }

  /** How many of them have it, once all have or the tries are over. */
  async #waitFor(key: string, replid: string, expected: number): Promise<number> {
    let count = 0;
    for (let tried = 0; tried < TRIES; tried++) {
      if (tried > 0) await setTimeout(PAUSE_MS);
      // The write is behind the registration, and the wait behind it on the same connection.
      const results = await this.#store().call(key, (redis) =>
        redis.pipeline().hset(key, 'w', `${replid} ${expected}`).wait(expected, WAIT_MS).exec(),
      );
      const [, [error, answer] = [null, 0]] = results ?? [];
      if (error !== null) throw error;
      count = Number(answer);
      if (count >= expected) return count;
    }
    return count;
  }

  /** How many replicas this primary has; or one, where it had some when another gateway registered. */
  async #expected(tenant: string) {
    const key = headKey(tenant);
    const [info, before] = await Promise.all([
      this.#store().call(key, (redis) => redis.info('replication')),
      this.#store().call(key, (redis) => redis.hget(key, 'w')),
    ]);
    const now = Number(/^connected_slaves:(\d+)/m.exec(info)?.[1] ?? 0);
    const replid = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
    const hadSome = before?.split(' ', 1)[0] === replid;
    return { replid, expected: Math.max(now, hadSome ? 1 : 0) };
  }

  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#warn?.(
      "the store has no replica now: should one that lacks this gateway's registration be promoted, what this gateway alone saw acknowledged may be spent again. See docs/lost-state.md",
    );
  }
}
