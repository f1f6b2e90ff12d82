import { expect } from 'vitest';
import { START_MS } from '../../sequences.js';
import {
  COST,
  call,
  EXPIRES_MS,
  HEAD,
  header,
  JOURNAL,
  KEYS,
  NONCE,
  OPEN_ID,
  path,
  RECORD,
  ROOTS_KEY,
  reserve,
  seeded,
  standing,
} from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

const PRINT = 'c'.repeat(32);
const OTHER = 'd'.repeat(32);
const THIRD = '9'.repeat(32);
const TOKEN = '5'.repeat(16);
const SOON = START_MS + 1_000;

const revoke = async (store: LuaStore, words: string) =>
  (await call(store, 'revokeMacaroon', [header(), words]))[1];
const list = (store: LuaStore) => store.admin.hget(RECORD, 'x');
const meta = (store: LuaStore) => store.admin.hget(RECORD, 'm');

/** The list, its number in the meta, and the journal. */
async function revokes(store: LuaStore): Promise<void> {
  await seeded(store);
  const answer = await call(store, 'revokeMacaroon', [header(), `${PRINT} ${SOON} me`]);
  expect(answer).toEqual([standing(2, START_MS), `done ${SOON}`]);
  expect([await list(store), await meta(store)]).toEqual([
    `${PRINT}:${SOON};`,
    `${START_MS} 2 ${NONCE} 2`,
  ]);
  const [item] = await store.admin.xrevrange(JOURNAL, '+', '-', 'COUNT', 1);
  expect(item?.[1]).toContain(`macaroon_revoked 2 ${START_MS} ${PRINT} ${SOON} me`);
  expect(await revoke(store, `${PRINT} ${SOON} me`)).toBe(`replayed ${SOON}`);
  expect(await revoke(store, `${PRINT} ${SOON - 1} me`)).toBe(`replayed ${SOON}`);
  // Never for longer than its root.
  expect(await revoke(store, `${PRINT} ${2 ** 53 - 1} me`)).toBe(`done ${EXPIRES_MS}`);
  expect(await list(store)).toBe(`${PRINT}:${EXPIRES_MS};`);
  expect(await revoke(store, `${OTHER} ${START_MS} me`)).toBe('expired');
  expect(await revoke(store, `${OTHER} ${SOON} me`)).toBe(`done ${SOON}`);
  await store.setClock(SOON);
  expect(await revoke(store, `${THIRD} ${SOON + 1} me`)).toBe(`done ${SOON + 1}`);
  expect(await list(store)).toBe(`${PRINT}:${EXPIRES_MS};${THIRD}:${SOON + 1};`);
}

async function isFull(store: LuaStore): Promise<void> {
  await seeded(store);
  const some = Array.from(
    { length: 999 },
    (_, n) => `${n.toString(16).padStart(32, '0')}:${SOON};`,
  );
  await store.admin.hset(RECORD, 'x', some.join(''));
  expect(await revoke(store, `${PRINT} ${SOON} me`)).toBe(`done ${SOON}`);
  expect(await revoke(store, `${OTHER} ${SOON} me`)).toBe('too_many_revocations');
  expect(await revoke(store, `${PRINT} ${SOON + 1} me`)).toBe(`done ${SOON + 1}`);
}

/** Whoever presents another number is told; with the store's it is as before. */
async function differs(store: LuaStore): Promise<void> {
  await seeded(store);
  const told = `revocations_differ 2 ${PRINT}`;
  await revoke(store, `${PRINT} ${SOON} me`);
  const known = path({ expires: `${EXPIRES_MS}+2` });
  const other = path({ expires: `${EXPIRES_MS}+3` });
  for (const its of [path(), other]) {
    expect((await call(store, 'reserve', [header(), '1', its, ...reserve().slice(3)]))[2]).toBe(
      told,
    );
    expect((await call(store, 'activate', [header(), its]))[2]).toBe(told);
  }
  expect((await call(store, 'activate', [header(), known]))[2]).toMatch(/^replayed/);
  for (const words of [`settle a:x ${COST}`, 'release a:x+1', 'extend a:x 60000']) {
    expect((await call(store, 'resolve', [header(), `${OPEN_ID} - ${words}`]))[1]).toBe(told);
  }
  const own = await call(store, 'resolve', [header(), `${OPEN_ID} - settle a:x+2 ${COST}`]);
  expect(own[1]).toBe('not_owner');
  expect((await call(store, 'resolve', [header(), `${OPEN_ID} - settle g ${COST}`]))[1]).toMatch(
    /^settled/,
  );
  const held = [header(), '1', known, ...reserve().slice(3)];
  expect((await call(store, 'reserve', held))[2]).toMatch(/^held/);
  // A root that has none, for whoever has seen some of it.
  await store.admin.hdel(RECORD, 'x');
  expect((await call(store, 'activate', [header(), path()]))[2]).toBe('revocations_differ 2 -');
}

/** A recovery gives back all that the store has lost, and no other call's. */
async function recovered(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.admin.hset(HEAD, { o: '-', k: TOKEN });
  await store.admin.hset(RECORD, 'x', `${THIRD}:${SOON};`);
  const steps = [`macaroon ${PRINT} ${SOON} me`, `macaroon ${OTHER} ${2 ** 53 - 1} you`];
  const args = [header({ mark: '!' }), '7'.repeat(32), 'last', '-1', '-', TOKEN, ...steps];
  expect((await call(store, 'recover', args, [...KEYS, ROOTS_KEY]))[1]).toBe('recovered');
  expect(await list(store)).toBe(`${THIRD}:${SOON};${PRINT}:${SOON};${OTHER}:${EXPIRES_MS};`);
  expect(await meta(store)).toBe(`${START_MS} 4 ${NONCE} 3`);
}

async function isChecked(store: LuaStore): Promise<void> {
  await seeded(store);
  for (const words of ['', PRINT, `${PRINT} x me`, `${PRINT}0 ${SOON} me`, `${PRINT} ${SOON}`]) {
    await expect(revoke(store, words)).rejects.toThrow(/macaroon|id/);
  }
  expect(await list(store)).toBeNull();
}

export const revoking: readonly Case[] = [
  { name: 'a macaroon is revoked until it expires', run: revokes },
  { name: 'a thousand macaroons of a root are revoked, and no more', run: isFull },
  { name: 'other revocations than were seen are told before anything else', run: differs },
  { name: 'a recovery revokes again what the store has lost', run: recovered },
  { name: 'a revocation is checked', run: isChecked },
];
