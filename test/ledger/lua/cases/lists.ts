import { expect } from 'vitest';
import { START_MS } from '../../sequences.js';
import {
  CARVES,
  call,
  DUE,
  EXPIRES_MS,
  GENESIS,
  HEAD,
  header,
  ID,
  JOURNAL,
  KEYS,
  NAMES,
  NO_STANDING,
  NONCE,
  OPEN_ID,
  path,
  RECORD,
  ROOT_ID,
  ROOTS_KEY,
  reserve,
  seeded,
  standing,
} from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

const LATEST = String(START_MS + 300_000);

/** What is due: the longest due first, none that is not, at most so many. */
async function due(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const members = [-2, -1, 0, 1].map((off) => `${ROOT_ID}.${off}`);
  for (const [i, member] of members.entries())
    await store.admin.zadd(DUE, START_MS - 2 + i, member);
  const ask = (latest: number, most: number) => call(store, 'due', [`${latest}`, `${most}`], [DUE]);
  expect(await ask(START_MS, 9)).toEqual(members.slice(0, 3));
  expect(await ask(START_MS + 300_000, 2)).toEqual(members.slice(0, 2));
  expect(await ask(START_MS, 0)).toEqual([]);
  expect(await ask(START_MS - 1, 9)).toEqual([]);
}

/** Sweepers may come with any list: what it names is looked at, and the rest stays. */
async function sweepLists(store: LuaStore): Promise<void> {
  await seeded(store);
  const carving = {
    path: { childLimits: 'credits+carved=2000000;', childEnds: `${START_MS + 1}` },
  };
  await call(store, 'reserve', reserve({ ...carving, path: { ...carving.path, child: 'a:y' } }));
  const gone = ['f'.repeat(32), 'a:z 1', 'a:y 2'];
  await store.admin.zadd(DUE, ...gone.flatMap((member) => [5, `${ROOT_ID}.${member}`]));
  const sweep = async (...members: string[]) =>
    (await call(store, 'sweep', [header(), ...members])).slice(1);

  expect(await sweep(...gone, OPEN_ID, 'a:y 1')).toEqual(['0', '0', '0', '0']);
  expect(await store.admin.zrange(DUE, '0', '-1')).toEqual([
    `${ROOT_ID}.a:y 1`,
    `${ROOT_ID}.${ID}`,
    `${ROOT_ID}.${OPEN_ID}`,
  ]);
  await store.setClock(START_MS + 60_000);
  // What its hold leaves of it goes back, since the hold is looked at first.
  expect(await sweep('a:y 1', ID)).toEqual(['1', '0', '1', '0']);
  expect(await store.admin.hget(RECORD, 'a:')).toMatch(/^1000000 1000000 /);
  expect(await store.admin.zcard(CARVES)).toBe(0);
  // Named twice, it is charged once.
  expect(await sweep('a:y 1', ID, OPEN_ID, OPEN_ID)).toEqual(['1', '0', '0', '0']);
  await store.setClock(START_MS + 64_000);
  expect(await sweep(ID, OPEN_ID, ID)).toEqual(['0', '2', '0', '0']);
  expect(await store.admin.zcard(DUE)).toBe(0);
  expect(Object.keys(await store.admin.hgetall(RECORD)).sort()).toEqual([
    'a:',
    'a:x',
    'a:y',
    'g',
    'm',
  ]);
}

async function sweepUnbelieved(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.setClock(START_MS + 300_001);
  const before = await store.dump();
  expect(await call(store, 'sweep', [header(), OPEN_ID])).toEqual([
    standing(1, START_MS),
    '0',
    '0',
    '0',
    '0',
  ]);
  expect(await store.dump()).toEqual(before);
}

/** A root that is gone leaves nothing in the list. */
async function sweepNoRoot(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const members = [OPEN_ID, 'a:x 1', ID];
  await store.admin.zadd(DUE, ...members.flatMap((member) => [1, `${ROOT_ID}.${member}`]));
  await store.admin.zadd(DUE, 1, 'another');
  expect(await call(store, 'sweep', [header(), OPEN_ID, 'a:x 1'])).toEqual([
    NO_STANDING,
    '0',
    '0',
    '0',
    '0',
  ]);
  expect(await store.admin.zrange(DUE, '0', '-1')).toEqual([`${ROOT_ID}.${ID}`, 'another']);
}

