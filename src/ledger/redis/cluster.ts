import type { Redis } from 'ioredis';
import { LedgerUnavailable, type ReplicaWait } from '../contract.js';
import type { HostPort, Login } from './address.js';
import { Connection } from './connection.js';
import { Moved, unavailable } from './failure.js';
import type { Operation } from './scripts.js';
import { SLOTS, slotOf } from './slots.js';
import type { Store } from './store.js';
import { askTopology, clusterDown, readNode, type Topology } from './topology.js';

/** From one look at which node has what to the next, while that is not sure. */
const LOOK_EVERY_MS = 500;

export interface ClusterOptions {
  readonly timeoutMs: number;
  readonly wait: ReplicaWait | undefined;
  readonly onServing?: (() => void) | undefined;
}

interface Node {
  readonly at: HostPort;
  readonly connection: Connection;
}

/**
 * The nodes of a cluster that have slots, with one connection to each. Which node has which slot is
 * asked of every node that is known, and the answer with the highest epoch is believed; it is asked
 * again from the moment when a connection is lost or a node says that it is not so, until all is well.
 * A call that a node refused because another one has the slot goes there, once; no other is repeated.
 */
export class Cluster implements Store {
  readonly #seeds: readonly HostPort[];
  readonly #login: Login;
  readonly #options: ClusterOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #waiting = new Set<() => void>();
  #found: readonly HostPort[] = [];
  /** By slot, once any answer has been believed. */
  #slots: (Node | undefined)[] | undefined;
  /** Why none has been. */
  #failure: LedgerUnavailable | undefined;
  #look: { timer: NodeJS.Timeout } | 'running' | undefined;
  #lookAgain = false;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(seeds: readonly HostPort[], login: Login, options: ClusterOptions) {
    this.#seeds = seeds;
    this.#login = login;
    this.#options = options;
    this.#lookSoon();
  }

  run(
    operation: Operation,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const [key = ''] = keys;
    return this.#at(key, ({ connection }, leftMs) => connection.run(operation, keys, args, leftMs));
  }

  call<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#at(key, ({ connection }, leftMs) => connection.call(key, use, leftMs));
  }

  change<T>(key: string, use: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#at(key, ({ connection }, leftMs) => connection.change(key, use, leftMs));
  }

  async everywhere<T>(use: (redis: Redis) => Promise<T>): Promise<T[]> {
    if (this.#slots === undefined) await this.#known(this.#options.timeoutMs);
    const nodes = [...this.#nodes.values()];
    return Promise.all(nodes.map(({ connection }) => connection.call('', use)));
  }

  giveUp(key: string): void {
    this.#slots?.[slotOf(key)]?.connection.giveUp();
  }

  /** Of every node: one that is not there, or finds slots that nobody has, is no cluster at work. */
  async ping(): Promise<void> {
    if (this.#slots === undefined) await this.#known(this.#options.timeoutMs);
    if (this.#slots?.includes(undefined)) throw clusterDown();
    await Promise.all(
      Array.from(this.#nodes.values(), async ({ connection }) => {
        await connection.ping();
        const info = await connection.call('', (redis) => redis.cluster('INFO'));
        if (!/^cluster_state:ok\r?$/m.test(String(info))) throw clusterDown();
      }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (typeof this.#look === 'object') clearTimeout(this.#look.timer);
    this.#wake();
    await Promise.all(Array.from(this.#nodes.values(), ({ connection }) => connection.close()));
  }

  #at<T>(key: string, ask: (node: Node, leftMs: number) => Promise<T>): Promise<T> {
    const slot = slotOf(key);
    const endMs = performance.now() + this.#options.timeoutMs;
    const leftMs = () => Math.max(1, endMs - performance.now());
    const attempt = async () => {
      const node = this.#slots?.[slot];
      if (node === undefined) throw this.#unserved();
      try {
        return await ask(node, leftMs());
      } catch (error) {
        if (speaksOfNodes(error)) this.#lookSoon();
        const other = error instanceof Moved ? this.#follow(error, node) : undefined;
        if (other === undefined) throw error;
        return ask(other, leftMs());
      }
    };
    // In the same turn, so that calls that come together leave together.
    return this.#slots === undefined ? this.#known(leftMs()).then(attempt) : attempt();
  }

  /** Resolves once it is known which node has what. */
  #known(leftMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: LedgerUnavailable) => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        if (error === undefined) resolve();
        else reject(error);
      };
      const go = () => {
        if (this.#isClosed || this.#failure !== undefined) end(this.#unserved());
        else if (this.#slots !== undefined) end();
        else this.#waiting.add(go);
      };
      const timer = setTimeout(() => {
        const message = `no answer within ${this.#options.timeoutMs} ms`;
        end(new LedgerUnavailable('deadline', message));
      }, leftMs);
      go();
    });
  }

  #unserved(): LedgerUnavailable {
    if (this.#isClosed) return new LedgerUnavailable('closed', 'the ledger is closed');
    return this.#failure ?? clusterDown();
  }

  /** Where a node says that the slot is. */
  #follow({ slot, address }: Moved, from: Node): Node | undefined {
    const colon = address.lastIndexOf(':');
    const at = readNode(address.slice(0, colon), Number(address.slice(colon + 1)), from.at);
    if (at === undefined || this.#isClosed) return undefined;
    const node = this.#node(at);
    if (this.#slots !== undefined) this.#slots[slot] = node;
    return node;
  }

  #node(at: HostPort): Node {
    const name = `${at.host}:${at.port}`;
    let node = this.#nodes.get(name);
    if (node === undefined) {
      const onLost = () => this.#lookSoon();
      const options = { ...this.#options, mode: 'cluster', onLost } as const;
      node = { at, connection: new Connection({ ...this.#login, ...at, db: 0 }, options) };
      this.#nodes.set(name, node);
    }
    return node;
  }

  #lookSoon(): void {
    if (this.#look === 'running') this.#lookAgain = true;
    if (this.#look !== undefined || this.#isClosed) return;
    const dueMs = this.#lookedMs + LOOK_EVERY_MS - performance.now();
    this.#look = { timer: setTimeout(() => void this.#lookAround(), Math.max(0, dueMs)) };
  }

  /** Asks every node at once, and believes the first answer until one of a higher epoch comes. */
  async #lookAround(): Promise<void> {
    this.#look = 'running';
    this.#lookAgain = false;
    this.#lookedMs = performance.now();
    let epoch = -1;
    let failure: LedgerUnavailable | undefined;
    const asks = unique([...this.#seeds, ...this.#found]).map(async (at) => {
      try {
        const topology = await askTopology(at, this.#login);
        if (topology.epoch <= epoch || this.#isClosed) return;
        epoch = topology.epoch;
        this.#believe(topology);
      } catch (error) {
        const found = unavailable(error, false);
        // What a node says tells more than that another one is not there.
        if (failure?.reason !== 'store_error') failure = found;
      }
    });
    await Promise.all(asks);
    this.#look = undefined;
    if (epoch < 0 && this.#slots === undefined) {
      this.#failure = failure;
      this.#wake();
    }
    const all = Array.from(this.#nodes.values());
    const isWell = epoch >= 0 && all.every(({ connection }) => connection.isServing);
    if (!isWell || this.#lookAgain) this.#lookSoon();
  }

  #believe({ ranges, nodes }: Topology): void {
    const slots = new Array<Node | undefined>(SLOTS).fill(undefined);
    const primaries = new Set<Node>();
    for (const { from, to, primary } of ranges) {
      const node = this.#node(primary);
      primaries.add(node);
      slots.fill(node, from, to + 1);
    }
    for (const [name, node] of this.#nodes) {
      if (primaries.has(node)) continue;
      this.#nodes.delete(name);
      const message = 'the node has no slot any more';
      void node.connection.close(new LedgerUnavailable('disconnected', message));
    }
    this.#slots = slots;
    this.#found = nodes;
    this.#failure = undefined;
    this.#wake();
  }

  #wake(): void {
    for (const go of [...this.#waiting]) go();
  }
}

/** The failure may be over once another node is asked. */
function speaksOfNodes(error: unknown): boolean {
  if (!(error instanceof LedgerUnavailable)) return false;
  if (error.reason === 'disconnected' || error.reason === 'deadline') return true;
  return /\b(?:MOVED|ASK|CLUSTERDOWN|READONLY)\b/.test(error.message);
}

function unique(places: readonly HostPort[]): HostPort[] {
  return [...new Map(places.map((at) => [`${at.host}:${at.port}`, at])).values()];
}
