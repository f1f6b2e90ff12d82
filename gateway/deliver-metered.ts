import type { ServerResponse } from 'node:http';
import { Problem } from './api/problem.js';
import type { UsagePlan } from './call-plan.js';
import { deliver, deliverWhole } from './deliver.js';
import type { Ended, Ender, OpenCall } from './end-call.js';
import { Lingering } from './lingering.js';
import {
  isShort,
  type MeteredAnswer,
  type MeterLimits,
  meterAnswer,
  readWhole,
  withLastComment,
} from './metered-answer.js';
import type { Resolver } from './resolver.js';
import { standingComment, standingHeaders } from './standing.js';
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
  /** @throws {Problem} */
  async function open(
    call: OpenCall,
    usage: UsagePlan,
    upstream: UpstreamResponse,
  ): Promise<MeteredAnswer> {
    try {
      return meterAnswer(upstream, usage, limits);
    } catch (error) {
      await ender.settle(call, upstream);
      throw failureProblem(error);
    }
  }

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
    const { account, reservation, call } = held;
    const meter = usage.openMeter(false);
    const linger = new Lingering(call.request.signal, limits.drainBound.ms);
    const cut = (): void => upstream.body.destroy();
    linger.addEventListener('abort', cut);
    let bytes: Uint8Array;
    try {
      bytes = await upstream.body.bytes();
      meter.push(bytes);
      meter.end();
    } catch (error) {
      await ender.meter(held, usage, meter.reading(), upstream);
      throw failureProblem(error);
    } finally {
      linger.end();
    }
    const ended = await ender.meter(held, usage, meter.reading(), upstream);
    if (call.request.signal.aborted) throw new Problem('client_left');
    const own = { account, reservation, cost: ended.charged, limits: ended.limits };
    return deliverWhole(upstream, standingHeaders(own), bytes, call.outgoing);
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
    const { outgoing } = held.call;
    const { response, isStream, reading } = await open(held, usage, upstream);
    const ended = reading.then((read) => ender.meter(held, usage, read, upstream));
    resolver.await(ended);
    if (signal.aborted) {
      response.body.destroy();
      throw new Problem('client_left');
    }
    if (isStream) {
      const comment = ended.then(({ charged, limits }) => standingComment(charged, limits));
      return deliver(withLastComment(response, comment), startHeaders(held), ended, outgoing);
    }
    return deliverPlain(held, response, ended, outgoing);
  }
}

async function deliverPlain(
  held: OpenCall,
  response: UpstreamResponse,
  ended: Promise<Ended>,
  outgoing: ServerResponse | undefined,
): Promise<Response> {
  const { account, reservation, call } = held;
  const { signal } = call.request;
  const left = (): void => response.body.destroy();
  signal.addEventListener('abort', left);
  try {
    const answer = await readWhole(response);
    if (!(answer instanceof Uint8Array)) {
      return await deliver(answer, startHeaders(held), ended, outgoing);
    }
    const { charged, limits } = await ended;
    const headers = standingHeaders({ account, reservation, cost: charged, limits });
    return deliverWhole(response, headers, answer, outgoing);
  } catch (error) {
    // Behind a caller that left, the drain goes on by itself.
    if (failureOf(error) !== 'aborted') await ended;
    throw error instanceof Problem ? error : failureProblem(error);
  } finally {
    signal.removeEventListener('abort', left);
  }
}

/** What is known before the cost is. */
function startHeaders({ account, reservation, held }: OpenCall): Record<string, string> {
  const { granted, limits } = held;
  return standingHeaders({ account, reservation, cost: { held: granted }, limits });
}
