import { describe, expect, it } from 'vitest';
import {
  type EnterRequest,
  type Genesis,
  type Ledger,
  MAX_PLACES,
  MIN_TTL_MS,
  REFUSED_NAMES,
  REMEMBERED_PER_ROOT,
  type RememberRequest,
} from '../../../src/ledger/contract.js';
import { counters, genesis, opened, request, reservationId, rootOf } from '../fixtures.js';
import type { Subject } from '../subject.js';

const patient = { timeoutMs: 20_000 };

export function remembering(of: Genesis, change: Partial<RememberRequest> = {}): RememberRequest {
  const { tenant, rootId } = of;
  const said = { ids: ['resp_1'], account: rootOf(of), model: 'gpt-4o', tokens: 7 };
  return { tenant, rootId, ...said, ...change };
}

export function entering(of: Genesis, change: Partial<EnterRequest> = {}): EnterRequest {
  return { reservation: reservationId(of), names: ['store'], most: 2, ...change };
}

export const recall = (
  ledger: Pick<Ledger, 'shared'>,
  { tenant, rootId }: Genesis,
  ids: readonly string[],
) => ledger.shared.recall({ tenant, rootId, ids });

const enter = async (ledger: Ledger, asked: EnterRequest) =>
  (await ledger.shared.enter(asked)).status;

/** So many ids, in order. */
const ids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `resp_${from + i}`);

/** A call that has entered, and holds. */
async function underWay(ledger: Ledger, root: Genesis, ttlMs = 60_000): Promise<string> {
  const asked = request(root, { ttlMs });
  const { reservation } = asked;
  expect(await enter(ledger, entering(root, { reservation, most: 1 }))).toBe('entered');
  expect(await ledger.reserve(asked)).toMatchObject({ status: 'held' });
  return reservation;
}

/** What gateways tell each other beside the money. */
export function sharedStateLaws(subject: Subject): void {
  describe('responses', () => responseLaws(subject));
  describe('calls with unknown names', () => placeLaws(subject));
  describe('refused names', () => nameLaws(subject));
}

/** Each lets a second pass. */
export function sharedStateDeadlineLaws({ open, openTwo, time }: Subject): void {
  describe('places of calls with unknown names', () => {
    it.each([
      ['presumed spent', true],
      ['past its deadline, not swept yet', false],
    ])('the place of a gateway that died comes back, its hold being %s', async (_, swept) => {
      const [a, b] = await openTwo();
      const root = await opened(a);
      await underWay(a, root, MIN_TTL_MS);
      expect(await enter(b, entering(root, { most: 1 }))).toBe('full');
      await time.pass(MIN_TTL_MS + 50);
      if (swept) expect(await b.sweep(root.tenant, 9)).toMatchObject({ presumedSpent: 1 });
      expect(await enter(b, entering(root, { most: 1 }))).toBe('entered');
    });

    it('an extended hold keeps its place', async () => {
      const ledger = await open();
      const root = await opened(ledger);
      const reservation = await underWay(ledger, root, MIN_TTL_MS);
      await ledger.extend({ reservation, ttlMs: 60_000 });
      await time.pass(MIN_TTL_MS + 50);
      expect(await enter(ledger, entering(root, { most: 1 }))).toBe('full');
    });
  });
}

