import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFindOperator, mainOperatorKey } from '../../../gateway/operator/keys.js';

const KEY = 'Zk3q-9vTn2_xR7mWc4LbYh8sJd6PfGu1';

describe('the check of the operator key', () => {
  const find = createFindOperator([mainOperatorKey(KEY)]);
  const isOperatorKey = (presented: string) => find(presented) !== undefined;

  it('lets the key pass, any number of times', () => {
    expect(isOperatorKey(KEY)).toBe(true);
    expect(isOperatorKey(KEY)).toBe(true);
  });

  it.each(['', KEY.slice(0, -1), `${KEY}x`, ` ${KEY}`, `${KEY}\n`, KEY.toLowerCase()])(
    'refuses %j',
    (presented) => {
      expect(isOperatorKey(presented)).toBe(false);
    },
  );

  it('lets nothing but the key pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (presented) => {
        expect(isOperatorKey(presented)).toBe(presented === KEY);
      }),
    );
  });
});
