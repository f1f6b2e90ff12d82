import type { Window } from '../../../../src/money/units.js';
import { limit, price } from '../../fixtures.js';
import { START_MS, type Step } from '../../sequences.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';
import { walk } from '../walk.js';
import { balance, down, later, open, reserve, settle, sweep, topUp, windowed } from './steps.js';

const ALL: readonly Window[] = ['minute', 'hour', 'day', 'week', 'month'];
const FAR = 2 ** 53 - 1;
const DAY_MS = 86_400_000;
const CAPS = { maxAccountsPerRoot: 99, maxHoldsPerRoot: 999 };

/** Each window of the calendar at these moments, and a millisecond before. */
function calendar(moments: readonly number[]): Step[] {
  const limits = ALL.map((window) => windowed(1_000_000, window));
  const its = down(['a'], [[], limits]);
  const steps: Step[] = [open({ limits: [], expiresAtMs: FAR })];
  let now = moments[0] ?? 0;
  for (const [i, moment] of moments.entries()) {
    steps.push(
      later(moment - now),
      reserve(i % 200, { path: its, expiresAtMs: FAR, ttlMs: 1_000 }),
    );
    steps.push(settle(i % 200), balance('a'));
    now = moment;
    if (i % 100 === 99) {
      steps.push(later(100_000), sweep);
      now += 100_000;
    }
  }
  return steps;
}

/** The ends of months, in years with a 29th of February and without, up to 400 years on. */
const MONTHS: readonly number[] = [
  1970, 1999, 2000, 2001, 2027, 2028, 2100, 2399, 2400, 2401,
].flatMap((year) =>
  (year === 2027 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [1, 2, 3, 12]).flatMap((month) => {
    const first = Date.UTC(year, month, 1);
    return [first - DAY_MS, first - 1, first, first + 1];
  }),
);

/** The last days before the calendar's 400 years begin anew. */
const DAYS: readonly number[] = [25, 26, 27, 28, 29].map((day) => Date.UTC(2000, 1, day, 12));

/** From the first Monday on: no window begins before 1970. */
const WEEKS: readonly number[] = [5, 6, 11, 12, 13, 19].flatMap((day) => {
  const first = Date.UTC(1970, 0, day);
  return day === 5 ? [first] : [first - 1, first];
});

const crossing = (byMs: number, window: Window): Step[] => {
  const its = down(['a'], [[windowed(7, window)], [windowed(5, window)]]);
  return [
    open({ limits: [limit(20), windowed(8, window)] }),
    reserve(1, { path: down(['a']), cost: price(2) }),
    reserve(2, { path: its, cost: price(2) }),
    reserve(3, { path: its, cost: price(2) }),
    later(byMs),
    balance('a'),
    reserve(4, { path: its, cost: price(2) }),
    settle(1, { credits: 1 }),
    settle(2, { credits: 1 }),
    reserve(5, { path: its, cost: price(2) }),
    settle(4, { credits: 5_000_000 }),
    reserve(6, { path: its, cost: price(1) }),
    later(90_000),
    sweep,
    settle(3, { credits: 1 }),
    settle(5, { credits: 1 }),
    balance('a'),
  ];
};

/** The first moments at which a window of each kind begins, after the histories' start. */
const NEXT_MS = 1_500;

const tracked: Step[] = [
  open({ limits: [limit(90), windowed(80, 'hour'), windowed(30, 'day', 'calls')] }),
  reserve(1, { path: down(['a']) }),
  reserve(2, { path: down(['a'], [[windowed(50, 'minute')], [windowed(9, 'day', 'calls')]]) }),
  reserve(3, {
    path: down(
      ['a'],
      [[], [windowed(9, 'week'), windowed(9, 'day'), windowed(9, 'minute', 'calls')]],
    ),
  }),
  reserve(7, {
    path: down(['a'], [[], [windowed(9, 'day', 'usd')]]),
    cost: price(1, { usd: 3 }),
  }),
  reserve(8, { path: down(['a']) }),
  settle(7, { usd: 1 }),
  settle(1, { credits: 0 }),
  topUp('a'.repeat(32), 2_000_000, { holders: ['a'] }),
  reserve(4, { path: down(['a'], [[], [windowed(1, 'day'), limit(50)]]), cost: price(2) }),
  reserve(5, { path: down(['a'], [[], [windowed(3, 'day'), windowed(4, 'day')]]), cost: price(2) }),
  later(NEXT_MS),
  reserve(6, { path: down(['a']), cost: price(1) }),
  settle(2, { credits: 4_000_000 }),
  settle(3),
  balance('a'),
];

const rows: readonly (readonly [string, readonly Step[], number?])[] = [
  ...ALL.flatMap((window) =>
    [-1, 0, 1].map((off): [string, Step[]] => [
      `a ${window} that ends, ${off} ms after it`,
      crossing(NEXT_MS + off, window),
    ]),
  ),
  ['windows that begin one by one', tracked],
  ['the ends of months', calendar(MONTHS), Date.UTC(1970, 1, 1) - DAY_MS],
  ['the days around a leap day', calendar(DAYS), Date.UTC(2000, 1, 25, 12)],
  ['the first weeks', calendar(WEEKS), Date.UTC(1970, 0, 5)],
];

export const windows: readonly Case[] = rows.map(([name, steps, startMs = START_MS]) => ({
  name,
  run: (store: LuaStore) => walk(store, steps, { startMs, caps: CAPS }),
}));