function responseLaws({ open, openTwo }: Subject): void {
  it('are known by each of their ids to every gateway, in their root alone', async () => {
    const [a, b] = await openTwo();
    const root = await opened(a);
    const account = `${rootOf(root)}/a/b`;
    const said = { account, model: 'a b/ü\u0000\ud800', tokens: 2 ** 53 - 1 };
    await a.shared.remember(remembering(root, { ...said, ids: ['resp_1', 'msg 1', '~'] }));
    expect(await recall(b, root, ['~', 'resp_1', 'unknown', '~'])).toEqual(
      expect.arrayContaining([
        { id: 'resp_1', ...said },
        { id: '~', ...said },
      ]),
    );
    expect(await recall(b, root, ['~', 'resp_1', 'unknown', '~'])).toHaveLength(2);
    expect(await recall(b, genesis(), ['resp_1'])).toEqual([]);
    expect(await recall(b, { ...root, tenant: 'acme' }, ['resp_1'])).toEqual([]);
  });

  it('are known as they were told last', async () => {
    const ledger = await open();
    const root = await opened(ledger);
    await ledger.shared.remember(remembering(root, { ids: ['a', 'b'] }));
    await ledger.shared.remember(remembering(root, { ids: ['b'], tokens: 8, model: 'o3' }));
    const [a, b] = [await recall(ledger, root, ['a']), await recall(ledger, root, ['b'])];
    expect([...a, ...b]).toMatchObject([
      { id: 'a', tokens: 7, model: 'gpt-4o' },
      { id: 'b', tokens: 8, model: 'o3' },
    ]);
  });

  it(`are at most ${REMEMBERED_PER_ROOT} ids of a root: the oldest go first`, async () => {
    const ledger = await open(patient);
    const [root, other] = [await opened(ledger), await opened(ledger)];
    const tell = (each: readonly string[]) =>
      ledger.shared.remember(remembering(root, { ids: each }));
    await ledger.shared.remember(remembering(other));
    for (let from = 0; from < REMEMBERED_PER_ROOT; from += 50) await tell(ids(from, from + 50));
    const known = async (each: readonly string[]) =>
      (await recall(ledger, root, each)).map(({ id }) => id).sort();
    expect(await known(ids(0, 6))).toEqual(ids(0, 6));
    // Told again, the oldest is the newest, and nothing has to go.
    await tell(['resp_0']);
    expect(await known(ids(0, 6))).toEqual(ids(0, 6));
    await tell(['x', 'resp_2', 'y']);
    expect(await known(ids(0, 6))).toEqual(['resp_0', 'resp_2', 'resp_4', 'resp_5']);
    await tell(['z']);
    expect(await known([...ids(0, 6), 'x', 'y', 'z'])).toEqual([
      'resp_0',
      'resp_2',
      'resp_5',
      'x',
      'y',
      'z',
    ]);
    const last = REMEMBERED_PER_ROOT;
    expect(await known(ids(last - 1, last + 1))).toEqual([`resp_${last - 1}`]);
    expect(await recall(ledger, other, ['resp_1'])).toHaveLength(1);
  });
}

function placeLaws({ open, openTwo }: Subject): void {
  it('of 200 that enter at once through two gateways, exactly as many as may are under way', async () => {
    const ledgers = await openTwo(patient);
    const [root, other] = [await opened(ledgers[0]), await opened(ledgers[0])];
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        enter(ledgers[i % 2] as Ledger, entering(root, { most: 16 })),
      ),
    );
    expect(outcomes.filter((status) => status === 'entered')).toHaveLength(16);
    expect(outcomes.filter((status) => status === 'full')).toHaveLength(184);
    expect(await enter(ledgers[1], entering(root, { most: 16 }))).toBe('full');
    expect(await enter(ledgers[1], entering(root, { most: 17 }))).toBe('entered');
    expect(await enter(ledgers[1], entering(other, { most: 1 }))).toBe('entered');
  });

  it('one that enters again has one place, and is not kept out by itself', async () => {
    const [a, b] = await openTwo();
    const root = await opened(a);
    const first = entering(root);
    expect(await Promise.all([a, b, a, b].map((each) => enter(each, first)))).toEqual(
      Array(4).fill('entered'),
    );
    expect(await enter(a, entering(root))).toBe('entered');
    expect(await enter(b, first)).toBe('entered');
    expect(await enter(b, entering(root))).toBe('full');
  });

  it('one that leaves gives its place back, and so does one that never entered', async () => {
    const [a, b] = await openTwo();
    const root = await opened(a);
    const first = entering(root, { most: 1 });
    await a.shared.leave(first);
    expect(await enter(a, first)).toBe('entered');
    await b.shared.leave({ reservation: reservationId(root) });
    expect(await enter(b, entering(root, { most: 1 }))).toBe('full');
    await b.shared.leave(first);
    await b.shared.leave(first);
    expect(await enter(b, entering(root, { most: 1 }))).toBe('entered');
  });

  it.each(['settle', 'release'] as const)('a %s gives the place back by itself', async (end) => {
    const [a, b] = await openTwo();
    const root = await opened(a);
    const reservation = await underWay(a, root);
    expect(await enter(b, entering(root, { most: 1 }))).toBe('full');
    await b[end]({ reservation, cost: {} });
    expect(await enter(b, entering(root, { most: 1 }))).toBe('entered');
    expect(await enter(b, entering(root, { most: 1 }))).toBe('full');
  });

  it(`up to ${MAX_PLACES} are under way`, async () => {
    const ledger = await open(patient);
    const root = await opened(ledger);
    const many = (most: number, count: number) =>
      Promise.all(Array.from({ length: count }, () => enter(ledger, entering(root, { most }))));
    const all = await many(MAX_PLACES, MAX_PLACES + 1);
    expect(all.filter((status) => status === 'entered')).toHaveLength(MAX_PLACES);
    expect(await many(1, 1)).toEqual(['full']);
  });

  it('change nothing of the money', async () => {
    const ledger = await open();
    const root = await opened(ledger);
    await underWay(ledger, root);
    await ledger.shared.remember(remembering(root));
    await ledger.shared.refuseNames({ tenant: root.tenant, names: ['store'] });
    expect(await enter(ledger, entering(root))).toBe('refused');
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 1_000_000 });
    const { entries } = await ledger.journal({ tenant: root.tenant, after: 0, max: 9 });
    expect(entries.map(({ entry }) => entry.kind)).toEqual(['opened', 'held']);
  });
}

