import { describe, expect, it } from 'vitest';
import { Waiting } from '../../src/ledger/sqlite/waiting.js';
import { fc, runs } from '../support/property.js';

describe('what waits for an answer', () => {
  it('is found, taken and in order as in a map of its numbers', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ kind: 'add' as const }) },
      { weight: 3, arbitrary: fc.nat(200).map((back) => ({ kind: 'take' as const, back })) },
      { weight: 1, arbitrary: fc.constant({ kind: 'takeOldest' as const }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const waiting = new Waiting<{ readonly of: number }>();
        const model = new Map<number, { readonly of: number }>();
        let given = 0;
        for (const its of steps) {
          if (its.kind === 'add') {
            const item = { of: given };
            expect(waiting.add(item)).toBe(given);
            model.set(given, item);
            given += 1;
          } else if (its.kind === 'take') {
            const number = given - its.back;
            expect(waiting.get(number)).toBe(model.get(number));
            expect(waiting.take(number)).toBe(model.get(number));
            model.delete(number);
          } else {
            const [first] = model.keys();
            expect(waiting.takeOldest()).toBe(first === undefined ? undefined : model.get(first));
            if (first !== undefined) model.delete(first);
          }
          const [oldest] = model.values();
          expect(waiting.oldest()).toBe(oldest);
          expect(waiting.isEmpty).toBe(model.size === 0);
        }
        for (let number = -1; number <= given; number += 1) {
          expect(waiting.get(number)).toBe(model.get(number));
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('finds no number that was not given yet where another has its place', () => {
    const waiting = new Waiting<object>();
    const item = {};
    waiting.add(item);
    expect([waiting.get(64), waiting.take(64), waiting.get(-64)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(waiting.take(0)).toBe(item);
  });
});
