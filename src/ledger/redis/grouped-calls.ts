/** Operations of one root as one script call. */
import { LedgerInputError, LedgerUnavailable } from '../contract.js';
import { rootName } from '../ids.js';
import { corrupt } from './codec.js';
import { isOutOfMemory } from './failure.js';
import { Groups } from './groups.js';
import type { GroupAnswer, RootCalls, RootName } from './root-calls.js';
import type { Operation } from './scripts.js';

/** One operation of a group, and who waits for what the script answers to it. */
interface Waiting<Item> {
  readonly root: RootName;
  readonly item: Item;
  /** Throws what an answer that can't be read throws. */
  readonly answer: (answer: GroupAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked of a root, and what is made of the answer. */
export interface Asking<Item, Outcome> {
  readonly root: RootName;
  readonly item: Item;
  readonly read: (answer: GroupAnswer) => Outcome;
}

/** How operations become the arguments of one script. */
export interface GroupKind<Item> {
  readonly operation: Operation;
  /** After the header. */
  arguments(items: readonly Item[]): string[];
  /** How many of the script's answers come before those to the operations. */
  readonly headLength: number;
}

/** Two kinds of operations, and the one script call that can be of both. */
export interface GroupKinds<Item> {
  /** Its operations come first, and are answered first, where a call is of both. */
  readonly first: GroupKind<Item>;
  readonly second: GroupKind<Item>;
  readonly both: GroupKind<Item>;
  isFirst(item: Item): boolean;
}

/** What is said to one that was held as the one before it (`lua/reserve.lua`). */
const SAME = '=';

/**
 * Operations gathered by root: all that are asked in one turn are one script call, each decided for itself
 * there. What one of them makes fail, the others try again alone: a script fails before it writes, and each
 * operation has its id.
 */
export class GroupedCalls<Item> {
  readonly #calls: RootCalls;
  readonly #kinds: GroupKinds<Item>;
  readonly #groups: Groups<Waiting<Item>>;

  /** @param mayJoin false where both kinds must not share one fate. */
  constructor(calls: RootCalls, kinds: GroupKinds<Item>, mayJoin: boolean) {
    this.#calls = calls;
    this.#kinds = kinds;
    this.#groups = new Groups((_root, group) => this.#sendAll(group, mayJoin));
  }

  /**
   * One promise from the question to what is made of its answer, since every call makes two.
   * @param ask is called at once. What it throws, and what its `read` throws, is thrown here.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  call<Outcome>(ask: () => Asking<Item, Outcome>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { root, item, read } = ask();
      const answer = (said: GroupAnswer) => resolve(read(said));
      this.#groups.add(rootName(root), { root, item, answer, reject });
    });
  }

  #sendAll(group: readonly Waiting<Item>[], join: boolean): void {
    const { first, second, both, isFirst } = this.#kinds;
    const firsts = group.filter(({ item }) => isFirst(item));
    const seconds = group.filter(({ item }) => !isFirst(item));
    if (join && firsts.length > 0 && seconds.length > 0) {
      void this.#send(both, [...firsts, ...seconds]);
    } else {
      void this.#send(first, firsts);
      void this.#send(second, seconds);
    }
  }

  async #send(kind: GroupKind<Item>, group: readonly Waiting<Item>[]): Promise<void> {
    const [one] = group;
    if (one === undefined) return;
    try {
      const args = kind.arguments(group.map(({ item }) => item));
      const { nowMs, rest } = await this.#calls.run(kind.operation, one.root, args);
      answerAll(group, kind.headLength, nowMs, rest);
    } catch (error) {
      if (kind === this.#kinds.both && isOutOfMemory(error)) this.#sendAll(group, false);
      else if (group.length > 1 && mayBeOnesFault(error)) {
        for (const each of group) this.#sendAll([each], false);
      } else for (const { reject } of group) reject(error);
    }
  }
}

function answerAll<Item>(
  group: readonly Waiting<Item>[],
  headLength: number,
  nowMs: number,
  rest: readonly string[],
): void {
  if (rest.length !== headLength + group.length) throw corrupt('answers', rest.join(' | '));
  const head = rest.slice(0, headLength);
  /** The same text is the same list of words. */
  let told: string | undefined;
  let words: readonly string[] = [];
  let after = 0;
  let place = headLength;
  for (const { answer, reject } of group) {
    const said = rest[place] ?? '';
    after = said === SAME ? after + 1 : 0;
    if (said !== SAME && said !== told) {
      words = said.split(' ');
      told = said;
    }
    try {
      answer({ words, head, nowMs, after });
    } catch (error) {
      reject(error);
    }
    place += 1;
  }
}

/** A record that one operation touches can be unreadable, and the others' be whole. */
function mayBeOnesFault(error: unknown): boolean {
  if (error instanceof LedgerInputError) return true;
  return error instanceof LedgerUnavailable && error.message.includes('BADSTATE');
}
