import fc from 'fast-check';
import type {
  AccountLimits,
  By,
  CostRange,
  Genesis,
  ReserveRequest,
} from '../../../../src/ledger/contract.js';
import type { Limit, Unit, Window } from '../../../../src/money/units.js';
import { CREDIT, FAR_MS, limit, path, rootOf } from '../../fixtures.js';
import { reservation } from '../../sequence-parts.js';
import { ROOTS, START_MS, type Step } from '../../sequences.js';
import type { Case } from '../case.js';
import { walk } from '../walk.js';

/**
 * Histories that are narrower than the general ones, so that they meet what those meet seldom: one
 * root, four accounts, two of which are carved one inside the other, amounts of a few credits, and
 * every fourth call one that was made before.
 */
const SEED = 4_711;
const HISTORIES = 60;

const CAPS = { maxAccountsPerRoot: 4, maxHoldsPerRoot: 5 };

const HOLDERS = fc.constantFrom<string[]>([], ['a'], ['a'], ['a', 'b'], ['a', 'b'], ['a-1'], ['c']);
const whole = (max: number, min = 0) => fc.integer({ min, max }).map((n) => n * CREDIT);

/** What a history's macaroons say of the accounts, but for the amounts that are carved. */
interface Terms {
  readonly root: Genesis;
  readonly plain: readonly Limit[];
  readonly inner: Unit;
}

const windowed = (unit: Unit, window: Window, micros: number): Limit => ({
  unit,
  window,
  limitMicros: micros,
  carved: false,
});

const terms: fc.Arbitrary<Terms> = fc
  .record({
    credits: whole(14, 6),
    more: fc.subarray([
      windowed('credits', 'minute', 6 * CREDIT),
      windowed('calls', 'hour', 7 * CREDIT),
      limit(9, 'calls'),
      limit(30, 'credits'),
    ]),
    plain: fc.subarray([limit(4), windowed('credits', 'minute', 3 * CREDIT), limit(3, 'calls')]),
    inner: fc.constantFrom<Unit>('credits', 'credits', 'calls'),
    lifeMs: fc.constantFrom(8_000, 90_000, 90_000),
  })
  .map(({ credits, more, plain, inner, lifeMs }) => ({
    plain,
    inner,
    root: {
      ...(ROOTS[0] as Genesis),
      limits: [{ ...limit(0), limitMicros: credits }, ...more],
      expiresAtMs: START_MS + lifeMs,
    },
  }));

const carved = (unit: Unit, micros: number): Limit => ({
  ...limit(0, unit),
  limitMicros: micros,
  carved: true,
});

function pathOf({ root, plain, inner }: Terms): fc.Arbitrary<AccountLimits[]> {
  return fc
    .record({
      holders: HOLDERS,
      outer: whole(5),
      innermost: whole(3),
      carves: fc.boolean(),
      ends: fc.tuple(fc.constantFrom(2_000, 6_000, 20_000), fc.constantFrom(1_500, 5_000, 20_000)),
      top: fc.constantFrom<Limit[]>(
        [limit(20), limit(20, 'calls')],
        [limit(9), limit(20, 'calls')],
      ),
    })
    .map(({ holders, outer, innermost, carves, ends, top }) => {
      const byLevel =
        carves && holders[0] === 'a'
          ? [
              top,
              [
                carved('credits', outer),
                ...(inner === 'calls' ? [limit(15, 'calls')] : []),
                ...plain,
              ],
              [carved(inner, innermost), ...plain],
            ]
          : [top, plain, []];
      return path(root, holders, byLevel).map((account, level) =>
        account.limits.some((its) => its.carved)
          ? { ...account, carveEndsMs: START_MS + (ends[level - 1] ?? 0) }
          : account,
      );
    });
}

const cost: fc.Arbitrary<CostRange> = fc
  .record({
    low: whole(3),
    more: fc.constantFrom(0, 0, 0, 2 * CREDIT, 4_000_001),
    steps: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ low, more, steps }) => ({
    least: { credits: low, calls: CREDIT },
    most: { credits: low + more, calls: more === 0 ? CREDIT : 2 * CREDIT },
    steps: more === 0 ? 1 : steps,
  }));

