import { createConnection, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { LedgerUnavailable } from '../contract.js';
import type { HostPort, Login, Place } from './address.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { unavailable } from './failure.js';
import type { Operation } from './scripts.js';
import type { Store } from './store.js';

/** The longest that a sentinel may take to answer. */
const ASK_MS = 1_000;
const RETRY_MS = 500;
/** How often the sentinels are asked whether the primary is another one meanwhile. */
const WATCH_EVERY_MS = 1_000;
/** As in the client: a connection that was closed and does not end is cut after it. */
const DISCONNECT_MS = 2_000;

export type SentinelPlace = Extract<Place, { readonly kind: 'sentinel' }>;

interface Primary {
  readonly at: HostPort;
  /** Grows with every failover. */
  readonly epoch: number;
}

/**
 * The primary that sentinels name, over one connection. They are asked with every attempt to connect,
 * and once a second besides: a primary that is cut off from them, but not from here, would go on
 * taking what is lost when it hears that it is none any more.
 */
export class SentinelStore implements Store {
  readonly #place: SentinelPlace;
  readonly #sentinels: readonly Sentinel[];
  readonly #connection: Connection;
  readonly #timer: NodeJS.Timeout;
  #dialled: Primary | undefined;

  constructor(place: SentinelPlace, options: Omit<ConnectionOptions, 'mode'>) {
    const { db, login } = place;
    this.#place = place;
    this.#sentinels = place.sentinels.map((at) => openSentinel(at, place.sentinelLogin));
    const find = async () => {
      const primary = await this.#primary();
      this.#dialled = primary;
      return primary.at;
    };
    const Connector = connectorTo(find, login);
    this.#connection = new Connection(
      { ...login, db, Connector },
      { ...options, mode: 'one server' },
    );
    this.#timer = setInterval(() => void this.#watch(), WATCH_EVERY_MS);
  }

  run(operation: Operation, keys: readonly string[], args: readonly (string | number)[]) {
    return this.#connection.run(operation, keys, args);
  }

  everywhere<T>(use: (redis: Redis) => Promise<T>): Promise<T[]> {
    return this.#connection.everywhere(use);
  }

  call<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#connection.call(key, use);
  }

  change<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#connection.change(key, use);
  }

  giveUp(): void {
    this.#connection.giveUp();
  }

  ping(): Promise<void> {
    return this.#connection.ping();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#connection.close();
    for (const { redis } of this.#sentinels) redis.disconnect();
  }

  async #watch(): Promise<void> {
    const primary = await this.#primary().catch(() => undefined);
    const dialled = this.#dialled;
    if (primary === undefined || dialled === undefined || primary.epoch <= dialled.epoch) return;
    const isSame = primary.at.host === dialled.at.host && primary.at.port === dialled.at.port;
    if (isSame) this.#dialled = primary;
    else this.#connection.giveUp();
  }

  /** All are asked: one that was cut off for a while still names the primary of before. */
  async #primary(): Promise<Primary> {
    const { name } = this.#place;
    const answers = await Promise.allSettled(
      this.#sentinels.map((sentinel) => askSentinel(sentinel, name)),
    );
    const found = answers
      .flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      .sort((a, b) => b.epoch - a.epoch);
    if (found[0] !== undefined) return found[0];
    const [why] = answers.flatMap((answer, i) =>
      answer.status === 'rejected' ? [this.#sentinels[i]?.failure ?? answer.reason] : [],
    );
    throw new LedgerUnavailable(
      'disconnected',
      `none of ${answers.length} sentinels names a primary ${JSON.stringify(name)}: ` +
        unavailable(why, false).message,
    );
  }
}

/** A connection to one, kept up by itself. */
interface Sentinel {
  readonly redis: Redis;
  /** Why there is none at the moment. */
  failure: unknown;
}

function openSentinel(at: HostPort, login: Login): Sentinel {
  const redis = new Redis({
    ...login,
    ...at,
    protocol: 2,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: ASK_MS,
    commandTimeout: ASK_MS,
    retryStrategy: () => RETRY_MS,
  });
  const sentinel: Sentinel = { redis, failure: undefined };
  redis.on('connect', () => {
    sentinel.failure = undefined;
  });
  redis.on('error', (error) => {
    sentinel.failure = error;
  });
  return sentinel;
}

async function askSentinel({ redis }: Sentinel, name: string): Promise<Primary> {
  const [address, fields] = await Promise.all([
    // Names the new primary from the moment when it was promoted; the other one only later.
    redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name),
    redis.call('SENTINEL', 'MASTER', name),
  ]);
  const [host, port] = Array.isArray(address) ? address.map(String) : [];
  const words = Array.isArray(fields) ? fields.map(String) : [];
  const epoch = Number(words[words.indexOf('config-epoch') + 1]);
  if (host === undefined || !(Number(port) > 0) || !(epoch >= 0)) {
    throw new Error('a sentinel names no primary');
  }
  return { at: { host, port: Number(port) }, epoch };
}

/** Dials whatever `find` names at the time. That it names none is a connection that was not made. */
function connectorTo(
  find: () => Promise<HostPort>,
  { tls }: Login,
): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_MS);
    }

    override async connect(): Promise<Socket> {
      this.connecting = true;
      try {
        const at = await find();
        if (!this.connecting) throw new Error('closed meanwhile');
        this.stream = tls === undefined ? createConnection(at) : connectTls({ ...at, ...tls });
        this.stream.once('error', (error: Error) => {
          this.firstError = error;
        });
      } catch (error) {
        this.firstError = error instanceof Error ? error : new Error(String(error));
        this.stream = new Socket().destroy();
      }
      return this.stream;
    }
  };
}
