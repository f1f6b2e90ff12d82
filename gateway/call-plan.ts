import type { Allowance } from '../src/caveats/allowance.js';
import type { CostRange, LimitState } from '../src/ledger/contract.js';
import { formatMicros } from '../src/money/micros.js';
import { MICROS_PER_UNIT, type Micros, type Unit, type Vector } from '../src/money/units.js';
import {
  type CallPrice,
  MAX_UNBOUNDED_PRICE,
  priceCall,
  type ToolPriceList,
} from '../src/pricing/tool-price.js';
import type { Usage } from '../src/pricing/usage.js';
import type { HoldParts } from './api/hold-parts.js';
import { Problem } from './api/problem.js';
import type { AnswerMeter } from './stream/answer-meter.js';
import type { AnswerFacts, Reading } from './stream/reading.js';

/** What a call is let through for, known before anything is held or sent. */
export interface CallPlan {
  /** What is held: at the most, and where its size is the gateway's to choose, at the least. */
  readonly cost: CostRange;
  /** The body that goes upstream, with what the granted step allows written in. */
  readonly body: (step: number) => Uint8Array | undefined;
  /** How the answer tells what it cost. Without it, what was held is the price. */
  readonly usage: UsagePlan | undefined;
  /** For a refusal: the most output that a limit with so little left would take. */
  readonly affordable:
    | ((limit: LimitState, requiredMicros: Micros) => Affordable | undefined)
    | undefined;
  /** For a refusal: what the least that is held consists of, and by which field context comes in. */
  readonly parts:
    | ((unit: Unit) => { readonly parts: HoldParts; readonly contextFrom?: string } | undefined)
    | undefined;
  /** The limit of the output that was written in for the caller. */
  readonly writtenOutput: ((step: number) => number) | undefined;
  /** Names of the request that are on no list, where a limit of the path could be passed by them. */
  readonly unknown: readonly string[];
}

/** By the very figures with which the call is held. */
export interface UsagePlan {
  /** Whether a stream was asked for; what comes is found by its bytes. */
  readonly asksStream: boolean;
  readonly openMeter: () => AnswerMeter;
  /**
   * What an answer costs by what it says of itself.
   * @param held what is charged, at the least, where it does not say enough
   */
  readonly settle: (reading: Reading, facts: AnswerFacts, held: Vector) => Settled;
  /** Names in the request that are on no list: for the log of a call that cost more than its hold. */
  readonly unknown: readonly string[];
  /** Told in the same turn in which the call is settled: under which ids the provider keeps the answer. */
  readonly remember?: ((ids: readonly string[], usage: Usage) => void) | undefined;
  /** Told when the call is charged more than was held for it; with the reservation's id. */
  readonly overrun?: ((reservation: string) => void) | undefined;
}

export interface Settled {
  readonly charged: Vector;
  /** How the answer was charged; anything but `read` is at least the hold. */
  readonly how: Reading['status'] | 'unpriced' | 'other_model';
  /** For the log. */
  readonly detail: string | undefined;
  /** What it used, as it is charged; undefined where that is not known. */
  readonly usage: Usage | undefined;
}

export interface Affordable {
  /** The request's field. */
  readonly field: string;
  /** 0 when not even one token of output would fit. */
  readonly tokens: number;
}

/** The prices of a call that is allowed: in credits and in USD, where the list has them. */
export type ListedPrice = Extract<CallPrice, { readonly status: 'priced' | 'unknown' }>;

/** @throws {Problem} `tool_not_allowed`, `price_too_high` */
export function listedPriceOf(
  priceList: ToolPriceList,
  allowance: Allowance,
  name: string,
): ListedPrice {
  const price = priceCall(priceList, allowance, name);
  switch (price.status) {
    case 'not_allowed':
      throw new Problem('tool_not_allowed');
    case 'too_high':
      throw new Problem('price_too_high', {
        message:
          `A tools caveat asks for ${formatMicros(price.micros)} credits a call, expected at most ` +
          `${formatMicros(MAX_UNBOUNDED_PRICE)}: the root account has no budget in credits.`,
      });
    default:
      return price;
  }
}

/**
 * A model call that is priced in credits alone: it costs the same whatever it asks and gets, and its
 * body passes as it is. USD are left out: what a model costs in USD, its tokens alone tell.
 * @throws {Problem} `price_unknown`
 */
export function planFlat(price: ListedPrice, body: Uint8Array | undefined): CallPlan {
  if (price.status === 'unknown') throw new Problem('price_unknown');
  const cost = { calls: MICROS_PER_UNIT, credits: price.micros };
  return planFixed(cost, body);
}

/**
 * A tool's call, in each unit in which the tool has a price. The ledger refuses it where a limit of
 * the path is in another one.
 * @throws {Problem} `price_unknown` without any price
 */
export function planTool(price: ListedPrice, body: Uint8Array | undefined): CallPlan {
  const { usdMicros: usd } = price;
  if (usd === undefined) return planFlat(price, body);
  const cost = { calls: MICROS_PER_UNIT, usd };
  return planFixed(price.status === 'priced' ? { ...cost, credits: price.micros } : cost, body);
}

/** A call that nobody bills: it counts as a call at the most (`counted-cost.ts`). */
export function planFree(body: Uint8Array | undefined): CallPlan {
  return planFixed({ calls: MICROS_PER_UNIT, credits: 0, usd: 0, tokens: 0 }, body);
}

export function planFixed(cost: Vector, body: Uint8Array | undefined): CallPlan {
  return {
    cost: { least: cost, most: cost, steps: 0 },
    body: () => body,
    usage: undefined,
    affordable: undefined,
    parts: undefined,
    writtenOutput: undefined,
    unknown: [],
  };
}
