import { describe, expect, it } from 'vitest';
import { Amount, toApiJson } from '../../gateway/api/json.js';
import { parseAmount } from '../../src/money/amount.js';
import { parseExactJson } from '../../src/text/exact-json.js';
import { fc } from '../support/property.js';

describe('parseExactJson', () => {
  it('law: an amount that the gateway writes is read to the last micro-unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.string(),
        (micros, text) => {
          const read = parseExactJson(toApiJson({ text, amount: new Amount(micros) }));
          expect(read).toEqual({ text, amount: expect.any(String) });
          expect(parseAmount((read as { amount: string }).amount)).toBe(micros);
        },
      ),
    );
  });

  it('leaves digits inside texts and names alone', () => {
    expect(parseExactJson('{"a1":"2 \\"3\\"","b":[4,-5.5,1e3,true,null]}')).toEqual({
      a1: '2 "3"',
      b: ['4', '-5.5', '1e3', true, null],
    });
  });

  it('throws for what is no JSON', () => {
    expect(() => parseExactJson('<html>')).toThrow(SyntaxError);
  });
});
