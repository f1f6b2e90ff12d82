import { Redis } from 'ioredis';
import { LedgerUnavailable } from '../contract.js';
import type { Address } from './address.js';
import { isFunctionMissing, isLibraryThere, ledgerError, unavailable } from './failure.js';
import { requireFit } from './fitness.js';
import { functionName, LIBRARY, type Operation } from './scripts.js';

/** The wait before the next attempt to connect: after a loss, and once an attempt has failed. */
const FIRST_RETRY_MS = 20;
const RETRY_MS = 500;
/** The longest that an attempt may take. With the waits, service is back within 2 s. */
const CONNECT_MS = 1_000;
/** With nothing received for so long though something was asked, a connection is given up. */
const SILENCE_MS = 2_000;

type Reason = LedgerUnavailable['reason'];
/** Not known yet, while connecting for the first time or just after a loss; or what was found. */
type State = 'connecting' | 'serving' | { readonly reason: Reason; readonly message: string };

/**
 * One connection to a store, kept up by itself. A call waits while it is not known whether the
 * store is there, up to its deadline; once an attempt to connect has failed, calls fail at once,
 * until an attempt succeeds. Nothing is ever sent twice by this class, except what the store refused
 * because it did not have the library.
 */
export class Connection {
  readonly #redis: Redis;
  readonly #timeoutMs: number;
  readonly #database: number;
  readonly #waiting = new Set<() => void>();
  #state: State = 'connecting';
  #lastError: unknown;
  #closed = false;

  constructor(address: Address, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#database = address.db;
    this.#redis = new Redis({
      ...address,
      protocol: 2,
      enableReadyCheck: false,
      disableClientInfo: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // On a loss, calls under way fail at once instead of waiting for a next connection.
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      socketTimeout: Math.max(SILENCE_MS, timeoutMs),
      retryStrategy: () => (typeof this.#state === 'string' ? FIRST_RETRY_MS : RETRY_MS),
      // A name may lead to another machine meanwhile, where the primary is now.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    this.#redis.on('connect', () => {
      this.#lastError = undefined;
    });
    this.#redis.on('error', (error) => {
      this.#lastError = error;
    });
    this.#redis.on('ready', () => void this.#inspect());
    this.#redis.on('close', () => this.#lost());
  }

  /**
   * Runs a function of the library, which is loaded first where the store does not have it.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  run(operation: Operation, keys: readonly string[], args: readonly (string | number)[]) {
    const name = functionName(operation);
    return this.call(async (redis) => {
      try {
        return await redis.fcall(name, keys.length, ...keys, ...args);
      } catch (error) {
        if (!isFunctionMissing(error)) throw error;
        return loadAndRun(redis, name, keys, args, error);
      }
    });
  }

  /**
   * Sends what `use` sends, once there is a store to send it to, and waits for its answer, both
   * within the deadline. What was sent may still happen after the deadline.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  call<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let over = false;
      const end = () => {
        over = true;
        clearTimeout(timer);
        this.#waiting.delete(go);
      };
      const fail = (error: unknown) => {
        end();
        reject(this.#closed ? closed() : ledgerError(error, this.#silent()));
      };
      const go = () => {
        if (over) return;
        if (this.#closed) fail(undefined);
        else if (typeof this.#state === 'object') {
          fail(new LedgerUnavailable(this.#state.reason, this.#state.message));
        } else if (this.#state === 'connecting' || !this.#redis.stream.writable) {
          this.#waiting.add(go);
        } else {
          this.#gather();
          use(this.#redis).then((answer) => {
            end();
            resolve(answer);
          }, fail);
        }
      };
      const timer = setTimeout(() => {
        fail(new LedgerUnavailable('deadline', `no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      go();
    });
  }

  /**
   * Has everything that is sent in this turn of the event loop leave in one write, so that the store
   * is woken once for all of it: with 32 callers, once for a dozen commands and more.
   */
  #gather(): void {
    const { stream } = this.#redis;
    if (stream.writableCorked > 0) return;
    stream.cork();
    setImmediate(() => stream.uncork());
  }

  /** Connects anew: what comes over this connection can't be trusted to be in its place. */
  giveUp(): void {
    if (!this.#closed) this.#redis.disconnect(true);
  }

  /** Lets calls under way end, up to the deadline. Later ones are refused as closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const quit = this.#state === 'serving' ? this.call((redis) => redis.quit()) : undefined;
    this.#closed = true;
    this.#wake();
    await quit?.catch(() => undefined);
    this.#redis.disconnect();
  }

  /** Connected: is it a store that a ledger can be kept in? Until that is known, calls wait. */
  async #inspect(): Promise<void> {
    try {
      // The client selects it too, but would go on in another database if that were refused.
      await this.#redis.select(this.#database);
      requireFit(await this.#redis.info());
      if (this.#redis.status === 'ready') this.#become('serving');
    } catch (error) {
      if (this.#redis.status !== 'ready') return;
      this.#lastError ??= error;
      this.#redis.disconnect(true);
    }
  }

  #lost(): void {
    if (this.#state === 'serving') {
      this.#state = 'connecting';
      return;
    }
    const { reason, message } = unavailable(this.#lastError, this.#silent());
    this.#become({ reason, message });
  }

  #become(state: State): void {
    this.#state = state;
    this.#wake();
  }

  #wake(): void {
    for (const go of [...this.#waiting]) {
      this.#waiting.delete(go);
      go();
    }
  }

  /** The connection is there, or was, but nothing comes over it. */
  #silent(): boolean {
    return this.#lastError instanceof Error && /^Socket timeout/.test(this.#lastError.message);
  }
}

/**
 * Both as one transaction, with no other's command between them: so it does not matter how often the
 * store is told to forget its functions.
 */
async function loadAndRun(
  redis: Redis,
  name: string,
  keys: readonly string[],
  args: readonly (string | number)[],
  missing: unknown,
): Promise<unknown> {
  const results = await redis
    .multi()
    .function('LOAD', LIBRARY.body)
    .fcall(name, keys.length, ...keys, ...args)
    .exec();
  if (!Array.isArray(results) || results.length !== 2) throw missing;
  const [[notLoaded] = [null], [refused, answer] = [null, undefined]] = results;
  // Another gateway may have been faster with the library.
  if (notLoaded !== null && !isLibraryThere(notLoaded)) throw notLoaded;
  if (refused !== null) throw refused;
  return answer;
}

function closed(): LedgerUnavailable {
  return new LedgerUnavailable('closed', 'the ledger is closed');
}