/** Whole items of the stream leave, for every number that can be asked for. */
async function trim(store: LuaStore): Promise<void> {
  for (const sizes of ITEMS) {
    for (let upTo = 0; upTo <= LAST + 2; upTo++) {
      await trimmed(store, sizes, upTo, LAST);
      await trimmed(store, sizes, LAST, Math.min(upTo, LAST));
    }
  }
  await store.begin(START_MS);
  expect(await call(store, 'trim', ['9'], [JOURNAL, HEAD])).toBe('0');
}

/** How many entries each item of the stream has, and the number of the last one. */
const ITEMS = [
  [2, 3, 1, 2],
  [1, 3, 1, 3],
];
const LAST = 8;

async function trimmed(
  store: LuaStore,
  sizes: readonly number[],
  through: number,
  drained: number,
): Promise<void> {
  await store.begin(START_MS);
  const firsts: number[] = [];
  let number = 1;
  for (const size of sizes) {
    const lines = Array.from({ length: size }, (_, i) => `entry ${number + i}`).join('\n');
    await store.admin.xadd(JOURNAL, `${number}-0`, 'r', ROOT_ID, 'n', size, 'e', lines);
    firsts.push(number);
    number += size;
  }
  await store.admin.hset(HEAD, 'n', LAST, 'd', drained);
  const ends = firsts.map((first, i) => first + (sizes[i] ?? 0) - 1);
  const expected = Math.max(0, ...ends.filter((end) => end <= Math.min(through, drained)));
  const ask = (upTo: number) => call(store, 'trim', [String(upTo)], [JOURNAL, HEAD]);
  expect(await ask(through), `through ${through} of ${drained}`).toBe(String(expected));
  const left = (await store.admin.xrange(JOURNAL, '-', '+')).map(([id]) => id);
  expect(left).toEqual(firsts.filter((first) => first > expected).map((first) => `${first}-0`));
  expect(await store.admin.hget(HEAD, 't')).toBe(expected === 0 ? null : String(expected));
  // Again, and back: nothing more leaves, and nothing comes back.
  expect(await ask(through)).toBe(String(expected));
  expect(await ask(0)).toBe(String(expected));
  await store.admin.hset(HEAD, 'd', LAST);
  expect(await ask(LAST)).toBe(String(LAST));
  expect(await store.admin.xlen(JOURNAL)).toBe(0);
  expect(await ask(LAST + 5)).toBe(String(LAST));
}

async function view(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const ask = (...args: string[]) => call(store, 'view', args, [RECORD]);
  expect(await ask(LATEST, 'a:')).toEqual([]);
  await seeded(store);
  const meta = `${START_MS} 1 ${NONCE}`;
  const [root, child] = await store.admin.hmget(RECORD, 'a:', 'a:x');
  expect(await ask(LATEST, 'a:', 'a:y', 'a:x')).toEqual([
    `${START_MS}`,
    meta,
    GENESIS,
    root,
    null,
    child,
  ]);
  expect(await ask(LATEST)).toEqual([`${START_MS}`, meta, GENESIS]);
  for (const [at, decides] of [
    [7, 7],
    [-7, 0],
    [300_000, 300_000],
    [300_001, 0],
  ] as const) {
    await store.setClock(START_MS + at);
    expect((await ask(LATEST))[0]).toBe(String(START_MS + decides));
  }
  await store.admin.hset(RECORD, 'm', 'x');
  await expect(ask(LATEST)).rejects.toThrow('BADSTATE meta: found "x"');
  for (const field of ['g', 'm']) {
    await seeded(store);
    await store.admin.hdel(RECORD, field);
    expect(await ask(LATEST, 'a:')).toEqual([]);
  }
}

/** The store's clock tells microseconds. */
async function microseconds(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.admin.mset('test:microseconds', 999_999);
  const second = Math.floor(START_MS / 1_000) * 1_000;
  const [stands] = await call(store, 'resolve', [header(), `${OPEN_ID} - extend g 86400000`]);
  expect(stands).toBe(standing(2, second + 999));
}

