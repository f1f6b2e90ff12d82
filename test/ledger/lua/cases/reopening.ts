import { expect } from 'vitest';
import { START_MS } from '../../sequences.js';
import {
  call,
  DUE,
  HEAD,
  header,
  JOURNAL,
  NONCE,
  RECORD,
  ROOTS_KEY,
  reserve,
  seeded,
} from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

/** What the records of a seeded store have: one root, and one hold. */
const COUNTED = { c: '1', r: '1' };
const HASH = 'ab'.repeat(32);
const WHY = 'a recovery is under way, or was broken off';

const TOKEN = '5'.repeat(16);
const OTHER = '6'.repeat(16);
const BESIDE = `${JOURNAL}:${TOKEN}`;

interface Reopens {
  readonly epoch?: string;
  readonly token?: string;
}

function reopen(store: LuaStore, step: string, { epoch = '1', token = TOKEN }: Reopens = {}) {
  return store.call('reopen', [HEAD, JOURNAL, ROOTS_KEY, DUE], [step, epoch, token]);
}

const headOf = (store: LuaStore) => store.admin.hgetall(HEAD);

async function closes(store: LuaStore): Promise<void> {
  const rows: [
    head: Record<string, string>,
    its: Reopens,
    after: Record<string, string>,
    epoch: string,
  ][] = [
    [{}, { epoch: '3' }, { e: '3' }, '3'],
    [{ e: '2' }, { epoch: '3' }, { e: '2' }, '3'],
    [{ e: '4' }, { epoch: '3' }, { e: '4' }, '4'],
    [{ l: 'a 1' }, {}, { e: '1' }, '1'],
    [{ n: '6', t: '1', d: '1', h: HASH }, {}, { n: '6', t: '1', d: '1', h: HASH, e: '1' }, '1'],
    [{ x: 'as found' }, {}, { e: '1' }, '1'],
    // It takes over.
    [{ k: OTHER }, {}, { e: '1' }, '1'],
  ];
  for (const [head, its, after, epoch] of rows) {
    await seeded(store);
    const journal = await store.admin.dumpBuffer(JOURNAL);
    await store.admin.del(HEAD);
    if (Object.keys(head).length > 0) await store.admin.hset(HEAD, head);
    expect(await reopen(store, 'close', its)).toBe(epoch);
    expect(await headOf(store)).toEqual({ ...after, o: '-', x: WHY, k: TOKEN });
    expect(await store.admin.dumpBuffer(JOURNAL)).toEqual(journal);
    await expect(call(store, 'reserve', reserve())).rejects.toThrow(`CLOSED ${WHY}`);
  }
}

const NONE = 'CLOSED no recovery is under way';
const TAKEN = 'CLOSED another recovery has taken over since';

/** Nobody but the recovery that was begun last goes on. */
async function tokens(store: LuaStore): Promise<void> {
  const steps = [() => reopen(store, 'open', { epoch: '2' }), () => mend(store, '0 0 - 0')];
  for (const step of steps) {
    for (const [head, refused] of [
      [{}, NONE],
      [{ o: '-' }, NONE],
      [{ k: TOKEN }, NONE],
      [{ o: 'elsewhere', k: TOKEN }, NONE],
      [{ o: '-', k: OTHER }, TAKEN],
    ] as const) {
      await seeded(store);
      if (Object.keys(head).length > 0) await store.admin.hset(HEAD, head);
      const before = await store.dump();
      await expect(step()).rejects.toThrow(refused);
      expect(await store.dump()).toEqual(before);
    }
  }
}

function mend(store: LuaStore, what: string, token = TOKEN) {
  return store.call('mend', [HEAD, JOURNAL, BESIDE], [token, what]);
}

