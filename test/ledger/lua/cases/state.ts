import { expect } from 'vitest';
import type { Operation } from '../../../../src/ledger/redis/scripts.js';
import { START_MS } from '../../sequences.js';
import {
  CARVES,
  COST,
  call,
  DUE,
  GENESIS,
  HEAD,
  header,
  ID,
  JOURNAL,
  KEYS,
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

const STANDING = new RegExp(`^\\d+ [0-9a-f]{16} ${START_MS} ${NONCE}$`);
/** After `opened` and one `held`. */
const SEQ = 1;
const FRESH = 'fedcba9876543210';

/** One call of each function that changes a root, and so compares its mark. */
const CALLS: readonly (readonly [Operation, readonly string[], (readonly string[])?])[] = [
  ['reserve', reserve().slice(1)],
  ['resolve', [`${ID} - release g`]],
  ['activate', [path()]],
  ['control', ['pause a:x me']],
  ['topUp', [`${ID} a:x 1 5 me`]],
  ['sweep', [OPEN_ID]],
  ['openRoot', [GENESIS], [...KEYS, ROOTS_KEY]],
];

/** What this gateway saw, and whether it is still there. */
async function marks(store: LuaStore): Promise<void> {
  const rows: [mark: string, lost: boolean][] = [
    ['-', false],
    [`${SEQ}:${NONCE}`, false],
    [`${SEQ - 1}:${FRESH}`, false],
    [`${SEQ}:${FRESH}`, true],
    [`${SEQ + 1}:${NONCE}`, true],
    ['0:00', false],
  ];
  for (const [mark, lost] of rows) {
    for (const [operation, args, keys] of CALLS) {
      await seeded(store);
      const before = await store.dump();
      const answer = call(store, operation, [header({ mark }), ...args], keys);
      if (!lost) {
        expect((await answer)[0], `${operation} ${mark}`).toMatch(STANDING);
        continue;
      }
      await expect(answer, `${operation} ${mark}`).rejects.toThrow(
        `STATELOST root ${ROOT_ID}: found ${SEQ}:${NONCE}, expected ${mark} or later`,
      );
      expect(await store.dump()).toEqual(before);
    }
  }
}

async function noRoot(store: LuaStore): Promise<void> {
  const answers = {
    reserve: [NO_STANDING, '-', 'root_unknown'],
    resolve: [NO_STANDING, 'root_unknown'],
    activate: [NO_STANDING, '-', 'root_unknown'],
    control: [NO_STANDING, 'root_unknown'],
    topUp: [NO_STANDING, 'root_unknown'],
    sweep: [NO_STANDING, '0', '0', '0', '0'],
  } as const;
  await store.begin(START_MS);
  for (const [operation, args] of CALLS.slice(0, -1)) {
    const its = await call(store, operation, [header(), ...args]);
    expect(its).toEqual(answers[operation as keyof typeof answers]);
    await expect(call(store, operation, [header({ mark: `0:${NONCE}` }), ...args])).rejects.toThrow(
      `STATELOST root ${ROOT_ID}: found no such root, expected 0:${NONCE} or later`,
    );
  }
  expect(await store.dump()).toEqual(new Map());
  const two = await call(store, 'reserve', [...reserve(), `${OPEN_ID} 1`]);
  expect(two).toEqual([NO_STANDING, '-', 'root_unknown', 'root_unknown']);
  const ends = ['1', `${ID}${OPEN_ID} -,- release g`];
  const both = await call(store, 'both', [header(), ...ends, ...reserve().slice(1)]);
  const unknown = Array.from({ length: 3 }, () => 'root_unknown');
  expect(both).toEqual([NO_STANDING, '-', ...unknown]);
}

const HELD = `o ${START_MS + 60_000} ${START_MS} 1 g a:x 1000000,,,1000000 - - 0 0 1,,,1 1,,,1`;

/** What no function writes: each is refused as such by whoever reads it, and nothing has changed. */
const CORRUPT: readonly (readonly [
  what: string,
  field: string,
  value: string | undefined,
  ...string[],
])[] = [
  ['meta', 'm', 'x', 'reserve', 'resolve', 'activate', 'control', 'topUp', 'sweep', 'openRoot'],
  ['root', 'm', undefined, 'reserve', 'resolve', 'activate', 'control', 'topUp', 'openRoot'],
  ['root', 'g', undefined, 'reserve', 'resolve', 'activate', 'control', 'topUp', 'sweep'],
  ['genesis', 'g', 'x', 'reserve', 'activate'],
  ['account', 'a:', 'x', 'reserve', 'activate', 'sweep'],
  [
    'account',
    'a:x',
    '0 0 0 0 0 0 0 0 0 1 - q=1',
    'reserve',
    'control',
    'topUp',
    'activate',
    'sweep',
  ],
  ['account', 'a:x', undefined, 'sweep', 'settle', 'release'],
  ['account', 'a:', undefined, 'sweep', 'settle', 'release'],
  ['hold', `h:${OPEN_ID}`, 'x', 'sweep', 'settle', 'release', 'extend', 'hold again'],
  ['granted', `h:${OPEN_ID}`, HELD.replace('1000000,,,1000000', '1,1'), 'settle', 'release'],
  ['granted', `h:${OPEN_ID}`, HELD.replace('1000000,,,1000000', '-'), 'sweep'],
  ['counters of a:x', `h:${OPEN_ID}`, HELD.replace('1000000', '1000001'), 'release', 'settle less'],
  ['counters of a:', 'a:', '0 999999 0 0 0 0 0 1000000 1 2 -', 'release', 'sweep', 'settle less'],
  [
    'open holds of a:',
    'a:',
    '0 1000000 0 0 0 0 0 1000000 0 2 -',
    'release',
    'sweep',
    'settle less',
  ],
  [
    'counters of a:x',
    `h:${OPEN_ID}`,
    HELD.replace('o', 'p').replace('1000000', '1'),
    'settle less',
  ],
  [
    'window of a:x',
    'a:x',
    `0 1000000 0 0 0 0 0 1000000 1 1 - w=1:3:0:0:0:999999;`,
    'release',
    'sweep',
    'settle less',
  ],
];

async function corrupt(store: LuaStore): Promise<void> {
  const ends: Record<string, readonly [Operation, readonly string[]]> = {
    settle: ['resolve', [`${OPEN_ID} - settle g ,,,`]],
    'settle less': ['resolve', [`${OPEN_ID} - settle g 0,0,0,0`]],
    release: ['resolve', [`${OPEN_ID} - release g`]],
    extend: ['resolve', [`${OPEN_ID} - extend g 86400000`]],
    'hold again': ['reserve', reserve({ reservation: { id: OPEN_ID } }).slice(1)],
  };
  for (const [what, field, value, ...readers] of CORRUPT) {
    for (const reader of readers) {
      const named = CALLS.find(([operation]) => operation === reader);
      const [operation, args] = ends[reader] ?? named ?? ['ping', []];
      await seeded(store);
      // One that counts in its windows, if there are any.
      await store.admin.hset(RECORD, `h:${OPEN_ID}`, HELD);
      if (value === undefined) await store.admin.hdel(RECORD, field);
      else await store.admin.hset(RECORD, field, value);
      if (reader === 'sweep') await store.setClock(START_MS + 60_000);
      const before = await store.dump();
      const keys = operation === 'openRoot' ? [...KEYS, ROOTS_KEY] : KEYS;
      const answer = call(store, operation, [header(), ...args], keys);
      await expect(answer, `${field} ${value} ${reader}`).rejects.toThrow(
        new RegExp(`^BAD(STATE ${what}: found "(?!nil)|INPUT granted)`),
      );
      expect(await store.dump()).toEqual(before);
    }
  }
}

/** Of a presumed charge that is corrected: what was spent can't be less than that. */
async function corruptSpent(store: LuaStore): Promise<void> {
  const presumed = HELD.replace('o', 'p');
  const window = (spent: number) => `w=1:3:0:0:${spent}:0;`;
  for (const [child, what] of [
    ['999999 0 0 0 0 0 1000000 0 0 1 -', 'counters of a:x'],
    [`1000000 0 0 0 0 0 1000000 0 0 1 - ${window(999_999)}`, 'window of a:x'],
  ] as const) {
    await seeded(store);
    await store.admin.hset(RECORD, `h:${OPEN_ID}`, presumed, 'a:x', child);
    await store.admin.hset(RECORD, 'a:', '1000000 0 0 0 0 0 1000000 0 0 2 -');
    const answer = call(store, 'resolve', [header(), `${OPEN_ID} - settle g 0,,,`]);
    await expect(answer).rejects.toThrow(`BADSTATE ${what}: found "`);
  }
  // Of what is found, 64 characters are shown.
  await store.admin.hset(RECORD, 'm', 'x'.repeat(99));
  await expect(call(store, 'control', [header(), 'pause a:x me'])).rejects.toThrow(
    `BADSTATE meta: found "${'x'.repeat(64)}"`,
  );
}

async function corruptCarve(store: LuaStore): Promise<void> {
  await seeded(store);
  await store.admin.zadd(CARVES, START_MS, 'x');
  const poor = reserve({ reservation: { least: '10000000,,,1', most: '10000000,,,1' } });
  await expect(call(store, 'reserve', poor)).rejects.toThrow('BADSTATE carve-out: found "x"');
}

/** Each text of a record, byte by byte, as src/ledger/redis/keys.ts describes them. */
async function texts(store: LuaStore): Promise<void> {
  await seeded(store);
  const ends = START_MS + 5_000;
  const its = reserve({
    header: { nonce: FRESH, mark: `1:${NONCE}` },
    path: { childLimits: 'credits+carved=3000000;calls/day=5000000;', childEnds: String(ends) },
    reservation: { print: '"p"', about: '{}', owner: 'c', steps: '2', most: '2000001,,,1000000' },
  });
  const answer = await call(store, 'reserve', its);
  const due = START_MS + 60_000;
  // Of 3 credits 1 is held: half of the range is more than fits, so that its first step is granted.
  const granted = '1500001,,,1000000';
  expect(answer).toEqual([
    standing(2, START_MS, FRESH, FRESH),
    GENESIS,
    `held 1 ${granted} ${due} 5000000 10000000 3000000 5000000 0 3000000 0 2500001 0 1000000`,
  ]);
  const range = '2 1000000,,,1000000 2000001,,,1000000';
  const day = Date.UTC(2027, 0, 31);
  expect(await store.admin.hgetall(RECORD)).toEqual({
    g: GENESIS,
    m: `${START_MS} 2 ${FRESH}`,
    'a:': '0 3000000 0 0 0 0 0 2000000 2 2 credits=5000000;',
    'a:x':
      '0 2500001 0 0 0 0 0 2000000 2 1 credits+carved=3000000;calls/day=5000000; ' +
      `v=1:3000000:${ends}; w=4:3:${day}:1:0:1000000;`,
    [`h:${OPEN_ID}`]: `o ${due} ${START_MS} 0 g a:x ${COST} - - 0 0 ${COST} ${COST}`,
    [`h:${ID}`]: `o ${due} ${START_MS} 2 c a:x ${granted} "p" {} 1 ${range}`,
  });
  const plain = `held 1 ${START_MS} ${OPEN_ID} a:x g ${COST} ${due} - - 0 0 ${COST} ${COST} - -`;
  const [, first] = await store.admin.xrange(JOURNAL, '-', '+');
  expect(first).toEqual(['2-0', ['r', ROOT_ID, 'n', '1', 'e', plain, 'v', NONCE]]);
  const [item] = await store.admin.xrevrange(JOURNAL, '+', '-', 'COUNT', 1);
  const entry =
    `held 2 ${START_MS} ${ID} a:x c ${granted} ${due} "p" {} 1 ${range} a:x:4:3; ` +
    `a:x:1:3000000:${ends};`;
  expect(item).toEqual(['3-0', ['r', ROOT_ID, 'n', '1', 'e', entry, 'v', FRESH]]);
  expect(await store.admin.hgetall(HEAD)).toMatchObject({
    n: '3',
    v: ` 3:${FRESH} 2:${NONCE} 1:${NONCE} `,
  });
  const list = (key: string) => store.admin.zrange(key, '0', '-1', 'WITHSCORES');
  expect(await list(CARVES)).toEqual(['a:x 1', String(ends)]);
  const members = [`${ROOT_ID}.a:x 1`, String(ends), `${ROOT_ID}.${ID}`, String(due)];
  expect(await list(DUE)).toEqual([...members, `${ROOT_ID}.${OPEN_ID}`, String(due)]);
}

/** What is kept of an id never seen, and of one that has ended. */
async function ended(store: LuaStore): Promise<void> {
  await seeded(store);
  const fields = [`h:${ID}`, `h:${OPEN_ID}`];
  const ends = [`${ID} - release g`, `${OPEN_ID} - settle g 7,,,`];
  await call(store, 'resolve', [header(), ...ends]);
  const until = START_MS + 4_000;
  expect(await store.admin.hmget(RECORD, ...fields)).toEqual([
    `r ${until} ${START_MS} 2 g a: ,,, - - -`,
    `s ${until} ${START_MS} 0 g a:x ${COST} - - 7,,,1000000`,
  ]);
}

/** Those that are alike are decided, told and written down by the first of them. */
async function together(store: LuaStore): Promise<void> {
  await seeded(store);
  const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(32));
  const due = START_MS + 60_000;
  const ids = `${one}${two}${three}`;
  const [, , ...held] = await call(store, 'reserve', reserve({ reservation: { id: ids } }));
  expect(held).toEqual([`held 0 ${COST} ${due} 5000000 10000000 0 2000000`, '=', '=']);
  const ends = `${ids}${ID} x,-,y,z settle g ,,,`;
  const [, ...settled] = await call(store, 'resolve', [header(), ends]);
  const charged = `settled ${COST}`;
  expect(settled).toEqual([charged, charged, charged, 'reservation_unknown']);
  const items = await store.admin.xrange(JOURNAL, '3-0', '+');
  const about = `a:x g ${COST} ${due} - - 0 0 ${COST} ${COST} - -`;
  expect(items).toEqual([
    ['3-0', ['r', ROOT_ID, 'n', '3', 'e', `held 2 ${START_MS} ${ids} ${about}`, 'v', NONCE]],
    [
      '6-0',
      [
        'r',
        ROOT_ID,
        'n',
        '3',
        'e',
        `settled 5 ${START_MS} ${ids} a:x ${COST} ${COST} g - x,-,y`,
        'v',
        NONCE,
      ],
    ],
  ]);
}

