import type { Held, LimitState, Upstreamed } from '../src/ledger/contract.js';
import { type Micros, UNITS, type Unit, type Vector } from '../src/money/units.js';
import type { UsagePlan } from './call-plan.js';
import type { CallLog, CallRecord } from './calls.js';
import type { HoldCause } from './hold-cause.js';
import type { HoldKeeper, KeptHold } from './hold-keeper.js';
import type { Log } from './logging.js';
import type { ReadAnswer } from './metered-answer.js';
import type { Metrics } from './metrics.js';
import type { PricedCall } from './priced-call.js';
import type { Resolver } from './resolver.js';
import { withReturned } from './standing.js';
import type { UnknownNames } from './unknown-names.js';
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
  readonly unknownNames: Pick<UnknownNames, 'ended'>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Ends holds, each in the one way that what is known of the call allows, and keeps what became of it. */
export function createEnder(deps: EnderDeps) {
  const { resolver, keeper, calls, metrics, log, unknownNames } = deps;
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
    record.whenEnded?.();
  }

  /** Whoever waits for the place of a call with unknown names may have it once its hold is over. */
  function freeing({ call, reservation }: OpenCall, ending: Promise<void>): Promise<void> {
    if (call.plan.unknown.length === 0) return ending;
    return ending.finally(() => unknownNames.ended(reservation));
  }

  /** Charges what was held. */
  function settle(open: OpenCall, upstream?: UpstreamResponse): Promise<void> {
    end(open, 'settled', open.held.granted);
    return freeing(open, resolver.settle(open.reservation, open.held.granted, saidBy(upstream)));
  }

  function release(open: OpenCall): Promise<void> {
    end(open, 'released', nothingOf(open.held.granted));
    return freeing(open, resolver.release(open.reservation));
  }

  /** One line and one count wherever the hold is charged in the place of a usage; tools have none. */
  function noteHold(open: OpenCall, cause: HoldCause, detail: string | undefined): void {
    const { account, reservation, call } = open;
    if (call.route === 'tools') return;
    metrics.holdsCharged.inc({ cause });
    log.warn({ account, reservation, route: call.route, cause, detail }, 'the hold was charged');
  }

  function noteOverrun(open: OpenCall, charged: Vector, usage: UsagePlan): void {
    const { account, reservation, call, held } = open;
    const { unknown } = usage;
    const amounts = { charged: { ...charged }, held: { ...held.granted } };
    log.warn({ account, reservation, route: call.route, unknown, ...amounts }, 'above its hold');
    metrics.overruns.inc();
    usage.overrun?.(reservation);
  }

  /** The same, for an answer that may go on while the ledger is told. */
  function charge(open: OpenCall, upstream: UpstreamResponse) {
    const { granted, limits } = open.held;
    return { charged: granted, limits, ended: settle(open, upstream) };
  }

  return {
    release,
    begin,
    charge,

    /** Charges what was held, since what the call cost can't be known. A tool costs what it costs. */
    settleUnknown(open: OpenCall, cause: HoldCause, detail?: string): Promise<void> {
      noteHold(open, cause, detail);
      return settle(open);
    },

    /** The same, of an answer that there is. */
    chargeUnknown(open: OpenCall, upstream: UpstreamResponse, cause: HoldCause, detail?: string) {
      noteHold(open, cause, detail);
      return charge(open, upstream);
    },

    giveBack: (open: OpenCall) => ({
      charged: nothingOf(open.held.granted),
      limits: withReturned(open.held.limits, open.held.granted, open.call.allowance.path),
      ended: release(open),
    }),

    /** Charges what the answer says that it used, or what was held where it does not say so well. */
    async meter(
      open: OpenCall,
      plan: UsagePlan,
      { reading, facts, ids, ended }: ReadAnswer,
      upstream: UpstreamResponse,
    ): Promise<Ended> {
      const { held, reservation, call } = open;
      const { charged, how, detail, usage } = plan.settle(reading, facts, held.granted);
      if (how !== 'read') {
        metrics.usageUnread.inc({ reason: how });
        noteHold(open, how === 'missing' && ended !== 'whole' ? ended : how, detail);
      }
      if (isAbove(charged, held.granted)) noteOverrun(open, charged, plan);
      end(open, 'settled', charged);
      open.record.reading = how;
      open.record.usage = usage;
      const settling = resolver.settle(reservation, charged, saidBy(upstream));
      if (usage !== undefined && ids.length > 0) plan.remember?.(ids, usage);
      await freeing(open, settling);
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

function isAbove(charged: Vector, held: Vector): boolean {
  for (const unit of UNITS) if ((charged[unit] ?? 0) > (held[unit] ?? 0)) return true;
  return false;
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