/** One call ends two hundred carve-outs and leaves the rest. */
async function atOnce(store: LuaStore): Promise<void> {
  const many = 201;
  await seeded(store);
  const fields = Array.from({ length: many }, (_, i) => `a:${String(i).padStart(4, '0')}`);
  const carve = `0 0 0 0 0 0 0 0 0 1 - v=1:5:${START_MS};`;
  await store.admin.hset(RECORD, Object.fromEntries(fields.map((field) => [field, carve])));
  await store.admin.zadd(CARVES, ...fields.flatMap((field) => [START_MS, `${field} 1`]));
  await store.admin.hset(
    RECORD,
    'a:',
    `0 ${1_000_000 + many * 5} 0 0 0 0 0 1000000 1 ${many + 2} -`,
  );
  const asked = reserve({ reservation: { least: '9999999,,,1', most: '9999999,,,1' } });
  const [stands] = await call(store, 'reserve', asked);
  expect(stands).toMatch(new RegExp(`^${1 + 200} `));
  expect(await store.admin.zrange(CARVES, '0', '-1')).toEqual([`${fields[200]} 1`]);
  expect(await store.admin.hget(RECORD, 'a:')).toMatch(/^0 1000005 /);
}

/** Ids of top-ups are counted, and are never in the list of what is due. */
async function topUps(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.admin.hset(RECORD, 't', '9999');
  const due = await store.admin.zcard(DUE);
  const ask = async (id: string) => (await call(store, 'topUp', [header(), `${id} a:x 1 5 me`]))[1];
  expect(await ask('c'.repeat(32))).toBe('done 5,,,');
  expect(await store.admin.hget(RECORD, 't')).toBe('10000');
  expect(await ask('d'.repeat(32))).toBe('too_many_top_ups');
  expect(await ask('c'.repeat(32))).toBe('replayed 5,,,');
  expect(await store.admin.hget(RECORD, 't')).toBe('10000');
  expect(await store.admin.zcard(DUE)).toBe(due);
}

/** What a revoked account has left set aside is given back to whoever lacks it, if nothing else is due. */
async function leftByRevoked(store: LuaStore): Promise<void> {
  await seeded(store);
  const ends = START_MS + 60_000;
  await store.admin.hset(RECORD, {
    'a:': '0 4000000 0 0 0 0 0 1000000 1 3 -',
    'a:p': `0 0 0 0 0 0 0 0 0 1 - s=r v=1:3000000:${ends};`,
  });
  await store.admin.zadd(CARVES, -1, 'a:p *', ends, 'a:p 1');
  await store.admin.zadd(NAMES, 0, 'a:p', 0, 'c a:p 1');
  const asked = reserve({ reservation: { least: '2000000,,,1', most: '2000000,,,1' } });
  expect((await call(store, 'reserve', asked))[2]).toMatch(/^held /);
  expect(await store.admin.zrange(CARVES, '0', '-1')).toEqual(['a:p *']);
  expect(await store.admin.hget(RECORD, 'a:')).toMatch(/^0 3000000 /);
}

/** Lists that are longer than one command takes are written in parts, all of them. */
async function inParts(store: LuaStore): Promise<void> {
  const many = 2_100;
  await seeded(store);
  const ids = Array.from({ length: many }, (_, i) => i.toString(16).padStart(32, '0'));
  const held = `o ${START_MS} ${START_MS} 1 g a: 1,,, - - 0 0 1,,, 1,,,`;
  await store.admin.hset(RECORD, Object.fromEntries(ids.map((id) => [`h:${id}`, held])));
  await store.admin.hset(RECORD, 'm', `${START_MS} 1 ${NONCE}`);
  await store.admin.hset(RECORD, 'a:', `0 ${1_000_000 + many} 0 0 0 0 0 1000000 ${many + 1} 2 -`);
  const sweep = (members: readonly string[]) => call(store, 'sweep', [header(), ...members]);
  expect((await sweep(ids)).slice(1)).toEqual([String(many), '0', '0', '0']);
  for (const id of ids) {
    expect(await store.admin.zscore(DUE, `${ROOT_ID}.${id}`)).toBe(String(START_MS + 4_000));
  }
  const gone = Array.from({ length: 4_100 }, (_, i) => `a:gone-${i} 1`);
  await store.admin.zadd(DUE, ...gone.flatMap((member) => [1, `${ROOT_ID}.${member}`]));
  expect((await sweep(gone)).slice(1)).toEqual(['0', '0', '0', '0']);
  expect(await store.admin.zcard(DUE)).toBe(many + 1);
}