/** What ends gives back what is reserved in the same call, and each is answered in its place. */
async function both(store: LuaStore): Promise<void> {
  await seeded(store);
  const whole = { least: '5000000,,,1', most: '5000000,,,1', id: `${ID}${'c'.repeat(32)}` };
  const reserving = reserve({ reservation: whole }).slice(1);
  const ends = ['2', `${OPEN_ID}${ID} -,- release g`, `${'d'.repeat(32)} - settle g ,,,`];
  const [said, genesis, ...answers] = await call(store, 'both', [header(), ...ends, ...reserving]);
  expect(said).toBe(standing(4, START_MS));
  expect(genesis).toBe(GENESIS);
  const due = START_MS + 60_000;
  expect(answers).toEqual([
    'released',
    'released',
    'reservation_unknown',
    // Its release had been here before it.
    'already_resolved',
    `held 0 5000000,,,1 ${due} 5000000 10000000 0 5000000`,
  ]);
  // Once more, with what it has made: the text that this call has left of a hold is the one that counts.
  const again = ['1', `${'c'.repeat(32)} - settle g ,,,`];
  const its = [...again, ...reserve({ reservation: { ...whole, id: 'c'.repeat(32) } }).slice(1)];
  const [, , settled, late] = await call(store, 'both', [header(), ...its]);
  expect([settled, late]).toEqual(['settled 5000000,,,1', 'already_resolved']);
}

