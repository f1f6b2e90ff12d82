import { isMicros } from '../../src/money/micros.js';
import type { Micros } from '../../src/money/units.js';
import { parseExactJson } from '../../src/text/exact-json.js';
import { type Fields, MalformedUsage, readFieldsOr } from './counts.js';

/**
 * Where providers say what a call cost, in USD:
 * - `cost`: OpenRouter ("Usage accounting"); a map with `total_cost` at Perplexity ("UsageInfo");
 * - `estimated_cost`: DeepInfra;
 * - `cost_in_usd_ticks`: xAI ("Cost tracking"), of which 10^10 are a dollar.
 */
const DOLLARS = ['cost', 'total_cost', 'estimated_cost'] as const;
const TICKS = 'cost_in_usd_ticks';
const NAMES = [...DOLLARS, TICKS];

/** Powers of ten from the figure to micro-dollars. */
const OF_DOLLARS = 6;
const OF_TICKS = -4;

/**
 * What a usage says that the call cost, in micro-dollars, rounded up; the highest, if it says several.
 * Read from the digits that were sent, so that nothing is lost on the way.
 * @param text the very JSON of the usage
 * @throws {MalformedUsage} for more than any budget holds
 */
export function readStatedUsd(usage: Fields, text: string | undefined): Micros | undefined {
  if (text === undefined || !NAMES.some((name) => Object.hasOwn(usage, name))) return undefined;
  const exact = parseExactJson(text) as Fields;
  const stated = DOLLARS.map((name) => toMicros(dollarsIn(exact[name]), OF_DOLLARS));
  stated.push(toMicros(exact[TICKS], OF_TICKS));
  const known = stated.filter((micros) => micros !== undefined);
  if (known.length === 0) return undefined;
  return checked(Math.max(...known) + ownKeysShare(exact));
}

function dollarsIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as Fields)['total_cost'] : value;
}

/**
 * With a key of the customer's own, `cost` is OpenRouter's fee alone, and the provider behind it bills
 * `cost_details.upstream_inference_cost` besides.
 */
function ownKeysShare(exact: Fields): Micros {
  if (exact['is_byok'] !== true) return 0;
  const details = readFieldsOr(exact['cost_details'], 'cost_details');
  return toMicros(details['upstream_inference_cost'], OF_DOLLARS) ?? 0;
}

function checked(micros: number): Micros {
  if (isMicros(micros)) return micros;
  throw new MalformedUsage('the cost is more than any budget holds');
}

const DECIMAL = /^(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Undefined for what is no number, or a negative one. */
function toMicros(digits: unknown, power: number): Micros | undefined {
  const [, whole, fraction = '', exponent = '0'] =
    typeof digits === 'string' ? (DECIMAL.exec(digits) ?? []) : [];
  if (whole === undefined) return undefined;
  const all = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + power;
  if (all === 0n) return 0;
  // 10^30 micro-dollars or more, whatever the digits are.
  if (shift > 30) return checked(Number.POSITIVE_INFINITY);
  if (shift >= 0) return checked(Number(all * 10n ** BigInt(shift)));
  const unit = 10n ** BigInt(-shift);
  return checked(Number((all + unit - 1n) / unit));
}
