import { Redis, type RedisOptions } from 'ioredis';
import { LedgerUnavailable, type ReplicaWait } from '../contract.js';
import { ledgerError, unavailable } from './failure.js';
import { type Mode, requireFit } from './fitness.js';
import { runFunction, type Send } from './library.js';
import { ReplicaGate } from './replicas.js';
import { isAddition, isChange, type Operation } from './scripts.js';
import type { Store } from './store.js';

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

/** Where and as whom to connect. */
export type Dial = Pick<
  RedisOptions,
  'host' | 'port' | 'username' | 'password' | 'tls' | 'Connector'
> & { readonly db: number };

export interface ConnectionOptions {
  readonly timeoutMs: number;
  readonly wait: ReplicaWait | undefined;
  /** What the server must be. */
  readonly mode: Mode;
  /** Called when a connection was lost, or could not be made. */
  readonly onLost?: () => void;
  /** Called each time that there is a server to send to, before anything is sent. */
  readonly onServing?: (() => void) | undefined;
}

/**
 * One connection to a server, kept up by itself. A call waits while it is not known whether the
 * server is there, up to its deadline; once an attempt to connect has failed, calls fail at once,
 * until an attempt succeeds. Nothing is ever sent twice by this class, except what the server refused
 * because it did not have the library.
 */
export class Connection implements Store {
  readonly #redis: Redis;
  readonly #options: ConnectionOptions;
  readonly #database: number;
  readonly #gate: ReplicaGate | undefined;
  readonly #waiting = new Set<() => void>();
  #state: State = 'connecting';
  #lastError: unknown;
  #closed: LedgerUnavailable | undefined;

  constructor(dial: Dial, options: ConnectionOptions) {
    this.#options = options;
    this.#database = dial.db;
    this.#redis = new Redis({
      ...dial,
      protocol: 2,
      enableReadyCheck: false,
      disableClientInfo: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // On a loss, calls under way fail at once instead of waiting for a next connection.
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      socketTimeout: Math.max(SILENCE_MS, options.timeoutMs),
      retryStrategy: () => (typeof this.#state === 'string' ? FIRST_RETRY_MS : RETRY_MS),
      // A name may lead to another machine meanwhile, where the primary is now.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    const { wait } = options;
    this.#gate = wait && new ReplicaGate(this.#redis, wait, () => this.#gather());
    this.#redis.on('connect', () => {
      this.#lastError = undefined;
    });
    this.#redis.on('error', (error) => {
      this.#lastError = error;
    });
    this.#redis.on('ready', () => void this.#inspect());
    this.#redis.on('close', () => this.#lost());
  }

  get isServing(): boolean {
    return this.#state === 'serving';
  }

  /** @param timeoutMs what is left of the deadline. */
  run(
    operation: Operation,
    keys: readonly string[],
    args: readonly (string | number)[],
    timeoutMs?: number,
  ): Promise<unknown> {
    const gate = isChange(operation) ? this.#gate : undefined;
    const adds = isAddition(operation);
    return this.#ask((redis, isOver) => {
      const send: Send = (command) => gate?.send(command, { adds, isOver }) ?? command();
      return runFunction(redis, operation, keys, args, send);
    }, timeoutMs);
  }

  /** Every key is here. */
  call<T>(_key: string, use: (redis: Redis) => Promise<T>, timeoutMs?: number): Promise<T> {
    return this.#ask(use, timeoutMs);
  }

  async everywhere<T>(use: (redis: Redis) => Promise<T>): Promise<T[]> {
    return [await this.#ask(use)];
  }

  change<T>(_key: string, use: (redis: Redis) => Promise<T>, timeoutMs?: number): Promise<T> {
    const gate = this.#gate;
    return this.#ask((redis, isOver) => {
      return gate?.send(() => use(redis), { adds: true, isOver }) ?? use(redis);
    }, timeoutMs);
  }

  async ping(): Promise<void> {
    await this.run('ping', [], []);
  }

  /** @param why what calls that come later, or were not sent yet, are told. */
  async close(why = new LedgerUnavailable('closed', 'the ledger is closed')): Promise<void> {
    if (this.#closed) return;
    const quit = this.isServing ? this.#ask((redis) => redis.quit()) : undefined;
    this.#closed = why;
    this.#wake();
    await quit?.catch(() => undefined);
    this.#redis.disconnect();
  }

  /** Connects anew: what comes over this connection can't be trusted, or not from this server. */
  giveUp(): void {
    if (!this.#closed) this.#redis.disconnect(true);
  }

  /**
   * Sends what `use` sends, once there is a server to send it to, and waits for its answer, both
   * within the deadline.
   * @param use is told, too, how to see that the deadline has passed meanwhile.
   */
  #ask<T>(
    use: (redis: Redis, isOver: () => boolean) => Promise<T>,
    timeoutMs: number = this.#options.timeoutMs,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let over = false;
      const end = () => {
        over = true;
        clearTimeout(timer);
        this.#waiting.delete(go);
      };
      const fail = (error: unknown) => {
        end();
        reject(this.#closed ?? ledgerError(error, this.#silent()));
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
          use(this.#redis, () => over).then((answer) => {
            end();
            resolve(answer);
          }, fail);
        }
      };
      const timer = setTimeout(() => {
        fail(new LedgerUnavailable('deadline', `no answer within ${this.#options.timeoutMs} ms`));
      }, timeoutMs);
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

  /** Connected: is it a store that a ledger can be kept in? Until that is known, calls wait. */
  async #inspect(): Promise<void> {
    try {
      // The client selects it too, but would go on in another database if that were refused.
      await this.#redis.select(this.#database);
      requireFit(await this.#redis.info(), this.#options.mode);
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
    } else {
      const { reason, message } = unavailable(this.#lastError, this.#silent());
      this.#become({ reason, message });
    }
    if (!this.#closed) this.#options.onLost?.();
  }

  #become(state: State): void {
    this.#state = state;
    if (state === 'serving') this.#options.onServing?.();
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
