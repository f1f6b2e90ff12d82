import fc from 'fast-check';
import { path, price, request, rootOf } from './fixtures.js';
import { ROOTS, reservation, root } from './sequence-parts.js';
import type { LedgerCall, Step } from './sequences.js';

const DAY_MS = 86_400_000;

const tenant = fc.constantFrom('main', 'acme', 'nobody');
/** Few, so that they come again. One has half a surrogate pair, one a NUL. */
const names = fc.array(fc.constantFrom('store', 'user', 'é\u0000', 'a\ud800b', '__proto__', 'n'), {
  minLength: 1,
  maxLength: 3,
});
const ids = fc.array(
  fc.integer({ min: 0, max: 9 }).map((n) => `resp_${n}`),
  { minLength: 1, maxLength: 4 },
);

const stepOf = (call: LedgerCall): Step => call;

const remembering: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        root,
        ids,
        fc.constantFrom('', '/a', '/a/b'),
        fc.constantFrom('gpt-4o', 'a b', '\ud800'),
      )
      .chain(([of, each, below, model]) =>
        fc.constantFrom(0, 7, 2 ** 53 - 1).map((tokens) => {
          const { tenant: its, rootId } = of;
          const account = rootOf(of) + below;
          const asked = { tenant: its, rootId, ids: each, account, model, tokens };
          return stepOf({ kind: 'remember', request: asked });
        }),
      ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(root, ids).map(([{ tenant: its, rootId }, each]) => {
      return stepOf({ kind: 'recall', request: { tenant: its, rootId, ids: each } });
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      // Never back to where something was just kept long enough: what then has left is each engine's own.
      .constantFrom(0, 500, 60_000, -500, -60_000, 31 * DAY_MS)
      .map((byMs): Step => ({ kind: 'time', byMs })),
  },
];

const entering: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 12,
    arbitrary: root
      .chain((of) =>
        fc.record({
          reservation: reservation(of),
          names: fc.oneof(
            { weight: 4, arbitrary: fc.constant(['n', 'n']) },
            { weight: 1, arbitrary: names },
          ),
          most: fc.integer({ min: 1, max: 3 }),
        }),
      )
      .map((asked) => stepOf({ kind: 'enter', request: asked })),
  },
  {
    weight: 2,
    arbitrary: root.chain(reservation).map((id) => {
      return stepOf({ kind: 'leave', request: { reservation: id } });
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(tenant, names)
      .map(([its, each]) => stepOf({ kind: 'refuseNames', request: { tenant: its, names: each } })),
  },
  { weight: 1, arbitrary: tenant.map((its) => stepOf({ kind: 'refusedNames', tenant: its })) },
];

const holding: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 8,
    arbitrary: root.chain((of) =>
      fc.tuple(reservation(of), fc.constantFrom(1_000, 90_000)).map(([id, ttlMs]) => {
        const asked = request(of, {
          reservation: id,
          path: path(of),
          cost: price(0),
          expiresAtMs: of.expiresAtMs,
          ttlMs,
        });
        return stepOf({ kind: 'reserve', request: asked });
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: root.chain(reservation).map((id) => {
      return stepOf({ kind: 'settle', request: { reservation: id, cost: {} } });
    }),
  },
  {
    weight: 2,
    arbitrary: root.chain(reservation).map((id) => {
      return stepOf({ kind: 'release', request: { reservation: id } });
    }),
  },
  { weight: 2, arbitrary: tenant.map((its) => stepOf({ kind: 'sweep', tenant: its, batch: 3 })) },
  {
    weight: 3,
    arbitrary: fc
      // In all less than a day: SQLite lets a place go after that, whatever becomes of its hold.
      .constantFrom(0, 500, 1_000, 30_000, 59_500, 60_000, -500, -60_000)
      .map((byMs): Step => ({ kind: 'time', byMs })),
  },
];

/** A history of what is remembered of responses, or of calls with unknown names. */
export const sharedHistory: fc.Arbitrary<Step[]> = fc
  .constantFrom(remembering, [...entering, ...holding])
  .chain((steps) => {
    return fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 60, size: 'max' });
  })
  .map((steps) => [...ROOTS.map((genesis): Step => ({ kind: 'openRoot', genesis })), ...steps]);
