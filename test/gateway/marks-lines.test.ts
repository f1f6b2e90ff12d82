import { describe, expect, it } from 'vitest';
import {
  epochLine,
  markLine,
  operationLine,
  readLines,
  tenantOf,
} from '../../gateway/marks/lines.js';
import type { AcknowledgedOperation } from '../../src/ledger/contract.js';
import { UNITS, WINDOWS } from '../../src/money/units.js';
import { fc } from '../support/property.js';

const tenant = fc.string({ unit: fc.constantFrom(...'az09-'), minLength: 1, maxLength: 32 });
const whole = fc.maxSafeNat();
const text = fc.string({ unit: 'binary', maxLength: 12 });
const vector = fc.record(
  { credits: whole, usd: whole, tokens: whole, calls: whole },
  { requiredKeys: [], noNullPrototype: true },
);
const windows = fc.array(
  fc.record(
    {
      account: fc.constant('a/b'),
      unit: fc.constantFrom(...UNITS),
      window: fc.constantFrom(...WINDOWS.filter((window) => window !== 'life')),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 2 },
);

/** One of every kind, of one tenant. */
function operations(its: string): fc.Arbitrary<AcknowledgedOperation[]> {
  const account = `${its}/${'a'.repeat(32)}/child`;
  const reservation = `r1.${its}.${'a'.repeat(32)}.${'b'.repeat(32)}`;
  const held = { kind: 'held' as const, reservation, account };
  const made = fc.record({ granted: vector, charged: vector, timeMs: whole, windows, actor: text });
  return made.map(({ granted, charged, timeMs, windows: some, actor }) => [
    { ...held, granted, timeMs },
    { ...held, granted, timeMs, windows: some },
    { kind: 'settled', reservation, charged },
    { kind: 'released', reservation },
    { kind: 'pause', account, actor },
    { kind: 'topped_up', account, id: 'c'.repeat(32), unit: 'usd', micros: 1, actor },
    {
      kind: 'opened',
      genesis: {
        ...{ tenant: its, rootId: 'a'.repeat(32), kid: 'k1', holder: 'x', limits: [] },
        ...{ expiresAtMs: timeMs, labels: { team: actor } },
      },
    },
  ]);
}

describe('a line of marks', () => {
  it('says the whole operation, of its tenant', () => {
    const any = tenant.chain((its) => fc.tuple(fc.constant(its), operations(its)));
    fc.assert(
      fc.property(any, ([its, some]) => {
        const read = [...readLines(some.map(operationLine).join(''), 'file')];
        expect(read).toEqual(some.map((operation) => ({ line: 'operation', operation })));
        expect(some.map(tenantOf)).toEqual(some.map(() => its));
      }),
    );
  });

  it('says a mark, or an epoch', () => {
    const mark = { sequence: 7, nonce: '0123456789abcdef' };
    const lines = epochLine('main', 3) + markLine('main/a', mark);
    expect([...readLines(lines, 'file')]).toEqual([
      { line: 'epoch', tenant: 'main', epoch: 3 },
      { line: 'mark', root: 'main/a', mark },
    ]);
  });
});
