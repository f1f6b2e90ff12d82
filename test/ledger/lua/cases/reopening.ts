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

interface Reopens {
  readonly epoch?: string;
  readonly drained?: string;
  readonly hash?: string;
}

function reopen(
  store: LuaStore,
  step: string,
  { epoch = '1', drained = '0', hash = '-' }: Reopens = {},
) {
  return store.call('reopen', [HEAD, JOURNAL, ROOTS_KEY, DUE], [step, epoch, drained, hash]);
}

const headOf = (store: LuaStore) => store.admin.hgetall(HEAD);

/** What is journaled from then on is numbered after all that was drained. */
async function closes(store: LuaStore): Promise<void> {
  const drained = { n: '5', t: '5', d: '5', h: HASH };
  const rows: [head: Record<string, string>, its: Reopens, after: Record<string, string>][] = [
    [{}, { epoch: '3' }, { e: '3' }],
    [{ e: '2' }, { epoch: '3' }, { e: '2' }],
    [{ l: 'a 1' }, {}, { e: '1' }],
    [{}, { drained: '5', hash: HASH }, { ...drained, e: '1' }],
    [
      { n: '4', d: '3' },
      { drained: '5', hash: HASH },
      { ...drained, e: '1' },
    ],
    [
      { n: '5', d: '3' },
      { drained: '5', hash: HASH },
      { n: '5', d: '3', e: '1' },
    ],
    [{ n: '6' }, { drained: '5', hash: HASH }, { n: '6', e: '1' }],
    [{ n: '4' }, { drained: '5' }, { n: '4', e: '1' }],
    [{ x: 'as found' }, {}, { e: '1' }],
  ];
  for (const [head, its, after] of rows) {
    await seeded(store);
    await store.admin.del(HEAD);
    if (Object.keys(head).length > 0) await store.admin.hset(HEAD, head);
    expect(await reopen(store, 'close', its)).toBe(its.epoch ?? '1');
    expect(await headOf(store)).toEqual({ ...COUNTED, n: '2', t: '0', ...after, o: '-', x: WHY });
    const isNumberedAnew = after['t'] !== undefined;
    expect(await store.admin.exists(JOURNAL)).toBe(isNumberedAnew ? 0 : 1);
    await expect(call(store, 'reserve', reserve())).rejects.toThrow(`CLOSED ${WHY}`);
  }
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
    ['step', 'open', {}],
    ['epoch', 'close', { epoch: 'x' }],
    ['drained', 'close', { drained: '-1' }],
    ...['x', 'AB'.repeat(32), HASH.slice(1), `${HASH}0`].map((hash): [string, string, Reopens] => [
      'hash',
      'close',
      { hash },
    ]),
  ];
  for (const [named, step, its] of rows) {
    await expect(reopen(store, step, its), named).rejects.toThrow(`BADINPUT ${named}: found `);
  }
  expect(await store.dump()).toEqual(before);
}

export const reopening: readonly Case[] = [
  { name: 'a tenant is closed for a recovery', run: closes },
  { name: 'a tenant is opened after a recovery', run: opens },
  { name: 'bad input to what closes and opens a tenant', run: badInput },
];
