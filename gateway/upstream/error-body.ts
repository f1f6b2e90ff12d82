import type { UpstreamBody, UpstreamResponse } from './types.js';

export interface ErrorBodyLimits {
  readonly bytes: number;
  readonly ms: number;
}

export type ErrorBody =
  | { readonly status: 'whole'; readonly bytes: Uint8Array }
  /** Too long, or not at its end in time: an answer that goes on with what was read. */
  | { readonly status: 'unfinished'; readonly response: UpstreamResponse };

/**
 * Reads the answer of an error to its end, within so many bytes and so much time.
 * @throws {UpstreamError} when it breaks off
 */
export async function readErrorBody(
  response: UpstreamResponse,
  { bytes: most, ms }: ErrorBodyLimits,
): Promise<ErrorBody> {
  const rest = response.body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  const deadline = startDeadline(ms);
  try {
    for (let bytes = 0; bytes <= most; ) {
      const next = rest.next();
      const won = await Promise.race([next, deadline.passed]);
      if (won === 'late') return unfinished(response, chunks, rest, next);
      if (won.done) return { status: 'whole', bytes: Buffer.concat(chunks) };
      chunks.push(won.value);
      bytes += won.value.length;
    }
    return unfinished(response, chunks, rest);
  } finally {
    deadline.cancel();
  }
}

function startDeadline(ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}

type Next = Promise<IteratorResult<Uint8Array>>;

function unfinished(
  response: UpstreamResponse,
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  underWay?: Next,
): ErrorBody {
  // Nobody may come to read it; whoever does, is told.
  underWay?.catch(() => {});
  const body: UpstreamBody = {
    bytes: async () => {
      const all: Uint8Array[] = [];
      for await (const chunk of goOn(chunks, rest, underWay)) all.push(chunk);
      return Buffer.concat(all);
    },
    destroy: () => response.body.destroy(),
    [Symbol.asyncIterator]: () => goOn(chunks, rest, underWay),
  };
  return { status: 'unfinished', response: { ...response, body } };
}

async function* goOn(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  underWay: Next | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    const first = await underWay;
    if (first?.done) return;
    if (first !== undefined) yield first.value;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.();
  }
}
