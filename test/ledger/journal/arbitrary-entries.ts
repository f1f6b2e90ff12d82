// Entries of every kind, with what the contract leaves open as wild as it may be.
import type { CallAbout, Genesis, JournalEntry } from '../../../src/ledger/contract.js';
import { UNITS, WINDOWS } from '../../../src/money/units.js';
import { fc } from '../../support/property.js';

export const TENANT = 'main';
export const ROOT_ID = 'a'.repeat(32);
const ROOT = `${TENANT}/${ROOT_ID}`;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('-', '%', '\\u0020', ' ', '\n', '"', '\ud800', 'chatcmpl-9Zx_1', '{"a":1}'),
);
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const whole = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(),
  fc.constantFrom(0, 1_000_000, 10 ** 15, 10 ** 15 - 1, Number.MAX_SAFE_INTEGER),
);
const holder = fc.constantFrom('child', 'a.b', 'x_y-z@k');
const account = fc.array(holder, { maxLength: 3 }).map((holders) => [ROOT, ...holders].join('/'));
const unit = fc.constantFrom(...UNITS);
const span = fc.constantFrom(...WINDOWS.filter((window) => window !== 'life'));
const vector = fc.record(
  { credits: whole, usd: whole, tokens: whole, calls: whole },
  { requiredKeys: [] },
);
const about = fc
  .record(
    { name: text, route: text, tags: fc.dictionary(text, text, { maxKeys: 3 }) },
    {
      requiredKeys: ['name'],
    },
  )
  .map((its): CallAbout => its);
const head = { root: fc.constant(ROOT), sequence: whole, timeMs: whole, account };
const reservation = hex(32).map((id) => `r1.${TENANT}.${ROOT_ID}.${id}`);
const setAside = fc.array(fc.record({ account, unit, amountMicros: whole, endMs: whole }), {
  maxLength: 2,
});
const kinds = <Kind extends string>(...names: Kind[]) => fc.constantFrom(...names);

const held = fc.record(
  {
    ...head,
    kind: kinds('held'),
    reservation,
    owner: kinds('gateway', 'caller'),
    granted: vector,
    range: fc.record({
      cost: fc.record({ least: vector, most: vector, steps: whole.filter((steps) => steps > 0) }),
      step: whole,
    }),
    deadlineMs: whole,
    fingerprint: text,
    about,
    tracked: fc.oneof(
      fc.constant([]),
      fc.array(fc.record({ account, unit, window: span }), { maxLength: 2 }),
    ),
    setAside: fc.oneof(fc.constant([]), setAside),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      ...(['root', 'sequence', 'timeMs', 'account', 'kind', 'reservation', 'owner'] as const),
      ...(['granted', 'deadlineMs', 'tracked', 'setAside'] as const),
    ],
  },
);

const resolved = fc
  .record(
    {
      ...head,
      kind: kinds('settled', 'released', 'presumed_spent', 'corrected'),
      reservation,
      granted: vector,
      charged: vector,
      by: kinds('gateway', 'caller', 'ledger'),
      about,
      upstream: fc.record({ requestId: text, model: text }, { requiredKeys: [] }),
    },
    {
      requiredKeys: [
        ...(['root', 'sequence', 'timeMs', 'account', 'kind', 'reservation'] as const),
        ...(['granted', 'charged', 'by'] as const),
      ],
    },
  )
  .map((its) =>
    its.kind === 'released'
      ? { ...its, charged: { credits: 0, usd: 0, tokens: 0, calls: 0 } }
      : its,
  );

const genesis = fc.record({
  tenant: fc.constant(TENANT),
  rootId: fc.constant(ROOT_ID),
  kid: kinds('k1', 'key-2'),
  holder,
  limits: fc.array(
    fc.record({
      unit,
      window: fc.constantFrom(...WINDOWS),
      limitMicros: whole,
      carved: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  expiresAtMs: whole,
  labels: fc.dictionary(
    text.filter((name) => name !== ''),
    text,
    { maxKeys: 3 },
  ),
}) satisfies fc.Arbitrary<Genesis>;

/** Each with all kinds of what it may leave out. */
export const arbitraryEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  held,
  resolved,
  fc.record({ ...head, kind: kinds('opened'), account: fc.constant(ROOT), genesis }),
  fc.record({
    ...head,
    kind: kinds('extended'),
    reservation,
    deadlineMs: whole,
    by: kinds('gateway', 'caller'),
  }),
  fc.record({ ...head, kind: kinds('activated'), setAside }),
  fc.record({
    ...head,
    kind: kinds('carve_ended'),
    unit,
    amountMicros: whole,
    cause: kinds('expired', 'revoked', 'closed'),
  }),
  fc.record({ ...head, kind: kinds('paused', 'resumed', 'revoked', 'closed'), actor: text }),
  fc.record({
    ...head,
    kind: kinds('macaroon_revoked'),
    account: fc.constant(ROOT),
    fingerprint: hex(32),
    expiresAtMs: whole,
    actor: text,
  }),
  fc.record({
    ...head,
    kind: kinds('topped_up'),
    id: hex(32),
    unit,
    micros: whole,
    actor: text,
  }),
);
