import { parseAmount } from '../money/amount.js';
import { formatMicros } from '../money/micros.js';
import { UNITS, type Unit } from '../money/units.js';

/**
 * Whole units, as decimal text: `'0.25'`. A number is taken where it is whole: one with decimals is
 * a float, and has rounded what was meant already.
 */
export type WrittenAmount = string | number;

/** Amounts to hold or to charge. */
export type WrittenAmounts = { readonly [U in Unit]?: WrittenAmount };

/** Amounts as the gateway says them, in whole units, as decimal text with no trailing zeros. */
export type Amounts = { readonly [U in Unit]?: string };

/**
 * The amounts as a request carries them: as text, and only those that are given.
 * @throws {TypeError} for a number with decimals, and {@link AmountError} for what is no amount.
 */
export function writeAmounts(amounts: WrittenAmounts): Amounts {
  const written: { [U in Unit]?: string } = {};
  for (const unit of UNITS) {
    const amount = amounts[unit];
    if (amount === undefined) continue;
    if (typeof amount === 'number' && !Number.isSafeInteger(amount)) {
      throw new TypeError(`${unit}: found ${amount}, expected a whole number or decimal text`);
    }
    written[unit] = formatMicros(parseAmount(String(amount), unit));
  }
  return written;
}

/**
 * Amounts out of an answer, in which numbers are still text. A unit that this version does not know
 * is left out.
 * @throws {AmountError}
 */
export function readAmounts(value: unknown): Amounts {
  const read: { [U in Unit]?: string } = {};
  if (typeof value !== 'object' || value === null) return read;
  for (const unit of UNITS) {
    const amount = (value as Readonly<Record<string, unknown>>)[unit];
    if (amount !== undefined) read[unit] = formatMicros(parseAmount(String(amount)));
  }
  return read;
}
