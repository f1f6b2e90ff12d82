import { callHeaders } from './call-headers.js';
import { deliver, deliverWhole, isKeptBehind, keepBehind } from './deliver.js';
import type { Ender, OpenCall } from './end-call.js';
import { decodeResponse } from './stream/decode.js';
import { endBy } from './stream/metered-body.js';
import { type BillingRow, type Judgement, judgeError } from './upstream/billing.js';
import { type ErrorBody, readErrorBody } from './upstream/error-body.js';
import { failureProblem } from './upstream/problem.js';
import type { UpstreamResponse } from './upstream/types.js';

/** The longest error that is looked at, and how long it may take to come. */
const LIMITS = { bytes: 256 * 1024, ms: 10_000 };

const UNFINISHED: Judgement = {
  isBilled: true,
  cause: 'foreign_error',
  detail: `an error of more than ${LIMITS.bytes} bytes, or ${LIMITS.ms} ms`,
};

/**
 * A provider's error, read whole before it is passed on as it came: what it says decides whether the hold
 * is given back.
 * @throws {Problem} `upstream_refused`, `upstream_failed`, `upstream_timeout`
 */
export async function deliverError(
  open: OpenCall,
  upstream: UpstreamResponse,
  rows: readonly BillingRow[],
  ender: Ender,
): Promise<Response> {
  const { call } = open;
  const body = await readOrSettle(open, upstream, ender);
  const judged = body.status === 'whole' ? await judge(upstream, body.bytes, rows) : UNFINISHED;
  const { charged, limits, ended } = judged.isBilled
    ? ender.chargeUnknown(open, upstream, judged.cause, judged.detail)
    : ender.giveBack(open);
  if (isKeptBehind(upstream.status)) return keepBehind(upstream, ended, judged.isBilled);
  const headers = callHeaders(open, { cost: charged, limits });
  if (body.status !== 'whole') return deliver(body.response, headers, ended, call.outgoing);
  await ended;
  return deliverWhole(upstream, headers, body.bytes, call.outgoing);
}

/** What broke off may have been carried out. */
async function readOrSettle(
  open: OpenCall,
  upstream: UpstreamResponse,
  ender: Ender,
): Promise<ErrorBody> {
  try {
    return await readErrorBody(upstream, LIMITS);
  } catch (error) {
    await ender.settleUnknown(open, endBy(error), `behind the status ${upstream.status}`);
    throw failureProblem(error);
  }
}

async function judge(
  upstream: UpstreamResponse,
  bytes: Uint8Array,
  rows: readonly BillingRow[],
): Promise<Judgement> {
  return judgeError(upstream.status, await plainBytes(upstream, bytes), rows);
}

/** Without its compression; nothing where that is broken, or too much. */
async function plainBytes(
  { status, headers }: UpstreamResponse,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  if (headers['content-encoding'] === undefined) return bytes;
  const body = {
    bytes: async () => bytes,
    destroy: () => {},
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
  try {
    const plain = decodeResponse({ status, headers, body }, { bytes: LIMITS.bytes, ratio: 1_000 });
    return await plain.body.bytes();
  } catch {
    return new Uint8Array();
  }
}