function nameLaws({ open, openTwo }: Subject): void {
  it('keep calls of their tenant out, named, whether or not there is a place', async () => {
    const [a, b] = await openTwo();
    const root = await opened(a);
    const names = ['n', 'é\u0000', '\ud800', 'a b', '__proto__', 'x'.repeat(128)];
    await a.shared.refuseNames({ tenant: root.tenant, names: names.slice(1) });
    expect(await b.shared.refusedNames(root.tenant)).toEqual(names.slice(1));
    const asked = entering(root, { names: [...names, '\udc00', 'é', 'a b'], most: 1 });
    expect(await enter(b, entering(root, { most: 1 }))).toBe('entered');
    const refused = { status: 'refused', names: names.slice(1) };
    expect(await b.shared.enter(asked)).toEqual(refused);
    expect(await a.shared.enter({ ...asked, most: 2 })).toEqual(refused);
    // It has taken no place.
    expect(await enter(b, entering(root, { names: ['n'], most: 2 }))).toBe('entered');
    const other = await opened(a, { tenant: 'acme' });
    expect(await enter(a, { ...asked, reservation: reservationId(other) })).toBe('entered');
    expect(await b.shared.refusedNames('acme')).toEqual([]);
  });

  it(`are at most ${REFUSED_NAMES} of a tenant: the oldest go first; again is no news`, async () => {
    const ledger = await open(patient);
    const names = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `name-${from + i}`);
    const refuse = (each: readonly string[]) =>
      ledger.shared.refuseNames({ tenant: 'main', names: each });
    await ledger.shared.refuseNames({ tenant: 'acme', names: ['name-0'] });
    for (let from = 0; from < REFUSED_NAMES; from += 50) await refuse(names(from, from + 50));
    await refuse(['name-1', 'name-0', 'name-999']);
    expect(await ledger.shared.refusedNames('main')).toEqual(names(0, REFUSED_NAMES));
    await refuse(['x', 'name-2', 'x', 'y']);
    const left = [...names(2, REFUSED_NAMES), 'x', 'y'];
    expect(await ledger.shared.refusedNames('main')).toEqual(left);
    const root = genesis();
    expect(await enter(ledger, entering(root, { names: ['name-0', 'name-1'] }))).toBe('entered');
    expect(await enter(ledger, entering(root, { names: ['name-2'] }))).toBe('refused');
    expect(await ledger.shared.refusedNames('acme')).toEqual(['name-0']);
  });
}
