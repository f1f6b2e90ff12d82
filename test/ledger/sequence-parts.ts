import fc from 'fast-check';
import type { AccountLimits, By, Genesis, ReserveRequest } from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';
import { type Limit, UNITS, type Vector } from '../../src/money/units.js';
import { CREDIT, path, rootOf } from './fixtures.js';

/**
 * A second and a half before a minute, an hour, a day, a week and a month begin, all at once: the
 * first of February 2027 is a Monday.
 */
export const START_MS = Date.UTC(2027, 0, 31, 23, 59, 58, 500);
const DAYS_MS = 86_400_000;

export const ROOTS: readonly Genesis[] = [
  ['main', '0', 20, 40 * DAYS_MS],
  ['main', '1', 2 ** 32, 40_000],
  ['acme', '2', 6, 10 * DAYS_MS],
].map(([tenant, digit, credits, lifeMs]) => ({
  tenant: String(tenant),
  rootId: String(digit).repeat(32),
  kid: 'k1',
  holder: 'operator',
  limits: [
    { unit: 'credits', window: 'life', limitMicros: Number(credits) * CREDIT, carved: false },
  ],
  expiresAtMs: START_MS + Number(lifeMs),
  labels: { digit: String(digit) },
}));

/** One of them far more often, so that much happens in one tree. */
export const root = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ROOTS.slice(0, 1)) },
  { weight: 3, arbitrary: fc.constantFrom(...ROOTS) },
);
const holders = fc.array(fc.constantFrom('a', 'a', 'b', 'a-1'), { maxLength: 3 });
export const account = fc
  .tuple(root, holders)
  .map(([of, names]) => [rootOf(of), ...names].join('/'));

const amount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 6 }).map((n) => n * CREDIT) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 9_999_999 }) },
  { weight: 2, arbitrary: fc.constantFrom(2 ** 52, 2 ** 53 - 1) },
);

const unit = fc.constantFrom('credits', 'credits', 'credits', 'calls', 'calls', 'calls', 'usd');

const limit = fc.record({
  unit,
  window: fc.constantFrom('life', 'life', 'life', 'minute', 'hour', 'day', 'week', 'month'),
  limitMicros: amount,
  carved: fc.boolean(),
}) as fc.Arbitrary<Limit>;
const limits = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Limit[]>([]) },
  { weight: 4, arbitrary: fc.array(limit, { maxLength: 2 }) },
);

/** All of them get a limit of this unit, for life below the root. */
function limitAbove(above: readonly { readonly limits: Limit[] }[], unit: Limit['unit']): void {
  for (const [level, { limits }] of above.entries()) {
    const isEnough = ({ window }: Limit) => level === 0 || window === 'life';
    if (limits.some((its) => its.unit === unit && isEnough(its))) continue;
    limits.push({ unit, window: 'life', limitMicros: 30 * CREDIT, carved: false });
  }
}

/** What a path may ask for: carved limits where DESIGN allows them, and there the parent has one. */
function lawful(accounts: readonly AccountLimits[], endsMs: readonly number[]): AccountLimits[] {
  const lawful: { account: string; limits: Limit[]; carveEndsMs?: number }[] = [];
  for (const [level, { account: name, limits: each }] of accounts.entries()) {
    const own = each.map((limit, place) => {
      const first = each.findIndex((other) => other.unit === limit.unit) === place;
      const carved = limit.carved && first && limit.window === 'life' && lawful.length > 0;
      if (carved) limitAbove(lawful, limit.unit);
      return { ...limit, carved };
    });
    const carveEndsMs = endsMs[level] ?? START_MS;
    const carves = own.some(({ carved }) => carved);
    lawful.push(
      carves ? { account: name, limits: own, carveEndsMs } : { account: name, limits: own },
    );
  }
  return lawful;
}

