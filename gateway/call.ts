import type { ServerResponse } from 'node:http';
import type { Allowance } from '../src/caveats/allowance.js';
import { type Held, type Ledger, LedgerUnavailable } from '../src/ledger/contract.js';
import { inOrderOfTime, newReservationId } from '../src/ledger/ids.js';
import { MICROS_PER_UNIT, type Vector } from '../src/money/units.js';
import { priceCall, type ToolPriceList } from '../src/pricing/tool-price.js';
import { Problem, type ProblemCode } from './api/problem.js';
import { deliver } from './deliver.js';
import { refusalProblem, unavailableProblem } from './ledger-refusal.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';
import type { Resolver } from './resolver.js';
import { standingHeaders, withReturned } from './standing.js';
import { isBilled } from './upstream/billing.js';
import { upstreamRequestId } from './upstream/request-id.js';
import {
  type Upstream,
  UpstreamError,
  type UpstreamFailure,
  type UpstreamRequest,
  type UpstreamResponse,
} from './upstream/types.js';

export interface CallDeps {
  readonly ledger: Ledger;
  readonly resolver: Resolver;
  readonly priceList: ToolPriceList;
  readonly holdTtlMs: number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds on a clock that only runs forward. */
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** One call that is let through only if it can be paid for. */
export interface PricedCall {
  readonly route: 'chat' | 'tools';
  /** The model or tool, as the `tools` caveat and the price list name it. */
  readonly name: string;
  readonly allowance: Allowance;
  /** What the caller says that it is for. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly upstream: Upstream;
  readonly request: UpstreamRequest;
  /** Node's side of the caller's connection; there is none when the app runs without a server. */
  readonly outgoing: ServerResponse | undefined;
}

const FAILURE_CODES = {
  unreachable: 'upstream_unreachable',
  failed: 'upstream_failed',
  timeout: 'upstream_timeout',
  aborted: 'client_left',
  not_sent: 'client_left',
} as const satisfies Record<UpstreamFailure, ProblemCode>;

/** The way of every call (DESIGN §4): price → reserve → dispatch → settle. */
export function createCaller(deps: CallDeps) {
  const { ledger, resolver, metrics, log } = deps;

  /** @throws {Problem} */
  function costOf(call: PricedCall): Vector {
    const price = priceCall(deps.priceList, call.allowance, call.name);
    if (price.status === 'not_allowed') throw new Problem('tool_not_allowed');
    if (price.status === 'unknown') throw new Problem('price_unknown');
    return { calls: MICROS_PER_UNIT, credits: price.micros };
  }

  /** @throws {Problem} */
  async function reserve(call: PricedCall, reservation: string, cost: Vector): Promise<Held> {
    const { allowance } = call;
    const startedMs = deps.monotonicMs();
    try {
      const outcome = await ledger.reserve({
        reservation,
        kid: allowance.kid,
        path: allowance.path,
        cost: { least: cost, most: cost, steps: 0 },
        expiresAtMs: allowance.expiresAtMs,
        ttlMs: deps.holdTtlMs,
        owner: 'gateway',
        about: { name: call.name, route: call.route, ...(call.tags && { tags: call.tags }) },
      });
      if (outcome.status === 'refused') throw refusalProblem(outcome);
      return outcome;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      // It may still be carried out later, and nobody would know of that hold.
      void resolver.release(reservation);
      throw unavailableProblem(error);
    } finally {
      metrics.ledgerSeconds.observe((deps.monotonicMs() - startedMs) / 1000);
    }
  }

  /** Ends the hold as the failure demands, and says what the caller learns of it. */
  async function failed(reservation: string, cost: Vector, error: unknown): Promise<Problem> {
    const failure = error instanceof UpstreamError ? error.failure : 'failed';
    // Only of these two is it known that nothing was sent.
    if (failure === 'unreachable' || failure === 'not_sent') await resolver.release(reservation);
    else await resolver.settle(reservation, cost);
    return new Problem(FAILURE_CODES[failure], { cause: error });
  }

  async function dispatch(
    call: PricedCall,
    reservation: string,
    cost: Vector,
  ): Promise<UpstreamResponse> {
    try {
      if (call.request.signal.aborted) throw new UpstreamError('not_sent');
      return await call.upstream.send(call.request);
    } catch (error) {
      throw await failed(reservation, cost, error);
    }
  }

  return async function makeCall(call: PricedCall): Promise<Response> {
    const { tenant, rootId, path } = call.allowance;
    const account = path.at(-1)?.account ?? '';
    const cost = costOf(call);
    const random = inOrderOfTime(deps.randomBytes(16), deps.clock());
    const reservation = newReservationId(tenant, rootId, random);
    const held = await reserve(call, reservation, cost);
    const response = await dispatch(call, reservation, cost);
    const { status } = response;
    const billed = isBilled(status);
    const requestId = upstreamRequestId(response.headers);
    const ended = billed
      ? resolver.settle(reservation, cost, requestId === undefined ? undefined : { requestId })
      : resolver.release(reservation);
    metrics.calls.inc({ route: call.route, outcome: `${Math.floor(status / 100)}xx` });
    log.debug({ account, route: call.route, status, reservation }, 'call');
    const headers = standingHeaders({
      account,
      reservation,
      cost: billed ? cost : { credits: 0 },
      limits: billed ? held.limits : withReturned(held.limits, cost, path),
    });
    return deliver(response, headers, ended, call.outgoing);
  };
}

export type MakeCall = ReturnType<typeof createCaller>;
