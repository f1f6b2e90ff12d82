import { expect } from 'vitest';
import {
  MAX_PLACES,
  MAX_TTL_MS,
  PLACE_WITHOUT_HOLD_MS,
  REFUSED_NAMES,
  REMEMBERED_MS,
  REMEMBERED_PER_ROOT,
} from '../../../../src/ledger/contract.js';
import { placesKey, refusedKey, responseKeys } from '../../../../src/ledger/redis/keys.js';
import { START_MS } from '../../sequences.js';
import { call, OPEN_ID, RECORD, ROOT_ID, seeded, TENANT } from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

const RESPONSES = responseKeys(TENANT, ROOT_ID);
const [RESPONSE = '', REMEMBERED = ''] = RESPONSES;
const PLACES = placesKey(TENANT, ROOT_ID);
const REFUSED = refusedKey(TENANT);
const SAID = '7 a:x/y %22m%22';

const remember = (store: LuaStore, ids: readonly string[], said = SAID) =>
  call(store, 'remember', [said, ...ids], RESPONSES);
const recall = (store: LuaStore, ...ids: string[]) => call(store, 'recall', ids, [RESPONSE]);
const inOrder = (store: LuaStore, key = REMEMBERED) => store.admin.zrange(key, 0, '-1');
const idsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => `resp_${first + i}`);

const idOf = (n: number) => n.toString(16).padStart(32, '0');
const enterAs = (store: LuaStore, id: string, most: number | string, names = ['n']) =>
  call(store, 'enter', [id, String(most), ...names], [PLACES, REFUSED, RECORD]);
const enter = async (store: LuaStore, n: number, most: number) =>
  (await enterAs(store, idOf(n), most)).join(' ');
const refuse = (store: LuaStore, ...names: string[]) => call(store, 'refuse', names, [REFUSED]);

/** Every key that leaves by itself does so after exactly `ms` of the store's own clock. */
async function expectLasts(store: LuaStore, keys: readonly string[], ms: number, since: number) {
  for (const key of keys) {
    const expires = Number(await store.admin.pexpiretime(key));
    expect(expires).toBeGreaterThanOrEqual(since + ms);
    expect(expires).toBeLessThanOrEqual(Date.now() + ms);
  }
}

async function responses(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  expect(await recall(store, 'a')).toEqual(['-']);
  const since = Date.now();
  expect(await remember(store, ['b', 'a'])).toBe('kept');
  await expectLasts(store, RESPONSES, REMEMBERED_MS, since);
  await remember(store, ['A'], '8 a: "');
  expect(await recall(store, 'A', 'x', 'b', 'a')).toEqual(['8 a: "', '-', SAID, SAID]);
  expect(await inOrder(store)).toEqual(['b', 'a', 'A']);
  await remember(store, ['b'], '9 a: m');
  expect(await recall(store, 'a', 'b')).toEqual([SAID, '9 a: m']);
  expect(await inOrder(store)).toEqual(['a', 'A', 'b']);
  // The clock goes back, and on.
  await store.setClock(START_MS - 60_000);
  await remember(store, ['c']);
  await store.setClock(START_MS + 1);
  await remember(store, ['0']);
  expect(await inOrder(store)).toEqual(['a', 'A', 'b', 'c', '0']);
  await store.setClock(START_MS + 60_000);
  await remember(store, ['z']);
  await store.setClock(START_MS);
  await remember(store, ['y']);
  expect(await inOrder(store)).toEqual(['a', 'A', 'b', 'c', '0', 'z', 'y']);
  expect(await store.admin.hlen(RESPONSE)).toBe(7);
}

async function refusedResponses(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  for (const bad of ['', '7', '7 a:', '7 x m', '-1 a: m', '7 a: ', '7 a: m m', 'x a: m']) {
    await expect(remember(store, ['a'], bad), bad).rejects.toThrow('BADINPUT response');
  }
  await expect(call(store, 'remember', [], RESPONSES)).rejects.toThrow('BADINPUT response');
  await expect(remember(store, [])).rejects.toThrow('BADINPUT ids: found "0"');
  await expect(remember(store, idsFrom(0, 65))).rejects.toThrow('BADINPUT ids: found "65"');
  expect(await store.dump()).toEqual(new Map());
  await remember(store, idsFrom(0, 64));
  expect(await inOrder(store)).toHaveLength(64);
}

