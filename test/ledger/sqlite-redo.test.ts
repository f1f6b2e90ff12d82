import { describe, expect, it } from 'vitest';
import { readRedoText, redoText } from '../../src/ledger/sqlite/redo-text.js';
import { fc, runs } from '../support/property.js';

const amount = fc.nat(Number.MAX_SAFE_INTEGER);
/** JSON of what anybody may have written in a label. */
const json = fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text }));
const records = fc.record({
  roots: fc.array(fc.tuple(fc.string(), fc.tuple(amount, amount))),
  accounts: fc.array(fc.tuple(fc.string(), fc.array(fc.oneof(amount, json), { minLength: 1 }))),
});
/** Spaces to fill a page; or what version 5 wrote there. */
const behind = fc.oneof(
  fc.nat(99).map((spaces) => ' '.repeat(spaces)),
  json.map((hold) => `\n${hold}\n   `),
);

describe('records in a row of the redo log', () => {
  it('are read as they were written, whatever stands behind them', () => {
    fc.assert(
      fc.property(records, behind, (written, rest) => {
        expect(readRedoText(redoText(written) + rest)).toEqual(written);
      }),
      { numRuns: runs(300) },
    );
  });

  it('are refused when a part is missing', () => {
    const text = redoText({ roots: [], accounts: [] });
    expect(() => readRedoText(text.slice(0, -1))).toThrow(SyntaxError);
  });
});
