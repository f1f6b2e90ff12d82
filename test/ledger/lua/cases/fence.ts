import { expect } from 'vitest';
import type { Operation } from '../../../../src/ledger/redis/scripts.js';
import { START_MS } from '../../sequences.js';
import {
  call,
  HEAD,
  header,
  ID,
  KEYS,
  NONCE,
  OPEN_ID,
  path,
  RECORD,
  ROOT_ID,
  ROOTS_KEY,
  reserve,
  seeded,
} from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

const THIS = '00000000000000ff';
const MARK = `1:${NONCE}`;
/** The tenant's own: its head, roots, what is due, and its journal. */
const TENANT_KEYS = [HEAD, ROOTS_KEY, KEYS[1] ?? '', KEYS[3] ?? ''];
const VERSION = `2:${NONCE}`;
/** What the head has of the tenant: one root, and one hold. */
const COUNTED = { n: '2', v: ` ${VERSION} 1:${NONCE} `, c: '1', r: '1', s: '4000' };
const OTHER = 'feedbeef.feedbeef';

interface Presents {
  readonly epoch?: string;
  readonly step?: string;
  readonly marks?: readonly string[];
  readonly keys?: readonly string[];
}

/** What a gateway is told that presents what it knows of the one root that there is. */
function present(
  store: LuaStore,
  name: string,
  { epoch = '-', step = 'last', marks = [MARK], keys = [RECORD] }: Presents = {},
) {
  return call(store, 'present', [name, epoch, step, THIS, ...marks], [...TENANT_KEYS, ...keys]);
}

const look = { step: 'look', marks: [], keys: [] };
const drop = (store: LuaStore, name: string) => call(store, 'drop', [name], [HEAD]);
const headOf = (store: LuaStore) => store.admin.hgetall(HEAD);

async function identityOf(store: LuaStore): Promise<string> {
  const of = async (section: string, field: string) =>
    new RegExp(`${field}:([0-9a-f]+)`).exec(await store.admin.info(section))?.[1];
  return `${await of('server', 'run_id')}.${await of('replication', 'master_replid')}`;
}

/** As if all that is stored had come to this store from another one. */
async function moved(store: LuaStore, ...names: string[]): Promise<void> {
  await store.admin.hset(HEAD, 'o', OTHER, 'e', '1');
  for (const name of names) await store.admin.hset(HEAD, `g:${name}`, `${OTHER} ${START_MS}`);
}

async function registers(store: LuaStore): Promise<void> {
  await seeded(store);
  const identity = await identityOf(store);
  const before = await store.dump();
  expect(await present(store, 'a', look)).toEqual([THIS, 'present', '1', '']);
  expect(await present(store, 'a', { step: 'more' })).toEqual([THIS, 'present', '1', '']);
  expect(await store.dump()).toEqual(before);
  expect(await present(store, 'a')).toEqual([THIS, 'open', '1', '', '2', '0', VERSION, '0', 'new']);
  const own = `${identity} ${START_MS}`;
  expect(await headOf(store)).toEqual({ ...COUNTED, o: identity, e: '1', 'g:a': own });
  await store.admin.mset('test:microseconds', 501_999);
  await store.admin.hset(HEAD, 'd', '1');
  expect(await present(store, 'a', { ...look, epoch: '1' })).toEqual([
    ...[THIS, 'open', '1', '', '2', '1', VERSION, '0', 'known'],
  ]);
  expect(await present(store, 'x'.repeat(64), { marks: [], keys: [] })).toHaveLength(9);
  expect(await headOf(store)).toMatchObject({
    'g:a': own,
    [`g:${'x'.repeat(64)}`]: `${identity} ${START_MS + 1}`,
  });
  const [its, ...flat] = await call(store, 'standing', [], [HEAD]);
  expect(its).toBe(identity);
  expect(flat).toHaveLength(2 * Object.keys(await headOf(store)).length);
  expect((await call(store, 'reserve', reserve()))[2]).toMatch(/^held /);
}

