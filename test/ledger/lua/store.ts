import { Redis } from 'ioredis';
import { LEDGER_DEFAULTS, type Ledger, type LedgerOptions } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { functionName, LIBRARY, type Operation } from '../../../src/ledger/redis/scripts.js';
import { type RedisServer, startRedis } from '../../support/redis.js';

const SECONDS = 'test:seconds';
const MICROSECONDS = 'test:microseconds';

/** What a function that never ends is given before it counts as one. */
const PATIENCE_MS = 2_000;

/**
 * A store of its own for the functions, with a clock that is set: two keys in place of `TIME`. What
 * has to be loaded under the library's own name, a mutant too, is what the engine then calls.
 */
export class LuaStore {
  readonly #server: RedisServer;
  readonly admin: Redis;

  private constructor(server: RedisServer) {
    this.#server = server;
    this.admin = new Redis(server.url, { commandTimeout: PATIENCE_MS });
  }

  /** Starts it with the library as it is. */
  static async start(): Promise<LuaStore> {
    const store = new LuaStore(await startRedis());
    await store.load(LIBRARY.body);
    return store;
  }

  /** @throws what the store says of a library that can't be loaded. */
  async load(body: string): Promise<void> {
    const clock = `call('MGET', '${SECONDS}', '${MICROSECONDS}')`;
    await this.admin.function(
      'LOAD',
      'REPLACE',
      body.replaceAll("call('TIME')", () => clock),
    );
  }

  /** Empty, at this time. */
  async begin(atMs: number): Promise<void> {
    await this.admin.flushdb();
    await this.setClock(atMs);
  }

  async setClock(atMs: number): Promise<void> {
    const seconds = Math.floor(atMs / 1_000);
    await this.admin.mset(SECONDS, seconds, MICROSECONDS, (atMs % 1_000) * 1_000);
  }

  call(operation: Operation, keys: readonly string[], args: readonly (string | number)[]) {
    return this.admin.fcall(functionName(operation), keys.length, ...keys, ...args);
  }

  /** A ledger with no memory of what was here before. */
  ledger(options: Partial<LedgerOptions> & Pick<LedgerOptions, 'clock'>): Promise<Ledger> {
    const settings = { ...LEDGER_DEFAULTS, timeoutMs: PATIENCE_MS, ...options };
    return openRedisLedger(this.#server.url, settings);
  }

  /** Whether a function never ends: then only a new store helps. */
  async isStuck(): Promise<boolean> {
    return this.admin.ping().then(
      () => false,
      () => true,
    );
  }

  /** Every key but the clock's, with all that it holds. */
  async dump(): Promise<Map<string, string>> {
    const keys = (await this.admin.keys('bursar:*')).sort();
    const values = await Promise.all(keys.map((key) => this.#contents(key)));
    return new Map(keys.map((key, i) => [key, JSON.stringify(values[i])]));
  }

  /** In an order of its own: a hash's fields come in another when the store moves them. */
  async #contents(key: string): Promise<unknown> {
    switch (await this.admin.type(key)) {
      case 'hash':
        return Object.entries(await this.admin.hgetall(key)).sort();
      case 'zset':
        return this.admin.zrange(key, '0', '-1', 'WITHSCORES');
      case 'stream':
        return this.admin.xrange(key, '-', '+');
      default:
        throw new Error(`${key}: found ${await this.admin.type(key)}`);
    }
  }

  async dispose(): Promise<void> {
    this.admin.disconnect();
    await this.#server.dispose();
  }
}
