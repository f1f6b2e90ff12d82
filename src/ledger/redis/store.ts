import type { Redis } from 'ioredis';
import type { Operation } from './scripts.js';

/**
 * Where the keys are and the functions run: one server, or the nodes of a cluster. What is asked is
 * sent once, and answered or failed within the deadline; what was sent may still happen after it.
 */
export interface Store {
  /**
   * Runs a function of the library, which is loaded first where the server does not have it.
   * @param keys all of one tenant, and so all on one server.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  run(
    operation: Operation,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown>;

  /**
   * Sends what `use` sends to the server that has `key`, and waits for its answer.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  call<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T>;

  /** The same for a command that writes, so that replicas are waited for, as with functions. */
  change<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T>;

  /** The same of every server that has keys. */
  everywhere<T>(use: (redis: Redis) => Promise<T>): Promise<T[]>;

  /** Connects anew to the server that has `key`: its answers can't be trusted to be in their place. */
  giveUp(key: string): void;

  /** Answers when every server could take a reservation now. @throws {LedgerUnavailable} */
  ping(): Promise<void>;

  /** Lets calls under way end, up to the deadline. Later ones are refused as closed. */
  close(): Promise<void>;
}