/** Roots are listed once, and what is opened is byte by byte what was said. */
async function openRoot(store: LuaStore): Promise<void> {
  await store.begin(START_MS);
  const keys = [...KEYS, ROOTS_KEY];
  const ask = async (genesis: string, nonce = NONCE) =>
    call(store, 'openRoot', [header({ nonce }), genesis], keys);
  expect(await ask(GENESIS)).toEqual([standing(0, START_MS), 'opened']);
  expect(await store.admin.hgetall(RECORD)).toEqual({
    g: GENESIS,
    m: `${START_MS} 0 ${NONCE}`,
  });
  expect(await store.admin.zrange(ROOTS_KEY, '0', '-1', 'WITHSCORES')).toEqual([ROOT_ID, '0']);
  expect(await store.admin.xrange(JOURNAL, '-', '+')).toEqual([
    ['1-0', ['r', ROOT_ID, 'n', '1', 'e', `opened 0 ${START_MS} ${GENESIS}`, 'v', NONCE]],
  ]);
  const other = '0'.repeat(16);
  expect(await ask(GENESIS, other)).toEqual([standing(0, START_MS, NONCE, other), 'replayed']);
  expect(await ask(`${GENESIS.slice(0, -1)} }`, other)).toEqual([
    standing(0, START_MS, NONCE, other),
    'root_conflict',
  ]);
  expect(await store.admin.xlen(JOURNAL)).toBe(1);
  // A store whose clock is not believed opens roots all the same: nothing is decided by its time.
  await store.begin(START_MS + 300_001);
  expect(await ask(GENESIS)).toEqual([standing(0, 0), 'opened']);
}

/** What a root asks by when the clock is not believed: nothing new is made, what is open ends. */
async function unbelieved(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.setClock(START_MS + 300_001);
  const before = await store.dump();
  expect((await call(store, 'reserve', reserve()))[2]).toBe('clock_ahead');
  expect((await call(store, 'activate', [header(), path()]))[2]).toBe('clock_ahead');
  expect(await store.dump()).toEqual(before);
  const ends = [`${ID} - release g`, `${OPEN_ID} - extend g 86400000`, `${OPEN_ID} - release g`];
  expect(await call(store, 'resolve', [header(), ...ends])).toEqual([
    standing(4, START_MS),
    'released',
    `extended ${START_MS + 86_400_000}`,
    'released',
  ]);
}

/** Who drains, to the millisecond of a lease's end, and from where to where. */
async function draining(store: LuaStore): Promise<void> {
  const lease = (holder: string, ttl: number) =>
    call(store, 'lease', [holder, String(ttl)], [HEAD]);
  const place = (number: number) =>
    number === 0 ? '0 ' : `${number} ${String(number).repeat(64)}`;
  const move = (holder: string, from: string, to: string) =>
    call(store, 'moveHead', [holder, from, to], [HEAD]);
  await store.begin(START_MS);
  expect(await move('a', place(0), place(1))).toBe('not_holder');
  expect(await lease('a', 300_000)).toEqual(['granted', '0', '']);
  expect(await store.admin.hgetall(HEAD)).toEqual({ l: `a ${START_MS + 300_000}` });
  expect(await lease('b', 1_000)).toEqual(['taken', String(START_MS + 300_000)]);
  expect(await lease('b', 0)).toEqual(['taken', String(START_MS + 300_000)]);
  // Put back so far, the clock shows it to be longer than any.
  await store.setClock(START_MS - 1);
  expect(await lease('b', 1_000)).toEqual(['granted', '0', '']);
  await store.setClock(START_MS + 998);
  expect(await lease('a', 1_000)).toEqual(['taken', String(START_MS + 999)]);
  await store.setClock(START_MS + 999);
  expect(await lease('a', 1_000)).toEqual(['granted', '0', '']);
  await store.admin.hset(HEAD, 'n', 4);
  expect(await move('b', place(0), place(1))).toBe('not_holder');
  expect(await move('a', place(1), place(2))).toBe('head_moved');
  expect(await move('a', place(0), place(5))).toBe('past_end');
  expect(await move('a', place(0), place(4))).toBe('moved');
  expect(await move('a', place(0), place(4))).toBe('moved');
  expect(await move('a', place(3), place(4))).toBe('moved');
  expect(await move('a', place(0), `4 ${'f'.repeat(64)}`)).toBe('head_moved');
  expect(await move('a', `4 ${'f'.repeat(64)}`, place(5))).toBe('head_moved');
  expect(await move('a', place(4), place(5))).toBe('past_end');
  expect(await lease('a', 1_000)).toEqual(['granted', '4', '4'.repeat(64)]);
  expect(await lease('x'.repeat(64), 0)).toEqual(['taken', String(START_MS + 1_999)]);
  expect(await lease('a', 0)).toEqual(['given_up']);
  expect(await move('a', place(4), place(5))).toBe('not_holder');
  expect(await lease('x'.repeat(64), 0)).toEqual(['given_up']);
  expect(await store.admin.hgetall(HEAD)).toEqual({ n: '4', d: '4', h: '4'.repeat(64) });
}

