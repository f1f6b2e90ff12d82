import type { Redis } from 'ioredis';
import { LedgerUnavailable, type ReplicaWait } from '../contract.js';

/** One change that waits to be sent. */
interface Change {
  readonly command: () => Promise<unknown>;
  /** It grants something: where replicas are known to be short, it is not even sent. */
  readonly adds: boolean;
  /** Its caller has been told meanwhile that there is no answer. */
  readonly isOver: () => boolean;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends changes so that each counts once enough replicas have it: right behind a group of them goes
 * a `WAIT`, and none is answered before that is. A server reads nothing from a connection that waits,
 * so there is one `WAIT` at a time, and what is asked meanwhile goes together with the next: however
 * slow the replicas are, no queue of waits builds up in front of the calls that only read.
 */
export class ReplicaGate {
  readonly #redis: Redis;
  readonly #wait: ReplicaWait;
  readonly #gather: () => void;
  #queue: Change[] = [];
  #isSending = false;
  /** The last `WAIT` fell short. */
  #isShort = false;

  /** @param gather called before a group is sent, so that it leaves in one write. */
  constructor(redis: Redis, wait: ReplicaWait, gather: () => void) {
    this.#redis = redis;
    this.#wait = wait;
    this.#gather = gather;
  }

  /**
   * Answers as `command` does, once enough replicas have what it changed. A command that changed
   * nothing, as it was there before, waits as well: what it tells of may not be on a replica yet.
   * @throws {LedgerUnavailable} `not_replicated`, or whatever `command` throws.
   */
  send<T>(
    command: () => Promise<T>,
    about: { readonly adds: boolean; readonly isOver: () => boolean },
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const answer = resolve as (answer: unknown) => void;
      this.#queue.push({ command, ...about, resolve: answer, reject });
      if (this.#isSending) return;
      this.#isSending = true;
      // After all that is asked in this turn.
      queueMicrotask(() => void this.#sendAll());
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      // Nothing is held only to be released again: is it better now?
      const isShort = this.#isShort && (await this.#shortfall()) !== undefined;
      const queue = this.#queue.filter(({ isOver }) => !isOver());
      this.#queue = [];
      const refused = queue.filter(({ adds }) => isShort && adds);
      for (const { reject } of refused) reject(this.#notReplicated());
      await this.#sendGroup(queue.filter((change) => !refused.includes(change)));
    }
    this.#isSending = false;
  }

  async #sendGroup(group: readonly Change[]): Promise<void> {
    if (group.length === 0) return;
    this.#gather();
    const sent = group.map(({ command }) => command());
    // Behind them on the same connection: it waits for all that was done there until then.
    const [shortfall, answers] = await Promise.all([this.#shortfall(), Promise.allSettled(sent)]);
    for (const [i, { resolve, reject }] of group.entries()) {
      const answer = answers[i];
      if (answer?.status === 'rejected') reject(answer.reason);
      else if (shortfall !== undefined) reject(shortfall);
      else resolve(answer?.value);
    }
  }

  /** Waits for the replicas. Answers why that was not enough, if so. */
  async #shortfall(): Promise<unknown> {
    try {
      const { replicas, timeoutMs } = this.#wait;
      const count = Number(await this.#redis.wait(replicas, timeoutMs));
      this.#isShort = !(count >= replicas);
      return this.#isShort ? this.#notReplicated() : undefined;
    } catch (error) {
      return error;
    }
  }

  #notReplicated(): LedgerUnavailable {
    const { replicas, timeoutMs } = this.#wait;
    const message = `fewer than ${replicas} replicas have it after ${timeoutMs} ms`;
    return new LedgerUnavailable('not_replicated', message);
  }
}