/** The accounts that a macaroon names, and when it expires: at the latest with the first carve-out. */
export const asked = (of: Genesis) =>
  fc
    .record({
      holders,
      limits: fc.array(limits, { minLength: 4, maxLength: 4 }),
      ends: fc.array(fc.constantFrom(2_000, 5_000, 30_000, ...Array(6).fill(20 * DAYS_MS)), {
        minLength: 4,
        maxLength: 4,
      }),
      expires: fc.constantFrom(3_000, 25_000, ...Array(6).fill(20 * DAYS_MS)),
      kid: fc.constantFrom(...Array<string>(15).fill('k1'), 'k2'),
    })
    .map(({ holders: names, limits: each, ends, expires, kid }) => {
      const accounts = lawful(
        path(of, names, each),
        ends.map((ms) => START_MS + ms),
      );
      const carveEnds = accounts.flatMap(({ carveEndsMs }) => carveEndsMs ?? []);
      return { kid, path: accounts, expiresAtMs: Math.min(START_MS + expires, ...carveEnds) };
    });

/** A range whose (most − least) × steps stays below 2^53. */
const cost = fc
  .record({
    more: fc.subarray<'usd' | 'tokens'>(['usd', 'tokens']),
    known: fc.constantFrom(...Array<boolean>(9).fill(true), false),
    pairs: fc.array(fc.tuple(amount, amount), { minLength: 4, maxLength: 4 }),
    steps: fc.integer({ min: 0, max: 7 }),
  })
  .map(({ more, known, pairs, steps }) => {
    const units = known ? (['credits', ...more] as const) : more;
    const least: Record<string, number> = { calls: CREDIT };
    const most: Record<string, number> = { calls: CREDIT };
    units.forEach((its, i) => {
      const [a = 0, b = 0] = pairs[i] ?? [];
      const fixed = steps === 0 || !Number.isSafeInteger(Math.abs(a - b) * steps);
      least[its] = fixed ? a : Math.min(a, b);
      most[its] = fixed ? a : Math.max(a, b);
    });
    return { least, most, steps };
  });

export const actual: fc.Arbitrary<Vector> = fc.record(
  { credits: amount, usd: amount, tokens: amount, calls: amount },
  { requiredKeys: [] },
);

/** Few ids, so that they come again: for the same cost, for another, and once resolved. */
export const reservation = (of: Genesis) =>
  fc
    .integer({ min: 0, max: 3 })
    .map((n) => newReservationId(of.tenant, of.rootId, new Uint8Array(16).fill(n)));

export const ttlMs = fc.integer({ min: 2, max: 10 }).map((halves) => halves * 500);

/** Mostly the gateway, said or not. */
export const by = (of: Genesis): fc.Arbitrary<{ readonly by?: By }> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ by: { kind: 'gateway' as const } }) },
    {
      weight: 3,
      arbitrary: holders.map((names) => ({
        by: { kind: 'caller' as const, account: [rootOf(of), ...names].join('/') },
      })),
    },
  );

const said: fc.Arbitrary<Pick<ReserveRequest, 'owner' | 'fingerprint' | 'about'>> = fc.record(
  {
    owner: fc.constantFrom('gateway', 'gateway', 'caller'),
    fingerprint: fc.constantFrom('f1', 'f2'),
    about: fc.record(
      {
        name: fc.constantFrom('gpt-4o', 'web_search'),
        route: fc.constant('chat'),
        tags: fc.constant({ task: '42' }),
      },
      { requiredKeys: ['name'] },
    ),
  },
  { requiredKeys: ['owner'] },
);

export const reserveRequest = (of: Genesis): fc.Arbitrary<ReserveRequest> =>
  fc
    .tuple(asked(of), fc.record({ reservation: reservation(of), cost, ttlMs }), said)
    .map(([terms, rest, more]) => ({ ...terms, ...rest, ...more }));

/** Some of these ids are reservations' too. */
export const topUpId = fc.constantFrom('a'.repeat(32), 'b'.repeat(32), '02'.repeat(16));
export const anyUnit = fc.constantFrom(...UNITS);
