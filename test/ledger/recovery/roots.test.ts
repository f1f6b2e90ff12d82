import { describe, expect, it } from 'vitest';
import type {
  AcknowledgedOperation,
  JournalEntry,
  Standing,
} from '../../../src/ledger/contract.js';
import { RootEvidence } from '../../../src/ledger/recovery/evidence.js';
import { planRoot } from '../../../src/ledger/recovery/plan.js';
import type { StoredRoot } from '../../../src/ledger/recovery/steps.js';
import { neverCharged } from '../../../src/ledger/rules/counters.js';
import { CREDIT } from '../fixtures.js';
import {
  charge,
  charged,
  DAY_MS,
  ended,
  granted,
  head,
  heldEntry,
  leaf,
  NOW,
  noted,
  opens,
  plan,
  RETAIN,
  ROOT,
  root,
  stored,
} from './evidence.js';

describe('top-ups', () => {
  const ids = ['1', '2', '3'].map((digit) => digit.repeat(32));
  const by = (place: number) => ({
    ...({
      id: ids[place] ?? '',
      unit: 'credits',
      micros: (place + 1) * CREDIT,
      actor: 'me',
    } as const),
    ...({ kind: 'topped_up', account: root } as const),
  });
  const journaled = (place: number, sequence: number): JournalEntry => ({
    ...head(sequence, 1),
    ...by(place),
  });
  const has = (whole: number) => ({ ...neverCharged(root), toppedUp: { credits: whole * CREDIT } });
  const rows: [string, StoredRoot, JournalEntry[], AcknowledgedOperation[], string[]][] = [
    [
      'made later than all that is there',
      stored(9, {}, [has(1)]),
      [journaled(0, 8), journaled(1, 10)],
      [],
      [ids[1] ?? ''],
    ],
    [
      'noted alone, and missing',
      stored(9, {}, [has(1)]),
      [journaled(0, 8)],
      [by(2)],
      [ids[2] ?? ''],
    ],
    ['noted alone, and there', stored(9, {}, [has(4)]), [journaled(0, 8)], [by(2)], []],
    [
      'noted, and kept under its id',
      stored(9, {
        [`r1.main.${ROOT.rootId}.${ids[2]}`]: { state: 'finished', account: root, granted: {} },
      }),
      [],
      [by(2)],
      [],
    ],
    // Given back by a recovery, and numbered anew since.
    [
      'there, whatever its number',
      stored(9, {}, [has(3)]),
      [journaled(0, 8), journaled(1, 10)],
      [],
      [],
    ],
    [
      'the latest of those that may be missing',
      stored(9, {}, [has(3)]),
      [journaled(0, 10), journaled(1, 11), journaled(2, 12)],
      [],
      [ids[2] ?? ''],
    ],
  ];
  it.each(rows)('%s', (_, before, entries, operations, given) => {
    const { steps } = plan(before, entries, operations);
    expect(steps.map((step) => step.kind === 'topup' && step.id)).toEqual(given);
  });
});

describe('revoked macaroons', () => {
  const revoked = (digit: string, expiresAtMs = NOW + DAY_MS) => ({
    ...({ kind: 'macaroon_revoked', account: root, actor: 'me' } as const),
    ...{ fingerprint: digit.repeat(32), expiresAtMs },
  });
  const has = (...known: (readonly [string, number])[]): StoredRoot => ({
    ...stored(9),
    revocations: new Map(known.map(([digit, until]) => [digit.repeat(32), until])),
  });
  it('are revoked again where the store lost them, each once, for the longest, until they expire', () => {
    const journal = [{ ...head(12, 1), ...revoked('a') }];
    const noted = [
      revoked('a', NOW + 2 * DAY_MS),
      revoked('b'),
      revoked('c'),
      revoked('d', NOW),
      revoked('e', NOW + 2 * DAY_MS),
    ];
    const before = has(['c', NOW + DAY_MS], ['e', NOW + DAY_MS]);
    const steps = (from: StoredRoot | undefined) =>
      plan(from, [opens, ...journal], noted).steps.flatMap((step) =>
        step.kind === 'macaroon'
          ? [`${step.fingerprint[0]} ${(step.expiresAtMs - NOW) / DAY_MS}`]
          : [],
      );
    expect(steps(before)).toEqual(['a 2', 'b 1', 'e 2']);
    expect(steps(undefined)).toEqual(['a 2', 'b 1', 'c 1', 'e 2']);
  });
});

describe('standings', () => {
  const says = (
    kind: 'paused' | 'resumed' | 'revoked' | 'closed',
    sequence: number,
  ): JournalEntry => ({
    ...{ ...head(sequence, 1), kind, actor: 'me' },
  });
  const is = (standing: Standing) => stored(9, {}, [{ ...neverCharged(leaf), standing }]);
  const rows: [string, StoredRoot, JournalEntry[], string[]][] = [
    ['paused since', is('open'), [says('paused', 10)], ['paused']],
    ['paused before, and resumed by what the store has', is('open'), [says('paused', 9)], []],
    ['resumed since', is('paused'), [says('resumed', 10)], ['open']],
    ['resumed before, and paused by what the store has', is('paused'), [says('resumed', 9)], []],
    [
      'revoked, whatever its number',
      is('open'),
      [says('revoked', 3), says('paused', 12)],
      ['revoked'],
    ],
    ['closed is final', is('closed'), [says('revoked', 10)], []],
    ['closed since, and paused before', is('paused'), [says('closed', 10)], ['closed']],
  ];
  it.each(rows)('%s', (_, before, entries, given) => {
    const { steps } = plan(before, entries);
    expect(steps.map((step) => step.kind === 'standing' && step.standing)).toEqual(given);
  });
});

describe('a root that the store does not have', () => {
  it('is opened again, numbered after all that is known of it', () => {
    expect(plan(undefined, [opens, heldEntry(7, 9), ended('settled', 8, 8)])).toMatchObject({
      opens: { genesis: ROOT },
      after: 8,
      steps: charge(charged, false),
    });
    const evidence = new RootEvidence();
    evidence.addEntry(opens);
    evidence.addMark({ sequence: 12, nonce: '0' });
    const times = { nowMs: NOW, retainMs: RETAIN };
    expect(planRoot(root, undefined, evidence, times).after).toBe(12);
  });
  it('has all of its history charged, however old', () => {
    const entries = [opens, heldEntry(1, 90 * DAY_MS), ended('settled', 2, 90 * DAY_MS)];
    expect(plan(undefined, entries).steps).toEqual(charge(charged, false));
  });
  it('says so where its spending is known from notes alone', () => {
    const result = plan(undefined, [], [{ kind: 'opened', genesis: ROOT }, noted]);
    expect(result).toMatchObject({
      opens: { genesis: ROOT },
      after: -1,
      steps: charge(granted, true),
    });
    expect(result.problem).toContain('its journal was not found');
  });
  it('stays unknown where nobody knows how it was minted', () => {
    const known = plan(undefined, [heldEntry(7, 9)]);
    expect(known).toMatchObject({ opens: undefined, steps: [] });
    expect(known.problem).toContain('its journal begins after it was minted');
    expect(plan(undefined, [], [noted])).toMatchObject({ opens: undefined, steps: [] });
  });
});
