import { MICROS_PER_UNIT, type Micros } from './units.js';

/** Whether `value` is a whole number of micro-units that every engine can add up exactly. */
export function isMicros(value: unknown): value is Micros {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * The sum of two amounts.
 * @throws {RangeError} when it would reach 2^53, where doubles stop counting exactly.
 */
export function addMicros(a: Micros, b: Micros): Micros {
  const sum = a + b;
  if (!isMicros(a) || !isMicros(b) || !isMicros(sum)) {
    throw new RangeError(
      `expected two amounts with a sum below 2^53 micro-units, found ${a} + ${b}`,
    );
  }
  return sum;
}

/** Whole units from micro-units, as decimal text with no trailing zeros: `15`, `0.000001`, `5.5`. */
export function formatMicros(amount: Micros): string {
  const whole = Math.floor(amount / MICROS_PER_UNIT);
  const fraction = amount % MICROS_PER_UNIT;
  if (fraction === 0) return String(whole);
  return `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}