const usedMemory = async (store: LuaStore) =>
  Number(/used_memory_vm_functions:(\d+)/.exec(await store.admin.info('memory'))?.[1]);

/** What is remembered of texts has a bound: roots may be told of in any number of long ones. */
async function remembered(store: LuaStore): Promise<void> {
  const roots = 3_000;
  const long = 'x'.repeat(20_000);
  await store.begin(START_MS);
  await store.admin.hset(HEAD, 'n', '1');
  for (let from = 0; from < roots; from += 100) {
    const asked = Array.from({ length: 100 }, async (_, i) => {
      const record = `bursar:{main}:root:${String(from + i).padStart(32, '0')}`;
      const genesis = `k1 ${EXPIRES_MS} - {"holder":"${from + i}${long}"}`;
      await store.admin.hset(record, 'g', genesis, 'm', `${START_MS} 0 ${NONCE}`);
      await call(store, 'activate', [header(), path()], [record, ...KEYS.slice(1)]);
      await store.admin.del(record);
    });
    await Promise.all(asked);
  }
  // A sixth of it is remembered at the most, and as much again may not be collected yet.
  expect(await usedMemory(store)).toBeLessThan((roots * long.length) / 2);
}

const COLLECT = `#!lua name=collect
redis.register_function('collect', function() collectgarbage() return 1 end)`;

/** So has what is remembered of accounts. */
async function rememberedAccounts(store: LuaStore): Promise<void> {
  const calls = 1_500;
  const long = 'credits=1;'.repeat(500);
  await seeded(store);
  await store.admin.function('LOAD', 'REPLACE', COLLECT);
  const used = async () => {
    await store.admin.fcall('collect', 0);
    return usedMemory(store);
  };
  const before = await used();
  for (let from = 0; from < calls; from += 100) {
    const asked = Array.from({ length: 100 }, async (_, i) => {
      const id = String(from + i).padStart(32, '0');
      await store.admin.hset(RECORD, `a:${id}`, `0 0 0 0 0 0 0 0 0 1 ${long}`);
      await call(store, 'topUp', [header(), `${id} a:${id} 1 ${from + i} me`]);
      await store.admin.hdel(RECORD, `a:${id}`);
    });
    await Promise.all(asked);
  }
  expect((await used()) - before).toBeLessThan((calls * long.length) / 2);
}

export const lists: readonly Case[] = [
  { name: 'what is due', run: due },
  { name: 'what a revoked account has left', run: leftByRevoked },
  { name: 'a sweep with any list', run: sweepLists },
  { name: 'a sweep by a clock that is not believed', run: sweepUnbelieved },
  { name: 'a sweep of a root that is gone', run: sweepNoRoot },
  { name: 'trimming the journal', run: trim },
  { name: 'who drains the journal', run: draining },
  { name: 'a view', run: view },
  { name: 'microseconds', run: microseconds },
  { name: 'a root is opened', run: openRoot },
  { name: 'a clock that is not believed', run: unbelieved },
  { name: 'two hundred carve-outs at once', run: atOnce },
  { name: 'ten thousand top-ups', run: topUps },
  { name: 'long lists', run: inParts },
  { name: 'what is remembered', run: remembered },
  { name: 'what is remembered of accounts', run: rememberedAccounts },
];
