import { type UpstreamBody, UpstreamError } from '../upstream/types.js';
import type { AnswerMeter } from './answer-meter.js';
import type { Reading } from './reading.js';

/** How long, and for how much, an answer is still read whose caller has left. */
export interface DrainBound {
  readonly bytes: number;
  readonly ms: number;
}

/** Runs `callback` once after so many milliseconds, unless it is cancelled before. */
export type After = (ms: number, callback: () => void) => { cancel(): void };

/** How an answer came to its end: by its framing, cut off, too late, or unread behind a caller that left. */
export type AnswerEnd = 'whole' | 'broken_off' | 'timeout' | 'caller_left';

export interface MeteredBody {
  /** What the caller gets. Destroying it is the caller's leaving: the upstream is drained. */
  readonly body: UpstreamBody;
  /**
   * What the answer used. Resolves when the upstream has no more to say: its end was read, it
   * broke off, or the bound was reached behind a caller that left. Never rejects.
   */
  readonly reading: Promise<Reading>;
  /** Once the reading is known. */
  ended(): AnswerEnd;
}

/**
 * An upstream's body that is metered while it is read. Nothing is read ahead of the caller.
 *
 * A provider bills what it made, whether or not anybody is still there to read it. So when the
 * caller leaves, the rest is read and thrown away, within a bound, to learn what it was; past the
 * bound the connection is closed, and the usage stays unknown.
 *
 * Whoever makes the call upstream must not let the caller's leaving abort it.
 */
export function meterBody(
  upstream: UpstreamBody,
  meter: AnswerMeter,
  bound: DrainBound,
  after: After = afterOnTimer,
): MeteredBody {
  let settle: (reading: Reading) => void = () => {};
  const reading = new Promise<Reading>((resolve) => {
    settle = resolve;
  });
  const source = new Source(upstream, meter, () => settle(meter.reading()));
  const left = (): void => source.leave(bound, after);
  return {
    reading,
    ended: () => source.ended,
    body: {
      bytes: () => source.whole(),
      destroy: left,
      [Symbol.asyncIterator]: () => pieces(source, left),
    },
  };
}

/** Reads the upstream for one reader at a time: the caller, or the drain after it. */
class Source {
  readonly #upstream: UpstreamBody;
  readonly #meter: AnswerMeter;
  readonly #onEnd: () => void;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #reading: Promise<readonly Uint8Array[] | undefined> = Promise.resolve([]);
  #drained = 0;
  #isOver = false;
  #hasLeft = false;
  #ended: AnswerEnd = 'broken_off';

  constructor(upstream: UpstreamBody, meter: AnswerMeter, onEnd: () => void) {
    this.#upstream = upstream;
    this.#meter = meter;
    this.#onEnd = onEnd;
    this.#chunks = upstream[Symbol.asyncIterator]();
  }

  get ended(): AnswerEnd {
    return this.#ended;
  }

  /**
   * What of the next bytes the caller gets; undefined behind the end.
   * @throws {UpstreamError} when the answer breaks off, or the caller has left
   */
  next(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#hasLeft) return Promise.reject(new UpstreamError('aborted'));
    this.#reading = this.#read();
    return this.#reading;
  }

  /** @throws {UpstreamError} */
  async whole(): Promise<Uint8Array> {
    if (this.#hasLeft) throw new UpstreamError('aborted');
    const reading = this.#readWhole();
    this.#reading = reading;
    const [first = new Uint8Array(), ...rest] = await reading;
    return rest.length === 0 ? first : Buffer.concat([first, ...rest]);
  }

  leave(bound: DrainBound, after: After): void {
    if (this.#isOver || this.#hasLeft) return;
    this.#hasLeft = true;
    const timer = after(bound.ms, () => this.#close());
    void this.#drain(bound.bytes).finally(() => timer.cancel());
  }

  async #read(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#isOver) return undefined;
    try {
      const { done, value } = await this.#chunks.next();
      if (!done) {
        if (this.#hasLeft) this.#drained += value.length;
        return this.#meter.push(value);
      }
      const rest = this.#meter.end();
      this.#end('whole');
      return rest;
    } catch (error) {
      this.#end(endBy(error));
      throw error;
    }
  }

  async #readWhole(): Promise<readonly Uint8Array[]> {
    try {
      const bytes = await this.#upstream.bytes();
      const all = [...this.#meter.push(bytes), ...this.#meter.end()];
      this.#end('whole');
      return all;
    } catch (error) {
      this.#end(endBy(error));
      throw error;
    }
  }

  async #drain(maxBytes: number): Promise<void> {
    try {
      // What was under way when the caller left comes first: two reads at once would mix.
      await this.#reading;
      while (!this.#isOver && this.#drained <= maxBytes) await this.#read();
    } catch {
      // It broke off, or was closed at its bound: what is known by now is all there is.
    }
    if (!this.#isOver) this.#close();
  }

  /** Not even an upstream that never answers keeps the hold open. */
  #close(): void {
    this.#upstream.destroy();
    this.#end('caller_left');
  }

  #end(ended: AnswerEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ended = ended;
    this.#onEnd();
  }
}

/** What an error on the way of an answer is. */
export function endBy(error: unknown): Exclude<AnswerEnd, 'whole'> {
  const failure = error instanceof UpstreamError ? error.failure : 'failed';
  if (failure === 'timeout') return 'timeout';
  return failure === 'aborted' ? 'caller_left' : 'broken_off';
}

/** A reader that stops early, by an error of its own or a `break`, has left. */
async function* pieces(source: Source, left: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await source.next(); next !== undefined; next = await source.next()) {
      yield* next;
    }
  } finally {
    left();
  }
}

function afterOnTimer(ms: number, callback: () => void): { cancel(): void } {
  const timer = setTimeout(callback, ms);
  return { cancel: () => clearTimeout(timer) };
}