/** Another journal takes the place of the one that is there; or none. */
async function mends(store: LuaStore): Promise<void> {
  const rows: [what: string, items: number, after: Record<string, string>][] = [
    ['0 0 - 0', 0, { n: '0', t: '0', d: '0' }],
    [`7 7 ${HASH} 0`, 0, { n: '7', t: '7', d: '7', h: HASH }],
    [`9 7 ${HASH} 0`, 1, { n: '9', t: '7', d: '7', h: HASH }],
    ['9 0 - 3', 1, { n: '9', t: '0', d: '0' }],
  ];
  for (const [what, items, after] of rows) {
    await seeded(store);
    await reopen(store, 'close');
    await store.admin.hset(HEAD, 'h', 'cd'.repeat(32));
    if (what.endsWith('3')) await store.admin.hset(HEAD, 'd', '3');
    if (items > 0) {
      await store.admin.xadd(BESIDE, '8-0', 'r', 'x');
      await store.admin.pexpire(BESIDE, 1_000_000);
    }
    expect(await mend(store, what)).toBe(after['n']);
    expect(await headOf(store)).toEqual({
      ...{ ...COUNTED, e: '1', o: '-', x: WHY, k: TOKEN, s: expect.anything() },
      ...after,
    });
    expect(await store.admin.exists(JOURNAL, BESIDE)).toBe(items);
    if (items > 0) expect(await store.admin.pttl(JOURNAL)).toBe(-1);
  }
}

async function badMend(store: LuaStore): Promise<void> {
  await seeded(store);
  await reopen(store, 'close');
  const before = await store.dump();
  const rows: [named: string, what: string, token?: string][] = [
    ['token', '0 0 - 0', 'x'],
    ['journal', ''],
    ['journal', '1 0 -'],
    ['hash', '1 1 x 0'],
    ['hash', '1 1 - 0'],
    ['hash', `1 0 ${HASH} 0`],
    ['hash', `1 1 ${HASH}0 0`],
    ['hash', `1 1 ${'AB'.repeat(32)} 0`],
    ['drained', `1 2 ${HASH} 0`],
    ['last', `${2 ** 53} 0 - 0`],
    ['drained', `1 ${2 ** 53} ${HASH} 0`],
    // There is none to take its place.
    ['journal', '1 0 - 0'],
  ];
  for (const [named, what, token] of rows) {
    await expect(mend(store, what, token), what).rejects.toThrow(`BADINPUT ${named}: found `);
  }
  await expect(mend(store, '0 0 - 1')).rejects.toThrow('CLOSED the journal was drained meanwhile');
  expect(await store.dump()).toEqual(before);
}

/** Every gateway registers anew: who was dropped, too. */
async function opens(store: LuaStore): Promise<void> {
  await seeded(store);
  const gateways = { 'g:a': `x ${START_MS}`, 'g:d': '- 1', 'd:b': '1' };
  await store.admin.hset(HEAD, { e: '1', d: '1', h: HASH, ...gateways });
  await reopen(store, 'close');
  expect(await headOf(store)).toMatchObject(gateways);
  expect(await reopen(store, 'open', { epoch: '2' })).toBe('2');
  expect(await headOf(store)).toEqual({
    ...COUNTED,
    n: '2',
    t: '0',
    d: '1',
    h: HASH,
    e: '2',
    s: expect.anything(),
    o: 'recovered',
  });
  const marks = ['a', '-', 'last', NONCE, `1:${NONCE}`];
  expect(
    await call(store, 'present', marks, [HEAD, ROOTS_KEY, DUE, JOURNAL, RECORD]),
  ).toMatchObject({ 1: 'open' });
  expect((await call(store, 'reserve', [header(), ...reserve().slice(1)]))[2]).toMatch(/^held /);
}

async function badInput(store: LuaStore): Promise<void> {
  await seeded(store);
  const before = await store.dump();
  const rows: [named: string, step: string, its: Reopens][] = [
    ['step', 'shut', {}],
    ['epoch', 'close', { epoch: 'x' }],
    ['token', 'close', { token: 'x' }],
    ['token', 'open', { token: OTHER.slice(1) }],
    ['token', 'close', { token: 'A'.repeat(16) }],
  ];
  for (const [named, step, its] of rows) {
    await expect(reopen(store, step, its), named).rejects.toThrow(`BADINPUT ${named}: found `);
  }
  expect(await store.dump()).toEqual(before);
}

export const reopening: readonly Case[] = [
  { name: 'a tenant is closed for a recovery', run: closes },
  { name: 'a tenant is opened after a recovery', run: opens },
  { name: 'the token of a recovery', run: tokens },
  { name: 'another journal in the place of one', run: mends },
  { name: 'bad input to a journal that takes the place of one', run: badMend },
  { name: 'bad input to what closes and opens a tenant', run: badInput },
];