/** One call of each function that changes a root. */
const CHANGES: readonly (readonly [Operation, readonly string[]])[] = [
  ['reserve', reserve().slice(1)],
  ['resolve', [`${ID} - release g`]],
  ['activate', [path()]],
  ['control', ['pause a:x me']],
  ['topUp', [`${ID} a:x 1 5 me`]],
  ['sweep', [OPEN_ID]],
];

async function expectClosed(store: LuaStore, why: string): Promise<void> {
  const before = await store.dump();
  for (const [operation, args] of CHANGES) {
    await expect(call(store, operation, [header(), ...args]), operation).rejects.toThrow(
      `CLOSED ${why}`,
    );
  }
  expect(await store.dump()).toEqual(before);
}

/** Another store: closed until each gateway has presented its marks, or was dropped. */
async function waits(store: LuaStore): Promise<void> {
  await seeded(store);
  await moved(store, 'a', 'b', 'c', 'd');
  await expectClosed(store, 'it waits for the marks of every gateway');
  expect(await present(store, 'a', { ...look, epoch: '1' })).toEqual([THIS, 'present', '1', '']);
  const told = (what: string, detail: string) => [
    THIS,
    what,
    '1',
    detail,
    '2',
    '0',
    VERSION,
    '0',
    'known',
  ];
  expect(await present(store, 'a', { epoch: '1' })).toEqual(told('waiting', 'b c d'));
  expect(await present(store, 'a', { ...look, epoch: '1' })).toEqual(told('waiting', 'b c d'));
  expect(await drop(store, 'c')).toEqual(['dropped', 'waiting', 'b d']);
  expect(await drop(store, 'c')).toEqual(['unknown', 'waiting', 'b d']);
  expect(await headOf(store)).toMatchObject({ 'd:c': String(START_MS), o: OTHER });
  expect(await headOf(store)).not.toHaveProperty('g:c');
  expect(await present(store, 'b', { epoch: '1' })).toEqual(told('waiting', 'd'));
  await expectClosed(store, 'it waits for the marks of every gateway');
  expect(await present(store, 'd', { epoch: '1' })).toEqual(told('open', ''));
  expect((await headOf(store))['o']).toBe(await identityOf(store));
  expect((await call(store, 'reserve', reserve()))[2]).toMatch(/^held /);
  // One that was dropped may come back: it is known.
  expect(await present(store, 'c', { epoch: '1' })).toMatchObject({ 1: 'open' });
  expect(await headOf(store)).not.toHaveProperty('d:c');
  expect(await drop(store, 'c')).toEqual(['dropped', 'open', '']);
  // The last that is waited for can be dropped too.
  await moved(store, 'd');
  await present(store, 'a', { epoch: '1' });
  await present(store, 'b', { epoch: '1' });
  expect(await drop(store, 'd')).toEqual(['dropped', 'open', '']);
  expect((await headOf(store))['o']).toBe(await identityOf(store));
}

const NO_ROOT = 'f'.repeat(32);
const noRecord = RECORD.replace(ROOT_ID, NO_ROOT);

/** What a gateway shows, and what is found missing; none where all is there. */
const SHOWN: readonly (readonly [Presents, string | undefined])[] = [
  [{ marks: ['0:00'] }, undefined],
  [{ marks: ['0:00', MARK], keys: [RECORD, RECORD] }, undefined],
  [{ marks: [`2:${NONCE}`] }, `root ${ROOT_ID}: found ${MARK}, expected 2:${NONCE} or later`],
  [{ marks: ['1:00'] }, `root ${ROOT_ID}: found ${MARK}, expected 1:00 or later`],
  [
    { marks: [MARK, '0:00'], keys: [RECORD, noRecord] },
    `root ${NO_ROOT}: found no such root, expected 0:00 or later`,
  ],
  [{ epoch: '1', marks: [], keys: [] }, 'found no registered gateway, expected epoch 1'],
];

