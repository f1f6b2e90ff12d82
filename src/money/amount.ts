import { isMicros } from './micros.js';
import { MICROS_PER_UNIT, type Micros, type Unit } from './units.js';

/** AMOUNT of DESIGN §2: no sign, no exponent, no leading zero, at most six decimals. */
const AMOUNT = /^(0|[1-9]\d{0,9})(?:\.(\d{1,6}))?$/;

const EXPECTED =
  'a plain decimal such as 1000 or 0.25: digits without sign, exponent or leading zeros, ' +
  'at most six decimals, below 9007199254.740992';

/** The text is no amount. The message shows what was found and what was expected. */
export class AmountError extends Error {
  override readonly name = 'AmountError';
}

/**
 * Whole units written as decimal text, to micro-units.
 * @param unit when given, `tokens` and `calls` are refused with decimals.
 * @throws {AmountError}
 */
export function parseAmount(text: string, unit?: Unit): Micros {
  const match = AMOUNT.exec(text);
  if (match === null) throw new AmountError(`amount ${JSON.stringify(text)}: expected ${EXPECTED}`);
  const [, whole = '', fraction = ''] = match;
  if (fraction !== '' && (unit === 'tokens' || unit === 'calls')) {
    throw new AmountError(
      `amount ${JSON.stringify(text)}: expected a whole number, since ${unit} can't be divided`,
    );
  }
  const micros = Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(6, '0'));
  if (!isMicros(micros)) {
    throw new AmountError(`amount ${JSON.stringify(text)}: expected ${EXPECTED}`);
  }
  return micros;
}
