import { describe, expect, it } from 'vitest';
import { FairTurns } from '../../../gateway/body-threads/fair-turns.js';
import { fc } from '../../support/property.js';
import { path } from './support.js';

function order(arrivals: readonly (readonly string[])[]): string[] {
  const turns = new FairTurns<string>();
  for (const one of arrivals) turns.add(path(...one), one.join('/'));
  return arrivals.map(() => turns.take() ?? 'none');
}

const times = (count: number, ...accounts: string[]) =>
  Array.from({ length: count }, () => accounts);

describe('turns', () => {
  it('go round the roots, however many wait at one', () => {
    expect(order([...times(3, 'a'), ...times(2, 'b')])).toEqual(['a', 'b', 'a', 'b', 'a']);
  });
  it('go round the children of one root, and itself', () => {
    const arrivals = [...times(3, 'r', 'a'), ...times(2, 'r', 'b'), ...times(1, 'r')];
    expect(order(arrivals)).toEqual(['r/a', 'r/b', 'r', 'r/a', 'r/b', 'r/a']);
  });
  it('give who has many accounts below it no more than who has none', () => {
    const many = Array.from({ length: 9 }, (_, i) => ['r', 'a', `a${i}`]);
    expect(order([...many, ['r', 'b'], ['r', 'b']]).slice(0, 4)).toEqual([
      ...['r/a/a0', 'r/b', 'r/a/a1', 'r/b'],
    ]);
  });

  const account = fc.constantFrom('a', 'b', 'c');
  it('come to each that waits, in the order of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.array(account, { minLength: 1, maxLength: 3 })), (arrivals) => {
        const turns = new FairTurns<number>();
        for (const [place, one] of arrivals.entries()) turns.add(path(...one), place);
        const taken = arrivals.map(() => turns.take() ?? -1);
        expect(taken.toSorted((a, b) => a - b)).toEqual([...arrivals.keys()]);
        expect(turns.take()).toBeUndefined();
        for (const whose of new Set(arrivals.map((one) => one.join('/')))) {
          const own = taken.filter((place) => arrivals[place]?.join('/') === whose);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