async function lost(store: LuaStore): Promise<void> {
  for (const step of ['last', 'more', 'look']) {
    for (const [shown, why] of SHOWN) {
      await seeded(store);
      const answer = await present(store, 'a', { ...shown, step });
      if (why === undefined) {
        expect(answer[1]).toBe(step === 'last' ? 'open' : 'present');
        continue;
      }
      const x = `gateway a: ${why}`;
      expect(answer, step).toEqual([THIS, 'lost', '1', x]);
      const marked = shown.epoch === undefined ? {} : { 'g:a': `- ${START_MS}` };
      expect(await headOf(store)).toEqual({ ...COUNTED, e: '1', x, o: '-', ...marked });
      await expectClosed(store, x);
      // Nobody opens it, and the first that was found stays.
      expect(await present(store, 'b', { marks: ['9:00'] })).toEqual([THIS, 'lost', '1', x]);
      expect(await drop(store, 'b')).toEqual(['unknown', 'lost', x]);
    }
  }
}

async function strangers(store: LuaStore): Promise<void> {
  const rows: [epoch: string, told: readonly string[]][] = [
    ['1', [THIS, 'recovered', '2', '']],
    ['2', [THIS, 'lost', '2', 'gateway z: found no gateway z, expected it registered']],
    ['3', [THIS, 'lost', '2', 'gateway z: found epoch 2, expected epoch 3']],
  ];
  for (const [epoch, told] of rows) {
    await seeded(store);
    await moved(store, 'a');
    await store.admin.hset(HEAD, 'e', '2');
    const before = await store.dump();
    expect(await present(store, 'z', { epoch })).toEqual(told);
    if (told[1] === 'recovered') expect(await store.dump()).toEqual(before);
    else expect(await headOf(store)).toMatchObject({ 'g:z': `- ${START_MS}`, o: '-', e: '2' });
  }
  // One that is registered and misses something is still known as where it last was.
  await seeded(store);
  await moved(store, 'a');
  const why = `gateway a: root ${ROOT_ID}: found ${MARK}, expected 9:00 or later`;
  const told = await present(store, 'a', { epoch: '1', marks: ['9:00'] });
  expect(told).toEqual([THIS, 'lost', '1', why]);
  expect(await headOf(store)).toMatchObject({ 'g:a': `${OTHER} ${START_MS}`, o: '-', x: why });
}

async function badInput(store: LuaStore): Promise<void> {
  await seeded(store);
  const before = await store.dump();
  const rows: [named: string, name: string, shown: Presents][] = [
    ...['', 'A', '-x', 'a b', 'x'.repeat(65)].map((name): [string, string, Presents] => [
      'gateway',
      name,
      {},
    ]),
    ['epoch', 'a', { epoch: 'x' }],
    ['step', 'a', { step: 'go' }],
    ['mark: found "x"', 'a', { marks: ['x'] }],
    ['mark: found nothing', 'a', { marks: [MARK], keys: [RECORD, RECORD] }],
    ['mark: found "y"', 'a', { marks: [MARK, 'y', 'x'], keys: [RECORD, RECORD, RECORD] }],
    ['mark', 'a', { marks: ['99999999999999999:00'] }],
  ];
  for (const [named, name, shown] of rows) {
    await expect(present(store, name, shown), named).rejects.toThrow(`BADINPUT ${named}`);
  }
  await expect(drop(store, 'A')).rejects.toThrow('BADINPUT gateway: found "A"');
  expect(await store.dump()).toEqual(before);
  expect(await drop(store, 'a')).toEqual(['unknown', 'open', '']);
  expect(await store.dump()).toEqual(before);
}

export const fence: readonly Case[] = [
  { name: 'a gateway registers', run: registers },
  { name: 'another store waits for every gateway', run: waits },
  { name: 'a store that has lost what a gateway saw', run: lost },
  { name: 'a gateway that is no stranger, and is not known', run: strangers },
  { name: 'bad input to the fence', run: badInput },
];
