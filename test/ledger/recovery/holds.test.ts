import { describe, expect, it } from 'vitest';
import type { AcknowledgedOperation, JournalEntry } from '../../../src/ledger/contract.js';
import type { StoredHold } from '../../../src/ledger/recovery/steps.js';
import { CREDIT } from '../fixtures.js';
import {
  charge,
  charged,
  DAY_MS,
  ended,
  granted,
  heldEntry,
  here,
  leaf,
  NOW,
  noted,
  plan,
  RETAIN,
  ROOT,
  reservation,
  root,
  stored,
} from './evidence.js';

describe('a hold that the store does not have', () => {
  const rows: [string, JournalEntry[], AcknowledgedOperation[], unknown][] = [
    [
      'was forgotten: over for longer than it is kept',
      [heldEntry(3, DAY_MS), ended('settled', 4, RETAIN)],
      [],
      [],
    ],
    [
      'is lost: it would still be kept',
      [heldEntry(3, DAY_MS), ended('settled', 4, RETAIN - 1)],
      [],
      charge(charged, false),
    ],
    [
      'is lost: it was made later than all that is there',
      [heldEntry(10, DAY_MS), ended('settled', 11, DAY_MS)],
      [],
      charge(charged, false),
    ],
    [
      'is lost: it ended later than all that is there',
      [heldEntry(3, DAY_MS), ended('settled', 10, DAY_MS)],
      [],
      charge(charged, false),
    ],
    [
      'is lost: a recovery gave it back, and that was lost',
      [
        heldEntry(3, DAY_MS),
        ended('settled', 4, DAY_MS),
        heldEntry(10, DAY_MS),
        ended('settled', 11, DAY_MS),
      ],
      [],
      charge(charged, false),
    ],
    ['was forgotten: no hold lives that long', [heldEntry(3, DAY_MS + RETAIN)], [], []],
    [
      'is lost: it may have been open until now',
      [heldEntry(3, DAY_MS + RETAIN - 1)],
      [],
      charge(granted, true),
    ],
    ['is lost, by what a gateway noted alone', [], [noted], charge(granted, true)],
    ['was released', [heldEntry(10, 9), ended('released', 11, 8)], [], []],
    [
      'was released, by what a gateway noted',
      [heldEntry(10, 9)],
      [{ kind: 'released', reservation }],
      [],
    ],
    [
      'was presumed spent',
      [heldEntry(10, 9), ended('presumed_spent', 11, 8)],
      [],
      charge(granted, true),
    ],
    [
      'was corrected',
      [heldEntry(10, 9), ended('presumed_spent', 11, 8), ended('corrected', 12, 7)],
      [],
      charge(charged, false),
    ],
    [
      'was settled, by what a gateway noted',
      [heldEntry(10, 9)],
      [{ kind: 'settled', reservation, charged }],
      charge(charged, false),
    ],
  ];
  it.each(rows)('%s', (_, entries, operations, steps) => {
    const result = plan(stored(9), entries, operations);
    expect(result.steps).toEqual(steps);
    const [first] = result.steps;
    const spentMore =
      first?.kind === 'charge' ? { spentMore: first.cost, holdsEnded: 0 } : undefined;
    expect(result.changes.get(leaf)).toEqual(spentMore);
    expect(result.changes.get(root)).toEqual(spentMore);
  });

  it('is charged to the root where its end alone is known, in the windows that there are', () => {
    const window = { account: root, unit: 'credits', window: 'month' } as const;
    const other = `r1.main.${ROOT.rootId}.${'c'.repeat(32)}`;
    const timeMs = NOW - 31 * DAY_MS;
    const tracks: AcknowledgedOperation = {
      ...noted,
      reservation: other,
      timeMs,
      windows: [window],
    };
    const { steps } = plan(stored(9), [], [{ kind: 'settled', reservation, charged }, tracks]);
    // What was made in an earlier month counts in none that is now; and it comes first.
    expect(steps).toMatchObject([
      { kind: 'charge', reservation: other, account: leaf, presumed: true, windows: [] },
      { reservation, account: root, cost: charged, presumed: false, windows: [window] },
    ]);
  });
});

describe('a hold that the store has', () => {
  const rows: [string, StoredHold['state'], JournalEntry[], object[], object][] = [
    [
      'open, and settled',
      'open',
      [ended('settled', 12, 1)],
      [{ kind: 'settle', reservation, cost: charged }],
      { spentMore: charged, holdsEnded: 1 },
    ],
    [
      'open, and released',
      'open',
      [ended('released', 12, 1)],
      [{ kind: 'release', reservation }],
      { spentMore: {}, holdsEnded: 1 },
    ],
    [
      'open, and nothing is known of its end',
      'open',
      [],
      [{ kind: 'presume', reservation }],
      { spentMore: granted, holdsEnded: 1 },
    ],
    [
      'open, and made by what is known',
      'open',
      [heldEntry(2, 1)],
      [{ kind: 'presume', reservation }],
      { spentMore: granted, holdsEnded: 1 },
    ],
    [
      'presumed spent, and corrected',
      'presumed_spent',
      [ended('corrected', 12, 1)],
      [{ kind: 'settle', reservation, cost: charged }],
      { spentMore: { credits: -2 * CREDIT }, holdsEnded: 0 },
    ],
  ];
  it.each(rows)('%s', (_, state, entries, steps, change) => {
    const result = plan(stored(9, here(state)), entries);
    expect(result.steps).toEqual(steps);
    expect([...result.changes]).toEqual([
      [root, change],
      [leaf, change],
    ]);
  });
  it.each(['presumed_spent', 'finished'] as const)('%s, and released: it stays so', (state) => {
    const result = plan(stored(9, here(state)), [heldEntry(10, 2), ended('released', 12, 1)]);
    expect(result).toMatchObject({ steps: [], changes: new Map() });
  });
});
