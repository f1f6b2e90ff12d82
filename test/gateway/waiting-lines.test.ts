import { expect, it } from 'vitest';
import { WaitingLines } from '../../gateway/marks/waiting-lines.js';
import { fc, runs } from '../support/property.js';

/** Beside short ones, some longer than all the room that there is at first. */
const line = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  fc.constantFrom('x'.repeat(70_000), 'é'.repeat(40_000)),
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ add: line }) },
  fc.constantFrom('written' as const, 'failed' as const),
);

it('lines are written once each, in order, whatever could not be written at first', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const lines = new WaitingLines();
      let noted = '';
      let written = '';
      for (const one of steps) {
        if (typeof one === 'object') {
          lines.add(one.add);
          noted += one.add;
        } else {
          const taken = lines.take();
          expect(lines.isEmpty).toBe(true);
          if (one === 'written') written += taken.toString();
          else {
            lines.add('between');
            lines.putBack(taken);
            noted += 'between';
          }
        }
      }
      expect(written + lines.take().toString()).toBe(noted);
    }),
    { numRuns: runs(200) },
  );
});