/** An account that can't be read is nothing to what ends at another leaf. */
async function besideCorrupt(store: LuaStore): Promise<void> {
  await seeded(store);
  await call(store, 'reserve', reserve({ path: { child: 'a:y' } }));
  const settle = (id: string) => call(store, 'resolve', [header(), `${id} - settle g ,,,`]);
  const extend = await call(store, 'resolve', [header(), `${OPEN_ID} - extend g 5000`]);
  expect(extend[1]).toBe(`extended ${START_MS + 60_000}`);
  await store.admin.hset(RECORD, 'a:x', 'x');
  await expect(settle(OPEN_ID)).rejects.toThrow('BADSTATE account: found "x"');
  expect((await settle(ID))[1]).toBe(`settled ${COST}`);
}

export const state: readonly Case[] = [
  { name: 'the mark that a call carries', run: marks },
  { name: 'a root that is not there', run: noRoot },
  { name: 'records that no function writes', run: corrupt },
  { name: 'a carve-out in the list that is none', run: corruptCarve },
  { name: 'a charge that is more than was spent', run: corruptSpent },
  { name: 'the texts of a record', run: texts },
  { name: 'holds that are made and ended alike', run: together },
  { name: 'what ends and what is reserved', run: both },
  { name: 'what ends beside an account that nobody can read', run: besideCorrupt },
  { name: 'what is kept of a hold that has ended', run: ended },
];
