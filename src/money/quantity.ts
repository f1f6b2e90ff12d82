import { AmountError, parseAmount } from './amount.js';
import { isUnit, type Micros, type Unit } from './units.js';

const WRITTEN = /^([^ /a-z]+) ?([a-z]+)?$/;

/**
 * An amount with its unit, as people write it: `500` (credits), `5usd`, `500 credits`.
 * @throws {AmountError} for any other text, a window among them.
 */
export function parseQuantity(text: string): { readonly unit: Unit; readonly micros: Micros } {
  const [whole, amount = '', unit = 'credits'] = WRITTEN.exec(text) ?? [];
  if (whole === undefined || !isUnit(unit)) {
    throw new AmountError(
      `amount ${JSON.stringify(text)}: expected one such as 500credits or 5usd, without a window; ` +
        'units are credits, usd, tokens, calls',
    );
  }
  return { unit, micros: parseAmount(amount, unit) };
}
