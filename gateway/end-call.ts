import type { Held, LimitState, Upstreamed } from '../src/ledger/contract.js';
import { type Micros, UNITS, type Unit, type Vector } from '../src/money/units.js';
import type { PricedCall } from './call.js';
import type { UsagePlan } from './call-plan.js';
import type { CallLog, CallRecord } from './calls.js';
import type { HoldKeeper, KeptHold } from './hold-keeper.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';
import type { Resolver } from './resolver.js';
import { withReturned } from './standing.js';
import type { Reading } from './stream/reading.js';
import { upstreamRequestId } from './upstream/request-id.js';
import type { UpstreamResponse } from './upstream/types.js';

/** A call that is held. */
export interface HeldCall {
  readonly call: PricedCall;
  /** The leaf, which made it. */
  readonly account: string;
  readonly reservation: string;
  readonly held: Held;
}

/** The same, while it is known to be under way. */
export interface OpenCall extends HeldCall {
  readonly record: CallRecord;
  readonly kept: KeptHold;
}

/** How it ended. */
export interface Ended {
  readonly charged: Vector;
  /** Every limit of the path after the call. */
  readonly limits: readonly LimitState[];
}

export interface EnderDeps {
  readonly resolver: Resolver;
  /** Has the holds of the calls that are open. */
  readonly keeper: Pick<HoldKeeper, 'begin' | 'end'>;
  readonly calls: CallLog;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Ends holds, each in the one way that what is known of the call allows, and keeps what became of it. */
export function createEnder({ resolver, keeper, calls, metrics, log }: EnderDeps) {
  function begin({ call, account, reservation, held }: HeldCall): OpenCall {
    const record: CallRecord = {
      id: reservation,
      account,
      name: call.name,
      route: call.route,
      state: 'open',
      held: held.granted,
      cost: undefined,
      usage: undefined,
      reading: undefined,
    };
    calls.note(record);
    return { call, account, reservation, held, record, kept: keeper.begin(reservation) };
  }

  function end({ kept, record }: OpenCall, state: CallRecord['state'], cost: Vector): void {
    keeper.end(kept);
    record.state = state;
    record.cost = cost;
  }

  /** Charges what was held. */
  function settle(open: OpenCall, upstream?: UpstreamResponse): Promise<void> {
    end(open, 'settled', open.held.granted);
    return resolver.settle(open.reservation, open.held.granted, saidBy(upstream));
  }

  function release(open: OpenCall): Promise<void> {
    end(open, 'released', nothingOf(open.held.granted));
    return resolver.release(open.reservation);
  }

  return {
    settle,
    release,
    begin,

    /** The same, for an answer that may go on while the ledger is told. */
    charge: (open: OpenCall, upstream: UpstreamResponse) => ({
      charged: open.held.granted,
      limits: open.held.limits,
      ended: settle(open, upstream),
    }),

    giveBack: (open: OpenCall) => ({
      charged: nothingOf(open.held.granted),
      limits: withReturned(open.held.limits, open.held.granted, open.call.allowance.path),
      ended: release(open),
    }),

    /** Charges what the answer says that it used, or what was held where it does not say so well. */
    async meter(
      open: OpenCall,
      usage: UsagePlan,
      reading: Reading,
      upstream: UpstreamResponse,
    ): Promise<Ended> {
      const { held, reservation, account, call } = open;
      const cost = reading.status === 'read' ? usage.costOf(reading.usage) : undefined;
      const charged = cost ?? held.granted;
      const how = reading.status === 'read' && cost === undefined ? 'unpriced' : reading.status;
      if (how !== 'read') {
        metrics.usageUnread.inc({ reason: how });
        const detail = reading.status === 'read' ? undefined : reading.detail;
        log.warn({ account, reservation, route: call.route, reason: how, detail }, 'usage unread');
      }
      end(open, 'settled', charged);
      open.record.reading = how;
      if (reading.status === 'read') open.record.usage = reading.usage;
      await resolver.settle(reservation, charged, saidBy(upstream));
      const back = givenBack(held.granted, charged);
      return { charged, limits: withReturned(held.limits, back, call.allowance.path) };
    },
  };
}

export type Ender = ReturnType<typeof createEnder>;

/** For the journal: by this the provider's own records can be found. */
function saidBy(upstream: UpstreamResponse | undefined): Upstreamed | undefined {
  const requestId = upstream && upstreamRequestId(upstream.headers);
  return requestId === undefined ? undefined : { requestId };
}

function nothingOf(granted: Vector): Vector {
  return mapUnits(granted, () => 0);
}

function givenBack(granted: Vector, charged: Vector): Vector {
  return mapUnits(granted, (held, unit) => held - (charged[unit] ?? held));
}

function mapUnits(vector: Vector, map: (micros: Micros, unit: Unit) => number): Vector {
  const mapped: { [U in Unit]?: Micros } = {};
  for (const unit of UNITS) {
    const micros = vector[unit];
    if (micros !== undefined) mapped[unit] = map(micros, unit);
  }
  return mapped;
}
