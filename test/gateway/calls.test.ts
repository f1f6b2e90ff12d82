import { describe, expect, it } from 'vitest';
import { type CallRecord, createCallLog } from '../../gateway/calls.js';
import { fc, runs } from '../support/property.js';

function recordOf(id: string): CallRecord {
  return {
    id,
    account: 'a',
    name: 'm',
    route: 'chat',
    state: 'open',
    held: {},
    cost: undefined,
    usage: undefined,
    reading: undefined,
  };
}

/** Many end alike, some in what is no number, and some are shorter than what is looked at. */
const id = fc
  .tuple(
    fc.constantFrom('r1.main.', 'r1.other.'),
    fc.nat(99),
    fc.constantFrom('0000000a', '0', 'x'),
  )
  .map(([start, middle, end]) => `${start}${middle}${end}`);

describe('the log of calls', () => {
  it('finds the last ones, each as itself, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.integer({ min: 1, max: 12 }), (ids, remembered) => {
        const log = createCallLog(remembered);
        const records = ids.map(recordOf);
        for (const record of records) log.note(record);
        const known = records.slice(-remembered);
        for (const record of records) {
          expect(log.find(record.id)).toBe(known.includes(record) ? record : undefined);
        }
        for (const unknown of ['', 'x', '0', 'r1.main.1000000000a']) {
          expect(log.find(unknown)).toBeUndefined();
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
