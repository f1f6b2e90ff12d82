import { Worker } from 'node:worker_threads';
import { Problem } from '../api/problem.js';
import type { Answer, Ask, ThreadSettings } from './protocol.js';

/** A worker runs JavaScript alone, so the sources, run by a test, use the built one. */
export const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/gateway/body-threads/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Tokenizers take a quarter of a second to load, on a machine with nothing else to do. */
const START_MS = 10_000;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (problem: Problem) => void;
}

/** One worker, which is asked one thing at a time. Whatever goes wrong ends it. */
export class BodyThread {
  readonly #worker: Worker;
  readonly #ready: Promise<Answer>;
  #waiting: Waiting | undefined;
  #isEnded = false;

  constructor(settings: ThreadSettings, heapMb: number, code: URL) {
    this.#worker = new Worker(code, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    // The gateway's sockets keep the process alive, and no idle thread does.
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#settle()?.resolve(answer));
    this.#worker.on('error', (cause) => this.#fail(failed(cause)));
    this.#worker.on('exit', () => this.#fail(failed('the thread has ended')));
    this.#ready = this.#expect(START_MS, () => failed(`not started in ${START_MS} ms`));
    // Told to whoever asks it first.
    this.#ready.catch(() => undefined);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * @param budgetMs after which the thread is ended
   * @throws {Problem} `body_too_large` after its time; `reading_failed`
   */
  async ask(ask: Ask, buffers: ArrayBuffer[], budgetMs: number): Promise<Answer> {
    await this.#ready;
    if (this.#isEnded) throw failed('the thread has ended');
    const answer = this.#expect(budgetMs, () => tooDear(budgetMs));
    this.#worker.postMessage(ask, buffers);
    return await answer;
  }

  /** Nothing more is asked of the body that was opened. */
  drop(): void {
    if (!this.#isEnded) this.#worker.postMessage({ kind: 'drop' } satisfies Ask);
  }

  async end(): Promise<void> {
    this.#fail(failed('the gateway is stopping'));
    await this.#worker.terminate();
  }

  #expect(withinMs: number, late: () => Problem): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(late()), withinMs);
      this.#waiting = {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (problem) => {
          clearTimeout(timer);
          reject(problem);
        },
      };
    });
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #fail(problem: Problem): void {
    if (!this.#isEnded) void this.#worker.terminate();
    this.#isEnded = true;
    this.#settle()?.reject(problem);
  }
}

function tooDear(budgetMs: number): Problem {
  return new Problem('body_too_large', {
    message:
      `The request body took more than ${budgetMs} ms to read, as much as one body may. ` +
      'Send one that is shorter, or has fewer parts.',
  });
}

function failed(cause: unknown): Problem {
  return new Problem('reading_failed', { cause });
}
