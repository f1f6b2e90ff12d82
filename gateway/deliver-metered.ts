import { Problem } from './api/problem.js';
import { callHeaders } from './call-headers.js';
import type { UsagePlan } from './call-plan.js';
import { deliver, deliverWhole } from './deliver.js';
import type { Ended, Ender, OpenCall } from './end-call.js';
import { Lingering } from './lingering.js';
import {
  isEventStream,
  isShort,
  type MeteredAnswer,
  type MeterLimits,
  meterAnswer,
  readBegin,
  readBy,
  readWhole,
  withLastComment,
} from './metered-answer.js';
import type { Resolver } from './resolver.js';
import { standingComment } from './standing.js';
import type { AnswerMeter } from './stream/answer-meter.js';
import { type AnswerEnd, endBy } from './stream/metered-body.js';
import { failureOf, failureProblem } from './upstream/problem.js';
import type { UpstreamResponse } from './upstream/types.js';

export interface MeteredDeliveryDeps {
  readonly ender: Ender;
  readonly resolver: Resolver;
  readonly limits: MeterLimits;
}

/**
 * An answer whose cost is known at its end alone. A plain one is read whole, settled, and then sent
 * with what it cost; a stream goes by as it comes, and says so in its last line. Neither ends
 * before the ledger knows.
 */
export function createMeteredDelivery({ ender, resolver, limits }: MeteredDeliveryDeps) {
  /**
   * Most plain answers by far, and at once. Behind a caller that leaves it is read on, as long as the
   * bound says, and whoever stops the gateway waits for it.
   */
  function deliverShort(
    held: OpenCall,
    usage: UsagePlan,
    upstream: UpstreamResponse,
  ): Promise<Response> {
    const { signal } = held.call.request;
    const delivered = readShort(held, usage, upstream);
    const left = (): void => resolver.await(delivered);
    if (!signal.aborted) {
      signal.addEventListener('abort', left);
      return delivered;
    }
    left();
    return Promise.reject(new Problem('client_left'));
  }

  async function readShort(
    held: OpenCall,
    usage: UsagePlan,
    upstream: UpstreamResponse,
  ): Promise<Response> {
    const { call } = held;
    const meter = usage.openMeter();
    const read = (ended: AnswerEnd) => readBy(meter, meter.reading(), ended);
    const linger = new Lingering(call.request.signal, limits.drainBound.ms);
    const cut = (): void => upstream.body.destroy();
    linger.addEventListener('abort', cut);
    let bytes: Uint8Array;
    try {
      bytes = await readThrough(meter, upstream);
    } catch (error) {
      await ender.meter(held, usage, read(endBy(error)), upstream);
      throw failureProblem(error);
    } finally {
      linger.end();
    }
    const ended = await ender.meter(held, usage, read('whole'), upstream);
    if (call.request.signal.aborted) throw new Problem('client_left');
    const own = callHeaders(held, { cost: ended.charged, limits: ended.limits });
    return deliverWhole(upstream, own, bytes, call.outgoing);
  }

  /** @throws {Problem} `upstream_failed`, `upstream_timeout`, `client_left` */
  return function deliverMetered(
    held: OpenCall,
    usage: UsagePlan,
    upstream: UpstreamResponse,
  ): Promise<Response> {
    return isShort(upstream, limits)
      ? deliverShort(held, usage, upstream)
      : deliverLong(held, usage, upstream);
  };

  async function deliverLong(
    held: OpenCall,
    usage: UsagePlan,
    upstream: UpstreamResponse,
  ): Promise<Response> {
    const { signal } = held.call.request;
    const answer = meterAnswer(upstream, usage, limits);
    const ended = answer.read.then((read) => ender.meter(held, usage, read, upstream));
    resolver.await(ended);
    if (signal.aborted) {
      answer.response.body.destroy();
      throw new Problem('client_left');
    }
    const isLabelled = isEventStream(answer.response.headers);
    if (isLabelled) return deliverStream(held, answer, answer.response, ended);
    return deliverUnlabelled(held, usage, answer, ended);
  }
}

/** The whole of an answer, as the caller gets it. @throws {UpstreamError} */
async function readThrough(meter: AnswerMeter, { body }: UpstreamResponse): Promise<Uint8Array> {
  const bytes = await body.bytes();
  const passed = [...meter.push(bytes), ...meter.end()];
  return meter.kind === 'events' ? Buffer.concat(passed) : bytes;
}

/** What has no label of a stream can be one all the same: where one was asked for, its bytes are looked at. */
async function deliverUnlabelled(
  held: OpenCall,
  { asksStream }: UsagePlan,
  answer: MeteredAnswer,
  ended: Promise<Ended>,
): Promise<Response> {
  const { signal } = held.call.request;
  const left = (): void => answer.response.body.destroy();
  signal.addEventListener('abort', left);
  try {
    const response = asksStream ? await readBegin(answer) : answer.response;
    const isStream = asksStream && answer.meter.kind === 'events';
    if (isStream) return await deliverStream(held, answer, response, ended);
    return await deliverPlain(held, response, ended);
  } catch (error) {
    // Behind a caller that left, the drain goes on by itself.
    if (failureOf(error) !== 'aborted') await ended;
    throw error instanceof Problem ? error : failureProblem(error);
  } finally {
    signal.removeEventListener('abort', left);
  }
}

function deliverStream(
  held: OpenCall,
  { meter }: MeteredAnswer,
  response: UpstreamResponse,
  ended: Promise<Ended>,
): Promise<Response> {
  const comment = ended.then(({ charged, limits }) =>
    meter.kind === 'document' ? undefined : standingComment(charged, limits),
  );
  const commented = withLastComment(response, comment);
  return deliver(commented, startHeaders(held), ended, held.call.outgoing);
}

async function deliverPlain(
  held: OpenCall,
  response: UpstreamResponse,
  ended: Promise<Ended>,
): Promise<Response> {
  const { call } = held;
  const answer = await readWhole(response);
  if (!(answer instanceof Uint8Array)) {
    return await deliver(answer, startHeaders(held), ended, call.outgoing);
  }
  const { charged, limits } = await ended;
  const headers = callHeaders(held, { cost: charged, limits });
  return deliverWhole(response, headers, answer, call.outgoing);
}

/** What is known before the cost is. */
function startHeaders(open: OpenCall): Record<string, string> {
  const { granted, limits } = open.held;
  return callHeaders(open, { cost: { held: granted }, limits });
}
