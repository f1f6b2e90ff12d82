import type { RecallRequest, RememberRequest } from '../../../src/ledger/contract.js';
import { rootOf } from '../fixtures.js';
import { type Call, malformed } from './input-managing.js';
import { entering, remembering } from './shared-state.js';

const shown = (bad: unknown) => JSON.stringify(bad)?.slice(0, 20) ?? String(bad);

const BAD_IDS: readonly unknown[] = ['', 'x'.repeat(129), 'é', 'a\nb', 'a\u007f', 7, null];
const BAD_NAMES: readonly unknown[] = ['', 'x'.repeat(129), 7, null];
const BAD_LISTS: readonly unknown[] = [[], 'a', null, undefined, { length: 1 }];
const BAD_ROOTS: readonly unknown[] = ['', 'a'.repeat(31), 'A'.repeat(32), null];
const BAD_TENANTS: readonly unknown[] = ['', 'Main', 'a b', null];
const BAD_COUNTS: readonly unknown[] = [-1, 0.5, Number.NaN, 2 ** 53, '1', null, 1n];

const remember = (what: string, named: RegExp, change: object): Call => [
  `remember: ${what}`,
  named,
  (l, root) => l.shared.remember(malformed<RememberRequest>({ ...remembering(root), ...change })),
];
const recall = (what: string, named: RegExp, change: object): Call => [
  `recall: ${what}`,
  named,
  ({ shared }, { tenant, rootId }) =>
    shared.recall(malformed<RecallRequest>({ tenant, rootId, ids: ['a'], ...change })),
];
const enter = (what: string, named: RegExp, change: object): Call => [
  `enter: ${what}`,
  named,
  (l, root) => l.shared.enter(malformed({ ...entering(root), ...change })),
];
const refuse = (what: string, named: RegExp, change: object): Call => [
  `refuseNames: ${what}`,
  named,
  (l, { tenant }) => l.shared.refuseNames(malformed({ tenant, names: ['a'], ...change })),
];

const many = (count: number) => Array.from({ length: count }, (_, i) => `n-${i}`);

/** Of what gateways tell each other beside the money. */
export const SHARING: readonly Call[] = [
  ...BAD_IDS.flatMap((bad) => [
    remember(`id ${shown(bad)}`, /id: .*printable ASCII/, { ids: ['a', bad] }),
    recall(`id ${shown(bad)}`, /id: .*printable ASCII/, { ids: ['a', bad] }),
  ]),
  ...BAD_LISTS.flatMap((bad) => [
    remember(`ids ${shown(bad)}`, /ids: .*1 to 64/, { ids: bad }),
    recall(`ids ${shown(bad)}`, /ids: .*1 to 256/, { ids: bad }),
    enter(`names ${shown(bad)}`, /names: .*1 to 64/, { names: bad }),
    refuse(`names ${shown(bad)}`, /names: .*1 to 64/, { names: bad }),
  ]),
  remember('too many ids', /ids: found 65/, { ids: many(65) }),
  recall('too many ids', /ids: found 257/, { ids: many(257) }),
  enter('too many names', /names: found 65/, { names: many(65) }),
  refuse('too many names', /names: found 65/, { names: many(65) }),
  ...BAD_NAMES.flatMap((bad) => [
    enter(`name ${shown(bad)}`, /name: .*1 to 128/, { names: ['a', bad] }),
    refuse(`name ${shown(bad)}`, /name: .*1 to 128/, { names: ['a', bad] }),
  ]),
  ...BAD_ROOTS.flatMap((bad) => [
    remember(`root ${shown(bad)}`, /rootId/, { rootId: bad }),
    recall(`root ${shown(bad)}`, /rootId/, { rootId: bad }),
  ]),
  ...BAD_TENANTS.flatMap((bad): Call[] => [
    remember(`tenant ${shown(bad)}`, /tenant/, { tenant: bad }),
    recall(`tenant ${shown(bad)}`, /tenant/, { tenant: bad }),
    refuse(`tenant ${shown(bad)}`, /tenant/, { tenant: bad }),
    [
      `refusedNames: tenant ${shown(bad)}`,
      /tenant/,
      (l) => l.shared.refusedNames(malformed<string>(bad)),
    ],
  ]),
  ...BAD_COUNTS.flatMap((bad) => [
    remember(`tokens ${String(bad)}`, /tokens/, { tokens: bad }),
    enter(`most ${String(bad)}`, /most: .*1 to 1024/, { most: bad }),
  ]),
  ...[0, 1_025].map((bad) => enter(`most ${bad}`, /most: .*1 to 1024/, { most: bad })),
  ...['', 'x'.repeat(257), 7, null].map((bad) =>
    remember(`model ${shown(bad)}`, /model: .*1 to 256/, { model: bad }),
  ),
  ...['', 'main', `main/${'f'.repeat(32)}`, `acme/${'f'.repeat(32)}/a`, null].map((bad) =>
    remember(`account ${shown(bad)}`, /account: .*of the root/, { account: bad }),
  ),
  [
    'remember: an account of a root whose name begins alike',
    /account: .*of the root/,
    (l, root) => l.shared.remember(remembering(root, { account: `${rootOf(root)}0` })),
  ],
  ...['', 'r1.main.x.y', null].flatMap((bad): Call[] => [
    enter(`reservation ${shown(bad)}`, /reservation/, { reservation: bad }),
    [
      `leave: reservation ${shown(bad)}`,
      /reservation/,
      (l) => l.shared.leave({ reservation: malformed<string>(bad) }),
    ],
  ]),
];
