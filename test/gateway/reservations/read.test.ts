import { describe, expect, it } from 'vitest';
import { readReserveBody, readSettleBody } from '../../../gateway/reservations/read.js';
import { formatMicros } from '../../../src/money/micros.js';
import { fc } from '../../support/property.js';

const micros = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** Amounts whose last digit no double has room for. */
const large = fc.integer({ min: 0, max: 1_000_000 }).map((less) => Number.MAX_SAFE_INTEGER - less);

describe('an amount in a body', () => {
  it('law: is read to the last micro-unit, as text and as a number', () => {
    fc.assert(
      fc.property(fc.oneof(micros, large), fc.boolean(), (amount, quoted) => {
        const written = quoted ? `"${formatMicros(amount)}"` : formatMicros(amount);
        const body = Buffer.from(`{"tool":"a","credits":${written},"usd":${written}}`);
        expect(readReserveBody(body).asked).toEqual({ credits: amount, usd: amount });
      }),
    );
  });

  it('law: that is anything else is refused, by its name', () => {
    const plain = /^(0|[1-9]\d{0,9})(\.\d{1,6})?$/;
    const odd = fc
      .oneof(
        fc.string({ unit: 'binary' }),
        fc.double().map(String),
        fc.stringMatching(/^-?\d{0,12}\.?\d{0,9}(e[+-]?\d)?$/),
      )
      .filter((text) => !plain.test(text));
    fc.assert(
      fc.property(odd, fc.constantFrom('credits', 'usd'), (text, unit) => {
        expect(() => readSettleBody(Buffer.from(JSON.stringify({ [unit]: text })))).toThrow(unit);
      }),
    );
  });

  it('law: never widens what else a body says', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const known = new Set(['credits', 'usd', 'tokens', 'calls']);
        const value: unknown = JSON.parse(text);
        const isCost =
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          Object.keys(value).every((key) => known.has(key));
        if (!isCost) expect(() => readSettleBody(Buffer.from(text))).toThrow();
      }),
    );
  });
});