const by = (root: Genesis) =>
  fc.constantFrom<{ readonly by?: By }>(
    {},
    {},
    {},
    { by: { kind: 'caller', account: `${rootOf(root)}/a` } },
  );

function step(of: Terms): fc.Arbitrary<Step> {
  const { root } = of;
  const asked = pathOf(of).map((its) => {
    const ends = its.flatMap(({ carveEndsMs }) => carveEndsMs ?? []);
    return { kid: 'k1', path: its, expiresAtMs: Math.min(FAR_MS, ...ends) };
  });
  const reserve: fc.Arbitrary<Step> = fc
    .tuple(
      asked,
      fc.record({
        reservation: reservation(root),
        cost,
        ttlMs: fc.constantFrom(1_000, 2_000, 4_000),
        owner: fc.constantFrom('gateway', 'caller'),
      }),
    )
    .map(([its, rest]) => ({ kind: 'reserve', request: { ...its, ...rest } as ReserveRequest }));
  const account = HOLDERS.map((names) => [rootOf(root), ...names].join('/'));
  return fc.oneof(
    { weight: 12, arbitrary: reserve },
    {
      weight: 5,
      arbitrary: fc
        .tuple(reservation(root), by(root), fc.record({ credits: whole(4) }, { requiredKeys: [] }))
        .map(
          ([id, who, spent]): Step => ({
            kind: 'settle',
            request: { reservation: id, cost: spent, ...who },
          }),
        ),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(reservation(root), by(root))
        .map(([id, who]): Step => ({ kind: 'release', request: { reservation: id, ...who } })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(reservation(root), by(root), fc.constantFrom(1_000, 4_000)).map(
        ([id, who, ttlMs]): Step => ({
          kind: 'extend',
          request: { reservation: id, ttlMs, ...who },
        }),
      ),
    },
    { weight: 3, arbitrary: asked.map((request): Step => ({ kind: 'activate', request })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(account, fc.constantFrom('pause', 'resume', 'resume', 'close', 'revoke'))
        .map(([name, action]): Step => {
          return { kind: 'control', request: { account: name, action, actor: 'op' } as never };
        }),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(account, fc.constantFrom<Unit>('credits', 'calls'), fc.integer({ min: 0, max: 3 }))
        .map(
          ([name, unit, n]): Step => ({
            kind: 'topUp',
            request: { account: name, unit, micros: CREDIT, id: `${n}`.repeat(32), actor: 'op' },
          }),
        ),
    },
    {
      weight: 5,
      arbitrary: fc
        .constantFrom(500, 500, 1_000, 1_500, 2_000, -500)
        .map((byMs): Step => ({ kind: 'time', byMs })),
    },
    { weight: 2, arbitrary: fc.constant<Step>({ kind: 'sweep', tenant: 'main', batch: 9 }) },
  );
}

const steps: fc.Arbitrary<Step[]> = terms.chain((of) =>
  fc
    .array(fc.tuple(step(of), fc.integer({ min: 0, max: 11 })), { minLength: 40, maxLength: 40 })
    .map((drawn) => {
      const taken: Step[] = [{ kind: 'openRoot', genesis: of.root }];
      for (const [fresh, back] of drawn) {
        // 0, 1 and 2 of 12: the same as so many calls ago.
        const before = back < 3 ? taken.at(-1 - back) : undefined;
        const again = before?.kind === 'openRoot' || before?.kind === 'time' ? undefined : before;
        taken.push(again ?? fresh);
      }
      return taken;
    }),
);

export const carving: readonly Case[] = fc
  .sample(fc.tuple(steps, fc.integer({ min: 1, max: 5 })), { seed: SEED, numRuns: HISTORIES })
  .map(([its, together], i) => ({
    name: `carved accounts, history ${i}, up to ${together} at once`,
    run: (store) => walk(store, its, { together, caps: CAPS }),
  }));
