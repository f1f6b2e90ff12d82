import { describe, expect, it } from 'vitest';
import { readRedoText, redoText } from '../../src/ledger/sqlite/redo-text.js';
import { fc, runs } from '../support/property.js';

const amount = fc.nat(Number.MAX_SAFE_INTEGER);
/** JSON of what anybody may have written in a tag or a label. */
const json = fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text }));
const holdCells = fc.tuple(fc.constantFrom(0, 1), amount, json);
const records = fc.record({
  roots: fc.array(fc.tuple(fc.string(), fc.tuple(amount, amount, amount, amount))),
  accounts: fc.array(fc.tuple(fc.string(), fc.array(fc.oneof(amount, json), { minLength: 1 }))),
  holds: fc.array(fc.tuple(fc.string(), holdCells)),
});

describe('records in a row of the redo log', () => {
  it('are read as they were written, whatever fills up the row', () => {
    fc.assert(
      fc.property(records, fc.nat(99), (written, spaces) => {
        expect(readRedoText(redoText(written) + ' '.repeat(spaces))).toEqual(written);
      }),
      { numRuns: runs(300) },
    );
  });

  it('are refused when a part is missing', () => {
    const text = redoText({ roots: [], accounts: [], holds: [['r', [1, 2, '{}']]] });
    expect(() => readRedoText(text.slice(0, -1))).toThrow('redo: found 0 holds, expected 1');
    expect(() => readRedoText(text.slice(0, 9))).toThrow(SyntaxError);
  });
});