async function lifeOfResponses(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  for (let from = 0; from < 130; from += 26) await remember(store, idsFrom(from, 26));
  await store.setClock(START_MS + REMEMBERED_MS - 1);
  expect(await recall(store, 'resp_0')).toEqual([SAID]);
  await remember(store, ['a']);
  expect(await inOrder(store)).toHaveLength(131);
  await store.setClock(START_MS + REMEMBERED_MS);
  expect(await recall(store, 'resp_0', 'a')).toEqual(['-', SAID]);
  // They came within thousandths of a millisecond.
  await remember(store, ['b']);
  expect(await inOrder(store)).toHaveLength(132);
  await store.setClock(START_MS + REMEMBERED_MS + 1);
  await remember(store, ['c']);
  expect(await inOrder(store)).toEqual(['resp_128', 'resp_129', 'a', 'b', 'c']);
  expect((await store.admin.hkeys(RESPONSE)).sort()).toEqual([
    'a',
    'b',
    'c',
    'resp_128',
    'resp_129',
  ]);
}

async function manyResponses(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const whole = REMEMBERED_PER_ROOT - (REMEMBERED_PER_ROOT % 64);
  for (let from = 0; from < whole; from += 64) await remember(store, idsFrom(from, 64));
  await remember(store, idsFrom(whole, REMEMBERED_PER_ROOT - whole));
  const sizes = async () => [await store.admin.hlen(RESPONSE), await store.admin.zcard(REMEMBERED)];
  expect(await sizes()).toEqual([REMEMBERED_PER_ROOT, REMEMBERED_PER_ROOT]);
  await remember(store, ['a', 'resp_1', 'b']);
  expect(await sizes()).toEqual([REMEMBERED_PER_ROOT, REMEMBERED_PER_ROOT]);
  const first = ['resp_0', 'resp_1', 'resp_2', 'resp_3'];
  expect(await recall(store, ...first)).toEqual(['-', SAID, '-', SAID]);
  await remember(store, ['c']);
  expect(await sizes()).toEqual([REMEMBERED_PER_ROOT, REMEMBERED_PER_ROOT]);
  expect(await recall(store, ...first)).toEqual(['-', SAID, '-', '-']);
}

async function places(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const since = Date.now();
  expect(await enter(store, 1, 2)).toBe('entered');
  await expectLasts(store, [PLACES], PLACE_WITHOUT_HOLD_MS + MAX_TTL_MS, since);
  expect(await enter(store, 1, 2)).toBe('entered');
  expect(await enter(store, 2, 1)).toBe('full');
  expect(await enter(store, 2, 2)).toBe('entered');
  expect(await enter(store, 3, 2)).toBe('full');
  expect(await enter(store, 1, 1)).toBe('entered');
  expect(await store.admin.zcard(PLACES)).toBe(2);
  // Of those that are over, all leave.
  await store.setClock(START_MS + PLACE_WITHOUT_HOLD_MS - 1);
  expect(await enter(store, 2, 2)).toBe('entered');
  expect(await enter(store, 3, 2)).toBe('full');
  await store.setClock(START_MS + PLACE_WITHOUT_HOLD_MS);
  expect(await enter(store, 3, 2)).toBe('entered');
  expect(await inOrder(store, PLACES)).toEqual([idOf(2), idOf(3)]);
  expect(await enter(store, 4, 2)).toBe('full');
  // One that entered long after now did so by a clock that was ahead.
  await store.setClock(START_MS);
  expect(await enter(store, 4, 2)).toBe('entered');
  expect(await inOrder(store, PLACES)).toEqual([idOf(4), idOf(2)]);
  await store.setClock(START_MS - 1);
  expect(await enter(store, 5, 1)).toBe('full');
  expect(await inOrder(store, PLACES)).toEqual([idOf(4)]);
}

/** Each of many is looked at. */
async function manyPlaces(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const count = 7;
  for (let n = 0; n < count; n++) {
    await store.setClock(START_MS + n);
    expect(await enter(store, n, count)).toBe('entered');
  }
  expect(await enter(store, 99, count)).toBe('full');
  await store.setClock(START_MS + PLACE_WITHOUT_HOLD_MS + 2);
  expect(await enter(store, 99, count)).toBe('entered');
  expect(await inOrder(store, PLACES)).toEqual([3, 4, 5, 6, 99].map(idOf));
}

