import { describe, expect, it } from 'vitest';
import type { ReserveRequest, Upstreamed } from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';
import { jsonWord } from '../../src/ledger/redis/codec.js';
import { ASKED, type Asked, settling } from '../../src/ledger/redis/operations.js';
import { pathText } from '../../src/ledger/redis/path-text.js';
import { fc, runs } from '../support/property.js';

const TENANT = 'main';
const ROOT_ID = 'a'.repeat(32);
const ROOT = `${TENANT}/${ROOT_ID}`;
const ID = 32;

const amount = fc.constantFrom(undefined, 0, 1, 2);
const vector = fc
  .record({ credits: amount, usd: amount, tokens: amount })
  .map((amounts) => ({ calls: 1_000_000, ...amounts }) as ReserveRequest['cost']['least']);
/** Few values of each, so that many are alike, or differ in one of them. */
const members = {
  leaf: fc.constantFrom('ada', 'bob'),
  ttlMs: fc.constantFrom(60_000, 60_001),
  owner: fc.constantFrom('gateway', 'caller'),
  fingerprint: fc.constantFrom(undefined, 'f'),
  about: fc.constantFrom(
    undefined,
    { name: 'n' },
    { name: 'm' },
    { name: 'n', route: 'chat' },
    { name: 'n', tags: { a: '1' } },
    { name: 'n', tags: { a: '2' } },
  ),
  steps: fc.constantFrom(0, 1),
  least: vector,
  most: vector,
};
const terms = fc.record(members);
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;
/** One member of them, and another value of it. */
const change = fc.oneof(
  ...Object.entries(members).map(([name, values]) => values.map((value) => ({ [name]: value }))),
);

function asking(its: Terms, n: number): Asked {
  const { leaf, least, most, steps, ...more } = its;
  const path = [
    { account: ROOT, limits: [] },
    { account: `${ROOT}/${leaf}`, limits: [] },
  ];
  const reservation = newReservationId(TENANT, ROOT_ID, new Uint8Array(16).fill(n));
  const cost = { least, most, steps };
  const request = { reservation, kid: 'k1', path, cost, expiresAtMs: 1, ...more } as ReserveRequest;
  return { request, path: pathText('k1', 1, path) };
}

/** Of each operation, by its id: its path and its terms. */
function told(items: readonly Asked[]): Map<string, string> {
  const texts = ASKED.second.arguments(items);
  const list = () => texts.splice(0, Number(texts.shift()));
  const paths = list();
  const all = list().map((its) => {
    const [place, ...rest] = its.split(' ');
    return `${paths[Number(place) - 1]} ${rest.join(' ')}`;
  });
  const byId = new Map<string, string>();
  for (const run of texts) {
    const [ids = '', its] = run.split(' ');
    for (let at = 0; at < ids.length; at += ID) {
      byId.set(ids.slice(at, at + ID), all[Number(its) - 1] ?? '');
    }
  }
  return byId;
}

describe('operations of a group', () => {
  it('are each told of their own path and terms, whatever stands beside them', () => {
    fc.assert(
      fc.property(terms, fc.array(change, { maxLength: 20 }), (first, changes) => {
        const group = [first];
        for (const one of changes) group.push({ ...(group.at(-1) ?? first), ...one });
        const items = group.map(asking);
        const alone = items.flatMap((item) => [...told([item])]);
        expect([...told(items)]).toEqual(alone);
      }),
      { numRuns: runs(500) },
    );
  });

  it('say what an upstream said as any other word is said', () => {
    const text = fc.option(fc.string({ unit: fc.constantFrom(...'aZ0-~%" é') }), {
      nil: undefined,
    });
    const plain = fc.stringMatching(/^[\w.~!*'()-]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(text, plain), text, (requestId, model) => {
        const upstream: Upstreamed = {
          ...(requestId !== undefined && { requestId }),
          ...(model !== undefined && { model }),
        };
        const reservation = newReservationId(TENANT, ROOT_ID, new Uint8Array(16));
        expect(settling({ reservation, cost: {}, upstream }).upstream).toBe(jsonWord(upstream));
      }),
      { numRuns: runs(300) },
    );
  });
});
