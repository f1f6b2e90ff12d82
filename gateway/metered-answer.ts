import type { UsagePlan } from './call-plan.js';
import type { AnswerMeter } from './stream/answer-meter.js';
import { type DecodeLimits, decodeResponse } from './stream/decode.js';
import { type AnswerEnd, type DrainBound, meterBody } from './stream/metered-body.js';
import type { AnswerFacts, Reading } from './stream/reading.js';
import type { UpstreamBody, UpstreamResponse } from './upstream/types.js';

export interface MeterLimits {
  /** Of an answer whose caller has left. */
  readonly drainBound: DrainBound;
  /** Of an answer that came compressed. */
  readonly decode: DecodeLimits;
}

/** What is known of an answer once no more of it comes. */
export interface ReadAnswer {
  readonly reading: Reading;
  readonly facts: AnswerFacts;
  readonly ids: readonly string[];
  readonly ended: AnswerEnd;
}

/** An answer whose usage is read while it goes by. */
export interface MeteredAnswer {
  /** Decoded, with the metered body: whoever destroys that has left, and the rest is drained. */
  readonly response: UpstreamResponse;
  /** Knows what the bytes so far were found to be. */
  readonly meter: AnswerMeter;
  /** Never rejects. */
  readonly read: Promise<ReadAnswer>;
}

export function meterAnswer(
  upstream: UpstreamResponse,
  usage: UsagePlan,
  { drainBound, decode }: MeterLimits,
): MeteredAnswer {
  const plain = decodeResponse(upstream, decode);
  const meter = usage.openMeter();
  const metered = meterBody(plain.body, meter, drainBound);
  const read = metered.reading.then((reading) => readBy(meter, reading, metered.ended()));
  return { response: { ...plain, body: metered.body }, meter, read };
}

/** All that a meter knows. */
export function readBy(meter: AnswerMeter, reading: Reading, ended: AnswerEnd): ReadAnswer {
  return { reading, facts: meter.facts(), ids: meter.ids(), ended };
}

/**
 * A plain answer that is not compressed, and says that it is short enough to be read whole, and to be
 * read on behind a caller that leaves.
 */
export function isShort({ headers }: UpstreamResponse, { drainBound }: MeterLimits): boolean {
  const most = Math.min(WHOLE_BYTES, drainBound.bytes);
  return (
    Number(headers['content-length'] ?? Number.NaN) <= most &&
    headers['content-encoding'] === undefined &&
    !isEventStream(headers)
  );
}

/** Whether an answer is labelled as a stream. */
export function isEventStream(headers: UpstreamResponse['headers']): boolean {
  return /^text\/event-stream\b/i.test(String(headers['content-type'] ?? ''));
}

/** A plain answer up to this is read whole, so that its headers can say what it cost. */
const WHOLE_BYTES = 1024 * 1024;

/**
 * Reads a plain answer to its end, if it is not too long for that.
 * @returns its bytes, or an answer that goes on with what was read so far
 * @throws {UpstreamError} when it breaks off, or its caller leaves
 */
export async function readWhole(
  response: UpstreamResponse,
): Promise<Uint8Array | UpstreamResponse> {
  const { body, headers } = response;
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (length > WHOLE_BYTES) return response;
  // In pieces, so that no more of it is read behind a caller that leaves than the bound says.
  const rest = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= WHOLE_BYTES; ) {
    const { done, value } = await rest.next();
    if (done) return Buffer.concat(chunks);
    chunks.push(value);
    bytes += value.length;
  }
  return goingOn({ chunks, rest, response });
}

async function* resume(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.();
  }
}

/** What of an answer has come, and how its rest is read. */
interface Begun {
  readonly chunks: readonly Uint8Array[];
  readonly rest: AsyncIterator<Uint8Array>;
  readonly response: UpstreamResponse;
}

/**
 * Reads an answer until its bytes have shown what it is. It goes on with what was read.
 * @throws {UpstreamError} when it breaks off before
 */
export async function readBegin({ response, meter }: MeteredAnswer): Promise<UpstreamResponse> {
  const rest = response.body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  while (meter.kind === undefined) {
    const { done, value } = await rest.next();
    if (done) break;
    chunks.push(value);
  }
  return goingOn({ chunks, rest, response });
}

function goingOn({ chunks, rest, response }: Begun): UpstreamResponse {
  const { body } = response;
  return { ...response, body: { ...body, [Symbol.asyncIterator]: () => resume(chunks, rest) } };
}

/**
 * A stream with one last comment, which no client takes for an event. A line that the upstream left
 * open is ended before.
 * @param comment one line, once the call is settled; none for what was found to be no stream
 */
export function withLastComment(
  response: UpstreamResponse,
  comment: Promise<string | undefined>,
): UpstreamResponse {
  // What the upstream says of its length no longer holds.
  const { 'content-length': _length, ...headers } = response.headers;
  const { body } = response;
  const commented: UpstreamBody = {
    ...body,
    async *[Symbol.asyncIterator]() {
      let last = LINE_FEED;
      for await (const chunk of body) {
        last = chunk.at(-1) ?? last;
        yield chunk;
      }
      const end = last === LINE_FEED ? '' : '\n';
      const line = await comment;
      if (line !== undefined) yield Buffer.from(`${end}: ${line}\n\n`);
    },
  };
  return { ...response, headers, body: commented };
}

const LINE_FEED = 0x0a;
