import {
  type Held,
  type Ledger,
  LedgerUnavailable,
  type ReserveRequest,
} from '../src/ledger/contract.js';
import { newReservationId } from '../src/ledger/ids.js';
import { callHeaders } from './call-headers.js';
import type { CallLog } from './calls.js';
import { countedCost } from './counted-cost.js';
import { deliver } from './deliver.js';
import { deliverError } from './deliver-error.js';
import { createMeteredDelivery } from './deliver-metered.js';
import { createEnder, type OpenCall } from './end-call.js';
import type { HoldKeeper } from './hold-keeper.js';
import type { InFlight } from './in-flight.js';
import { refusalProblem, unavailableProblem } from './ledger-refusal.js';
import { Lingering } from './lingering.js';
import type { Log } from './logging.js';
import type { MeterLimits } from './metered-answer.js';
import type { Metrics } from './metrics.js';
import type { PricedCall } from './priced-call.js';
import type { Resolver } from './resolver.js';
import type { Revocations } from './revocations.js';
import { endBy } from './stream/metered-body.js';
import type { UnknownNames } from './unknown-names.js';
import { isBilled, STANDARD_BILLING } from './upstream/billing.js';
import { failureOf, failureProblem } from './upstream/problem.js';
import { UpstreamError, type UpstreamResponse } from './upstream/types.js';

export interface CallDeps {
  readonly ledger: Ledger;
  readonly resolver: Resolver;
  readonly revocations: Revocations;
  readonly unknownNames: UnknownNames;
  readonly inFlight: InFlight;
  readonly keeper: HoldKeeper;
  readonly calls: CallLog;
  readonly holdTtlMs: number;
  readonly meterLimits: MeterLimits;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds on a clock that only runs forward. */
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The way of every call (DESIGN §4): price → reserve → dispatch → settle. */
export function createCaller(deps: CallDeps) {
  const { ledger, resolver, revocations, metrics, log, unknownNames, inFlight } = deps;
  const ender = createEnder(deps);
  const deliverMetered = createMeteredDelivery({ ender, resolver, limits: deps.meterLimits });

  /** @throws {Problem} */
  function reserve(call: PricedCall, reservation: string, asked = 1): Promise<Held> {
    const { name, route, tags, allowance, plan } = call;
    const startedMs = deps.monotonicMs();
    const observe = () => metrics.ledgerSeconds.observe((deps.monotonicMs() - startedMs) / 1000);
    const request: ReserveRequest = {
      reservation,
      kid: allowance.kid,
      path: allowance.path,
      cost: countedCost(plan.cost, allowance),
      expiresAtMs: allowance.expiresAtMs,
      ttlMs: deps.holdTtlMs,
      owner: 'gateway',
      about: tags === undefined ? { name, route } : { name, route, tags },
      revocations: revocations.numberFor(allowance),
    };
    return ledger.reserve(request).then(
      (outcome) => {
        observe();
        if (outcome.status !== 'refused') return outcome;
        if (revocations.hasLearnt(outcome, asked)) return reserve(call, reservation, asked + 1);
        throw refusalProblem(outcome, 'call', plan);
      },
      (error: unknown) => {
        observe();
        if (!(error instanceof LedgerUnavailable)) throw error;
        // It may still be carried out later, and nobody would know of that hold.
        void resolver.release(reservation);
        throw unavailableProblem(error);
      },
    );
  }

  function enter({ plan, request }: PricedCall, reservation: string): Promise<void> {
    return unknownNames.enter({ reservation, names: plan.unknown, leaving: request.signal });
  }

  /** @throws {Problem} */
  async function reserveEntered(call: PricedCall, reservation: string): Promise<Held> {
    try {
      return await reserve(call, reservation);
    } catch (error) {
      unknownNames.leave(reservation);
      throw error;
    }
  }

  /** @throws {Problem} */
  async function hold(call: PricedCall, reservation: string): Promise<Held> {
    if (call.plan.unknown.length === 0) return await reserve(call, reservation);
    await enter(call, reservation);
    return await reserveEntered(call, reservation);
  }

  async function dispatch(open: OpenCall, ended: () => void): Promise<UpstreamResponse> {
    const { call, held } = open;
    const { plan, request } = call;
    // What is metered is heard to its end, for a while, behind a caller that left.
    const linger =
      plan.usage === undefined
        ? undefined
        : new Lingering(request.signal, deps.meterLimits.drainBound.ms);
    try {
      if (request.signal.aborted) throw new UpstreamError('not_sent');
      const { method, path, headers } = request;
      const signal = linger ?? request.signal;
      const body = plan.body(held.step);
      return await call.upstream.send({ method, path, headers, signal, body, ended });
    } catch (error) {
      const failure = failureOf(error);
      // Only of these two is it known that nothing was sent.
      if (failure === 'unreachable' || failure === 'not_sent') await ender.release(open);
      else await ender.settleUnknown(open, endBy(error), 'before any answer');
      throw failureProblem(error);
    } finally {
      linger?.end();
    }
  }

  // What is returned is awaited: a promise that is returned as it is takes three turns and twice the objects.
  return async function makeCall(call: PricedCall): Promise<Response> {
    const { tenant, rootId, path } = call.allowance;
    const account = path.at(-1)?.account ?? '';
    const reservation = newReservationId(tenant, rootId, deps.randomBytes(16), deps.clock());
    const { plan, billing = STANDARD_BILLING, trace } = call;
    if (trace !== undefined) trace.account = account;
    inFlight.mustBePaidOrRare(path, plan.cost.most);
    const ended = inFlight.enter(call.upstream, path);
    let open: OpenCall;
    let response: UpstreamResponse;
    try {
      open = ender.begin({ call, account, reservation, held: await hold(call, reservation) });
      if (trace !== undefined) trace.record = open.record;
      response = await dispatch(open, ended);
    } catch (error) {
      ended();
      throw error;
    }
    const { status } = response;
    metrics.calls.inc({ route: call.route, outcome: `${Math.floor(status / 100)}xx` });
    log.debug({ account, route: call.route, status, reservation }, 'call');
    if (plan.usage !== undefined && hasUsage(status)) {
      return await deliverMetered(open, plan.usage, response);
    }
    if (call.route !== 'tools' && status >= 400) {
      const delivered = deliverError(open, response, billing, ender);
      // Behind a caller that left, somebody waits for it all the same.
      resolver.await(delivered);
      return await delivered;
    }
    const by = endByStatus(open, response);
    const headers = callHeaders(open, { cost: by.charged, limits: by.limits });
    return await deliver(response, headers, by.ended, call.outgoing);
  };

  /** A tool's answer, one that costs the same whatever it says, and one that says nothing. */
  function endByStatus(open: OpenCall, response: UpstreamResponse) {
    const { status } = response;
    if (open.call.route === 'tools' && !isBilled(status)) return ender.giveBack(open);
    const isAnswer = open.call.plan.usage === undefined && status < 300;
    if (isAnswer) return ender.charge(open, response);
    return ender.chargeUnknown(open, response, 'no_answer', `status ${status}`);
  }
}

/** An answer that can say what it used: a success with a body. */
function hasUsage(status: number): boolean {
  return status >= 200 && status < 300 && status !== 204 && status !== 205;
}

export type MakeCall = ReturnType<typeof createCaller>;