async function placesOfHolds(store: LuaStore): Promise<void> {
  await seeded(store);
  const full = { status: 'full' };
  const status = async (most = 1) => ({ status: await enter(store, 9, most) });
  expect(await enterAs(store, OPEN_ID, 1)).toEqual(['entered']);
  // The hold that `seeded` makes lasts a minute.
  await store.admin.zadd(PLACES, START_MS - PLACE_WITHOUT_HOLD_MS, OPEN_ID);
  await store.setClock(START_MS + 59_999);
  expect(await status()).toEqual(full);
  await store.setClock(START_MS + 60_000);
  expect(await status()).toEqual({ status: 'entered' });
  expect(await inOrder(store, PLACES)).toEqual([idOf(9)]);
  const far = START_MS + 3_600_000;
  for (const state of ['p', 's', 'r', 't']) {
    await store.admin.del(PLACES);
    const kept = state === 't' ? '1 1' : '-';
    const hold = `${state} ${far} ${START_MS} 0 g a:x 1,,, - - ${kept}`;
    await store.admin.hset(RECORD, `h:${OPEN_ID}`, hold);
    await enterAs(store, OPEN_ID, 1);
    expect(await status(), state).toEqual({ status: 'entered' });
  }
  await store.admin.del(PLACES);
  await enterAs(store, OPEN_ID, 1);
  await store.admin.hset(RECORD, `h:${OPEN_ID}`, 'x');
  await expect(enter(store, 9, 1)).rejects.toThrow('BADSTATE hold: found "x"');
  expect(await inOrder(store, PLACES)).toEqual([OPEN_ID]);
}

async function refusedPlaces(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  for (const id of ['', 'x', OPEN_ID.slice(1), OPEN_ID.toUpperCase()]) {
    await expect(enterAs(store, id, 1)).rejects.toThrow('BADINPUT id');
  }
  for (const most of ['', '-1', '0', String(MAX_PLACES + 1), '1.5', 'nan']) {
    const found = `BADINPUT most: found "${most}"`;
    await expect(enterAs(store, OPEN_ID, most)).rejects.toThrow(found);
  }
  expect(await store.dump()).toEqual(new Map());
  expect(await enter(store, 0, MAX_PLACES)).toBe('entered');
  expect(await enter(store, 1, 1)).toBe('full');
}

async function names(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  expect(await refuse(store, 'b', 'a', 'b')).toBe('refused');
  await refuse(store, 'A', 'b');
  expect(await inOrder(store, REFUSED)).toEqual(['b', 'a', 'A']);
  const asked = (...its: string[]) => enterAs(store, OPEN_ID, 1, its);
  expect(await asked('a', 'x', 'b', 'y')).toEqual(['refused', '1', '3']);
  expect(await asked('x', 'A')).toEqual(['refused', '2']);
  expect(await inOrder(store, PLACES)).toEqual([]);
  expect(await asked('x')).toEqual(['entered']);
  const rest = Array.from({ length: REFUSED_NAMES - 3 }, (_, i) => `name-${i}`);
  for (let from = 0; from < rest.length; from += 64) {
    await refuse(store, ...rest.slice(from, from + 64));
  }
  expect(await inOrder(store, REFUSED)).toEqual(['b', 'a', 'A', ...rest]);
  await refuse(store, 'x', 'a', 'y');
  expect(await inOrder(store, REFUSED)).toEqual(['A', ...rest, 'x', 'y']);
}

/** What gateways tell each other beside the money. */
export const sharing: readonly Case[] = [
  { name: 'responses are known as they were told last, in the order told', run: responses },
  { name: 'a response that can’t be read is refused', run: refusedResponses },
  { name: 'a response is known for 30 days, and then leaves', run: lifeOfResponses },
  { name: 'of too many responses the oldest leave', run: manyResponses },
  { name: 'a place lasts a minute without a hold', run: places },
  { name: 'of many places those leave that are over', run: manyPlaces },
  { name: 'a place lasts as long as its hold is open', run: placesOfHolds },
  { name: 'a place that can’t be asked for is refused', run: refusedPlaces },
  { name: 'names are refused in the order told, the oldest leave', run: names },
];
