import { Worker } from 'node:worker_threads';
import { type LedgerOptions, LedgerUnavailable } from '../contract.js';
import { CallPacker } from './packed-calls.js';
import { unpackReplies } from './packed-replies.js';
import {
  type Call,
  type FromWorker,
  monotonicMs,
  type Operation,
  type ToWorker,
  type WorkerSettings,
} from './protocol.js';
import type { Values } from './values.js';
import { Waiting } from './waiting.js';

/** A worker runs JavaScript alone, so the sources, run by a test, use the built one. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/src/ledger/sqlite/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** After a crash, the next worker is not started sooner than this. */
const RESTART_MS = 500;
/** How much longer than its calls a worker may take to close the file. */
const CLOSE_GRACE_MS = 5_000;

interface Pending {
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: LedgerUnavailable) => void;
  readonly deadlineMs: number;
  readonly operation: Operation;
}

/**
 * This side of the worker that has the database. Calls made in one turn of the event loop travel
 * together; each is answered, or refused at its deadline. A worker that dies refuses all that it
 * had, and the next call starts another.
 */
export class StoreThread {
  readonly #options: LedgerOptions;
  readonly #settings: WorkerSettings;
  readonly #code: URL;
  /** In the order in which they were made, and so of their deadlines. */
  readonly #pending = new Waiting<Pending>();
  readonly #packer = new CallPacker();
  #worker: Worker | undefined;
  #startedMs = 0;
  #outbox: Call[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Answers once the worker has opened the file.
   * @param code what the worker runs; `worker.ts`, unless a test has something worse in mind.
   * @throws {LedgerUnavailable} if it can't.
   */
  static async start(path: string, options: LedgerOptions, code = WORKER): Promise<StoreThread> {
    const thread = new StoreThread(path, options, code);
    await new Promise<void>((resolve, reject) => thread.#launch(resolve, reject));
    return thread;
  }

  private constructor(path: string, options: LedgerOptions, code: URL) {
    this.#code = code;
    this.#options = options;
    const { retainMs, maxAccountsPerRoot, maxHoldsPerRoot } = options;
    this.#settings = { path, retainMs, maxAccountsPerRoot, maxHoldsPerRoot };
  }

  /**
   * The operation's outcome, which is of the type that its kind has in the contract.
   * @throws {LedgerUnavailable}
   */
  call<Outcome>(operation: Operation): Promise<Outcome> {
    if (this.#closing !== undefined) {
      return Promise.reject(new LedgerUnavailable('closed', 'the ledger is closed'));
    }
    if (this.#worker === undefined) {
      if (monotonicMs() - this.#startedMs < RESTART_MS) {
        return Promise.reject(new LedgerUnavailable('store_error', 'the ledger is restarting'));
      }
      try {
        this.#launch();
      } catch (cause) {
        const error = new LedgerUnavailable('store_error', 'the ledger’s thread can’t be started', {
          cause,
        });
        return Promise.reject(error);
      }
    }
    const deadlineMs = monotonicMs() + this.#options.timeoutMs;
    if (this.#outbox.length === 0) setImmediate(() => this.#send());
    return new Promise((resolve, reject) => {
      const pending = { resolve: resolve as Pending['resolve'], reject, deadlineMs, operation };
      const id = this.#pending.add(pending);
      this.#outbox.push({ id, operation, gatewayMs: this.#options.clock(), deadlineMs });
      this.#timer ??= this.#expireAt(deadlineMs);
    });
  }

  /** Lets the calls made before it finish, then closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#send();
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ close: true } satisfies ToWorker);
    const limit = this.#options.timeoutMs + CLOSE_GRACE_MS;
    const timer = setTimeout(() => void worker.terminate(), limit);
    await exited;
    clearTimeout(timer);
  }

  #launch(onReady?: () => void, onRefused?: (error: LedgerUnavailable) => void): void {
    this.#startedMs = monotonicMs();
    const worker = new Worker(this.#code, { workerData: this.#settings });
    this.#worker = worker;
    this.#packer.reset();
    const refuse = (error: LedgerUnavailable) => {
      onRefused?.(error);
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#outbox = [];
      this.#stopTimer();
      while (!this.#pending.isEmpty) this.#pending.takeOldest()?.reject(error);
    };
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) {
        if (message.warning !== undefined) this.#options.warn?.(message.warning);
        onReady?.();
      } else if ('refused' in message) {
        refuse(new LedgerUnavailable(message.refused.reason, message.refused.message));
      } else this.#receive(message.replies);
    });
    worker.on('error', (cause) => {
      refuse(new LedgerUnavailable('store_error', 'the ledger’s thread has failed', { cause }));
    });
    worker.on('exit', () => {
      refuse(new LedgerUnavailable('store_error', 'the ledger’s thread has ended'));
    });
  }

  #send(): void {
    const calls = this.#outbox;
    if (calls.length === 0) return;
    this.#outbox = [];
    try {
      this.#worker?.postMessage({ calls: this.#packer.pack(calls) } satisfies ToWorker);
    } catch (cause) {
      this.#packer.reset();
      const error = new LedgerUnavailable('store_error', 'a call can’t be sent', { cause });
      for (const { id } of calls) this.#take(id)?.reject(error);
    }
  }

  #receive(replies: Values): void {
    for (const reply of unpackReplies(replies, (id) => this.#pending.get(id)?.operation)) {
      const pending = this.#take(reply.id);
      if ('outcome' in reply) pending?.resolve(reply.outcome);
      else {
        const { reason, message } = reply.failed;
        pending?.reject(new LedgerUnavailable(reason, message));
      }
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.take(id);
    if (this.#pending.isEmpty) this.#stopTimer();
    return pending;
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** One timer for the earliest deadline. Answers that have arrived by then are read first. */
  #expireAt(deadlineMs: number): NodeJS.Timeout {
    return setTimeout(
      () => setImmediate(() => this.#expire()),
      Math.ceil(deadlineMs - monotonicMs()),
    );
  }

  #expire(): void {
    this.#stopTimer();
    const nowMs = monotonicMs();
    const { timeoutMs } = this.#options;
    let oldest = this.#pending.oldest();
    while (oldest !== undefined && oldest.deadlineMs <= nowMs) {
      this.#pending.takeOldest();
      oldest.reject(
        new LedgerUnavailable('deadline', `no answer from the ledger in ${timeoutMs} ms`),
      );
      oldest = this.#pending.oldest();
    }
    if (oldest !== undefined) this.#timer = this.#expireAt(oldest.deadlineMs);
  }
}
