import {
  LedgerInputError,
  type LedgerOptions,
  LedgerUnavailable,
  MAX_CLOCK_LEAD_MS,
  type MarkKeeper,
} from '../contract.js';
import { rootName } from '../ids.js';
import { corrupt } from './codec.js';
import type { Fence } from './fence.js';
import { Groups } from './groups.js';
import { recordKeys, rootKey } from './keys.js';
import type { Answer } from './replies.js';
import type { Operation } from './scripts.js';
import type { Store } from './store.js';

/** A root, by the parts of its name. */
export interface RootName {
  readonly tenant: string;
  readonly rootId: string;
}

/** One operation of a group, and who waits for what the script answers to it. */
interface Waiting<Item> {
  readonly root: RootName;
  readonly item: Item;
  readonly resolve: (answer: GroupAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** What was said to one operation, with what was said of the root to all of the group. */
export interface GroupAnswer extends Answer {
  /** Between the root's standing and the answers, if there is any: its genesis. */
  readonly head: readonly string[];
}

export interface RootCallsDeps {
  readonly store: Store;
  readonly options: LedgerOptions;
  readonly marks: MarkKeeper;
  readonly fence: Fence;
  readonly nonce: () => string;
}

/**
 * Runs the scripts that change one root: with the keys and the first argument that all of them have,
 * and taking note of the root's last change that they tell.
 */
export class RootCalls {
  readonly #deps: RootCallsDeps;

  constructor(deps: RootCallsDeps) {
    this.#deps = deps;
  }

  /**
   * Answers what the function said after the root's standing, and the time that decided.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  async run(
    operation: Operation,
    root: RootName,
    args: readonly string[],
    moreKeys: readonly string[] = [],
  ): Promise<{ readonly nowMs: number; readonly rest: readonly string[] }> {
    const { store, fence } = this.#deps;
    const { tenant } = root;
    const keys = [...recordKeys(tenant, root.rootId), ...moreKeys];
    if (!fence.isReady(tenant)) await fence.ready(tenant);
    let call = this.#deps.nonce();
    let reply: unknown;
    try {
      reply = await store.run(operation, keys, [this.#header(root, call), ...args]);
    } catch (error) {
      if (!(await fence.mayTryAgain(tenant, error))) throw error;
      // It was refused before it changed anything.
      call = this.#deps.nonce();
      reply = await store.run(operation, keys, [this.#header(root, call), ...args]);
    }
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    const [standing, ...rest] = reply.map(String);
    return { nowMs: this.#acknowledge(root, standing ?? '', call), rest };
  }

  /** The latest time of the store that this gateway believes. */
  latestMs(): number {
    return Math.floor(this.#deps.options.clock()) + MAX_CLOCK_LEAD_MS;
  }

  #header(root: RootName, call: string): string {
    const { options, marks } = this.#deps;
    const { retainMs, maxAccountsPerRoot, maxHoldsPerRoot } = options;
    const known = marks.markOf(rootName(root));
    const mark = known === undefined ? '-' : `${known.sequence}:${known.nonce}`;
    return `${this.latestMs()} ${call} ${mark} ${retainMs} ${maxAccountsPerRoot} ${maxHoldsPerRoot}`;
  }

  /**
   * Takes note of where the root stands, and answers the time that decided. An answer to another call
   * than this one, which a connection that repeats or loses one could give, is no answer to it.
   */
  #acknowledge(root: RootName, standing: string, call: string): number {
    const [sequence, nonce = '-', now, answers] = standing.split(' ');
    if (answers !== call) {
      this.#deps.store.giveUp(rootKey(root.tenant, root.rootId));
      throw corrupt('answer', `one to call ${answers}, not ${call}`);
    }
    if (nonce !== '-') {
      const mark = { sequence: Number(sequence), nonce };
      this.#deps.marks.acknowledge(rootName(root), mark);
    }
    return Number(now);
  }
}

/** How the operations of one kind become the arguments of one script. */
export interface GroupKind<Item> {
  readonly operation: Operation;
  /** After the header. */
  arguments(items: readonly Item[]): string[];
  /** How many of the script's answers come before those to the operations. */
  readonly headLength: number;
}

/** What is said to one that was held as the one before it (`lua/reserve.lua`). */
const SAME = '=';

/**
 * Operations of one kind, gathered by root: all that are asked in one turn are one script call, each
 * decided for itself there. What one of them makes fail, the others try again alone: a script fails
 * before it writes, and each operation has its id.
 */
export class GroupedCalls<Item> {
  readonly #calls: RootCalls;
  readonly #kind: GroupKind<Item>;
  readonly #groups: Groups<Waiting<Item>>;

  constructor(calls: RootCalls, kind: GroupKind<Item>) {
    this.#calls = calls;
    this.#kind = kind;
    this.#groups = new Groups((_root, group) => void this.#send(group));
  }

  /** @throws {LedgerUnavailable | LedgerInputError} */
  call(root: RootName, item: Item): Promise<GroupAnswer> {
    return new Promise((resolve, reject) => {
      this.#groups.add(rootName(root), { root, item, resolve, reject });
    });
  }

  async #send(group: readonly Waiting<Item>[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const { operation, headLength } = this.#kind;
    try {
      const args = this.#kind.arguments(group.map(({ item }) => item));
      const { nowMs, rest } = await this.#calls.run(operation, first.root, args);
      if (rest.length !== headLength + group.length) throw corrupt('answers', rest.join(' | '));
      const head = rest.slice(0, headLength);
      let words: readonly string[] = [];
      let after = 0;
      let place = headLength;
      for (const { resolve } of group) {
        const said = rest[place] ?? '';
        after = said === SAME ? after + 1 : 0;
        if (said !== SAME) words = said.split(' ');
        resolve({ words, head, nowMs, after });
        place += 1;
      }
    } catch (error) {
      if (group.length > 1 && mayBeOnesFault(error))
        for (const one of group) void this.#send([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}

/** A record that one operation touches can be unreadable, and the others' be whole. */
function mayBeOnesFault(error: unknown): boolean {
  if (error instanceof LedgerInputError) return true;
  return error instanceof LedgerUnavailable && error.message.includes('BADSTATE');
}
