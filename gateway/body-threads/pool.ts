import { Problem } from '../api/problem.js';
import type { Leaving } from '../leaving.js';
import type { CallBody, OpenBody } from '../model-calls/call-body.js';
import type { Api } from '../providers/request.js';
import { FairTurns } from './fair-turns.js';
import { type Answer, problemOf } from './protocol.js';
import { BodyThread, WORKER } from './thread.js';

export interface BodyThreadsOptions {
  /** At the most; each is started when it is first needed. */
  readonly threads: number;
  /** Bodies from so many bytes on are read in a thread. */
  readonly dearBytes: number;
  /** For each of the two steps: parsing a body, and reading what it asks for. */
  readonly budgetMs: number;
  readonly hasTokenizers: boolean;
  /** JavaScript's heap of each thread: one that needs more is ended. */
  readonly heapMb: number;
  /** What a thread runs; `worker.ts`, unless a test has something worse in mind. */
  readonly code?: URL;
}

/** Headers by which requests are read (`providers/headers.ts`). */
const READ_HEADERS = ['openai-beta', 'anthropic-beta', 'anthropic-version'];

type Path = readonly { readonly account: string }[];
type GiveTurn = () => void;

/**
 * Threads that parse and read bodies which could hold the event loop: their structure, their text, their
 * tokens. Accounts take turns ({@link FairTurns}), and one body has a thread from when it is opened to
 * when it is read. A thread that fails, or that a body keeps too long, is ended and the call refused,
 * before anything is held for it.
 */
export class BodyThreads {
  readonly #options: BodyThreadsOptions;
  readonly #idle: BodyThread[] = [];
  readonly #all = new Set<BodyThread>();
  readonly #waiting = new FairTurns<GiveTurn>();
  #busy = 0;
  #isClosed = false;

  constructor(options: BodyThreadsOptions) {
    this.#options = options;
  }

  isDear({ length }: Uint8Array): boolean {
    return length >= this.#options.dearBytes;
  }

  /**
   * Parses a body, as soon as its sender has its turn.
   * @param bytes not to be used any more: they go to the thread, and come back with what it read
   * @throws {Problem} `invalid_request`, `body_too_large`, `reading_failed`, `client_left`
   */
  async open(api: Api, bytes: Uint8Array, path: Path, leaving: Leaving): Promise<OpenBody> {
    if (this.#busy < this.#options.threads) this.#busy += 1;
    else await new Promise<void>((resolve) => this.#waiting.add(path, resolve));
    let thread: BodyThread | undefined;
    try {
      if (leaving.aborted) throw new Problem('client_left');
      thread = this.#takeThread();
      const body = wholeBuffer(bytes);
      const answer = await thread.ask({ kind: 'open', api, body }, [body], this.#options.budgetMs);
      if (answer.kind === 'refused') throw problemOf(answer.problem);
      if (answer.kind !== 'opened') throw unexpected(answer);
      return this.#opened(thread, answer.model, answer.ids);
    } catch (error) {
      this.#endTurn(thread);
      throw error;
    }
  }

  /** Ends all threads. What they are reading is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((thread) => thread.end()));
  }

  #opened(thread: BodyThread, model: string, ids: readonly string[]): OpenBody {
    let isOver = false;
    const end = () => {
      if (!isOver) this.#endTurn(thread);
      isOver = true;
    };
    return {
      model,
      ids,
      read: async ({ api: _, headers, rules, recalled, ...terms }) => {
        const { tokenizers, ...plain } = rules;
        const ask = {
          kind: 'read' as const,
          model: terms.model,
          headers: READ_HEADERS.flatMap((name) => {
            const value = headers.get(name);
            return value === null ? [] : [[name, value] as const];
          }),
          rules: plain,
          isTokenized: tokenizers !== undefined,
          recalled,
        };
        try {
          return readBody(await thread.ask(ask, [], this.#options.budgetMs));
        } finally {
          end();
        }
      },
      leave: () => {
        if (!isOver) thread.drop();
        end();
      },
    };
  }

  #takeThread(): BodyThread {
    if (this.#isClosed) throw new Problem('reading_failed', { cause: 'the gateway is stopping' });
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isEnded) return idle;
      this.#all.delete(idle);
    }
    const { hasTokenizers, heapMb, code = WORKER } = this.#options;
    try {
      const thread = new BodyThread({ hasTokenizers }, heapMb, code);
      this.#all.add(thread);
      return thread;
    } catch (cause) {
      throw new Problem('reading_failed', { cause });
    }
  }

  #endTurn(thread: BodyThread | undefined): void {
    if (thread?.isEnded) this.#all.delete(thread);
    else if (thread !== undefined) this.#idle.push(thread);
    const next = this.#waiting.take();
    if (next === undefined) this.#busy -= 1;
    else next();
  }
}

/** A body as a thread read it: all that a plan asks for was worked out there. */
function readBody(answer: Answer): CallBody {
  if (answer.kind === 'read') {
    const { request, places, characters, body } = answer;
    return {
      bytes: Buffer.from(body),
      request: () => request,
      characters: () => characters,
      places: () => places,
    };
  }
  if (answer.kind !== 'refused' || answer.body === undefined) throw unexpected(answer);
  // A plan that goes by the model's name alone takes the body all the same.
  const refuse = () => {
    throw problemOf(answer.problem);
  };
  return { bytes: Buffer.from(answer.body), request: refuse, characters: refuse, places: refuse };
}

/** A part of a larger buffer is copied: a thread is given whole ones. */
function wholeBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  const isWhole = byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  return isWhole
    ? (buffer as ArrayBuffer)
    : (new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer as ArrayBuffer);
}

function unexpected({ kind }: Answer): Problem {
  return new Problem('internal_error', { cause: `a body's thread answered ${kind}` });
}
