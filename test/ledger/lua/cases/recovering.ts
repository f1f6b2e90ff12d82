import { expect } from 'vitest';
import { START_MS } from '../../sequences.js';
import {
  CARVES,
  type Change,
  COST,
  call,
  DUE,
  GENESIS,
  HEAD,
  header,
  ID,
  JOURNAL,
  KEYS,
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

const FRESH = 'fedcba9876543210';
const THIS = '7'.repeat(32);
const TOKEN = '5'.repeat(16);
const MOST = 2 ** 53 - 1;
/** The hold of {@link seeded}, which ends later than any of these calls. */
const DUE_MS = START_MS + 60_000;
const KEPT_MS = START_MS + 4_000;

interface Recovering {
  readonly header?: Change;
  readonly id?: string;
  readonly part?: string;
  readonly after?: string;
  readonly genesis?: string;
  readonly token?: string;
}

function recover(store: LuaStore, steps: readonly string[], its: Recovering = {}) {
  const { id = THIS, part = 'last', after = '-1', genesis = '-', token = TOKEN } = its;
  const args = [
    header({ mark: '!', nonce: FRESH, ...its.header }),
    id,
    part,
    after,
    genesis,
    token,
  ];
  return call(store, 'recover', [...args, ...steps], [...KEYS, ROOTS_KEY]);
}

const isClosed = (store: LuaStore) => store.admin.hset(HEAD, { o: '-', k: TOKEN });
const recordOf = (store: LuaStore) => store.admin.hgetall(RECORD);

/** A root as {@link seeded} leaves it, whose tenant is closed for a recovery. */
async function closed(store: LuaStore): Promise<void> {
  await seeded(store);
  await isClosed(store);
}

/** The lines of the journal's last item. */
async function told(store: LuaStore): Promise<string[]> {
  const [item] = await store.admin.xrevrange(JOURNAL, '+', '-', 'COUNT', 1);
  return item?.[1][5]?.split('\n') ?? [];
}

/** The mark by which a part is recognised: made as the change of this number. */
const partMark = (sequence: number) => `r ${KEPT_MS} ${START_MS} ${sequence} g a: ,,, - - -`;
const partEntry = (sequence: number) => `released ${sequence} ${START_MS} ${THIS} a: ,,, ,,, l - -`;

const UNTOUCHED = {
  g: GENESIS,
  [`h:${OPEN_ID}`]: `o ${DUE_MS} ${START_MS} 0 g a:x ${COST} - - 0 0 ${COST} ${COST}`,
};
const ALL = '1,2,3,4';

/** A hold that is not there: settled, or presumed spent. */
async function charges(store: LuaStore): Promise<void> {
  for (const [state, kind] of [
    ['s', 'settled'],
    ['p', 'presumed_spent'],
  ]) {
    await closed(store);
    const answer = await recover(store, [`charge ${ID} a:x/y ${ALL} ${state} -`]);
    expect(answer).toEqual([standing(4, START_MS, FRESH, FRESH), 'recovered']);
    expect(await recordOf(store)).toEqual({
      ...UNTOUCHED,
      m: `${START_MS} 4 ${FRESH}`,
      'a:': '1 1000000 2 0 3 0 4 1000000 1 3 credits=5000000;',
      'a:x': '1 1000000 2 0 3 0 4 1000000 1 2 -',
      'a:x/y': '1 0 2 0 3 0 4 0 0 1 -',
      [`h:${ID}`]: `${state} ${KEPT_MS} ${START_MS} 2 g a:x/y ${ALL} - - ${state === 's' ? ALL : '-'}`,
      [`h:${THIS}`]: partMark(4),
    });
    expect(await told(store)).toEqual([
      `held 2 ${START_MS} ${ID} a:x/y g ${ALL} ${START_MS} - - 0 0 ${ALL} ${ALL} - -`,
      `${kind} 3 ${START_MS} ${ID} a:x/y ${ALL} ${ALL} l - -`,
      partEntry(4),
    ]);
    const due = await store.admin.zrange(DUE, '0', '-1', 'WITHSCORES');
    expect(due.sort()).toEqual(
      [
        ...[`${ROOT_ID}.${ID}`, String(KEPT_MS), `${ROOT_ID}.${THIS}`, String(KEPT_MS)],
        ...[`${ROOT_ID}.${OPEN_ID}`, String(DUE_MS)],
      ].sort(),
    );
  }
  // What was presumed can still be corrected, and counts as its charge then.
  await store.admin.hdel(HEAD, 'o');
  const late = await call(store, 'resolve', [header(), `${ID} - settle g 0,0,0,0`]);
  expect(late[1]).toBe('settled 0,0,0,0');
  expect((await recordOf(store))['a:x/y']).toBeUndefined();
}

/** Of an account that has some windows, or gets them with this; and one that has none has none. */
async function windows(store: LuaStore): Promise<void> {
  await closed(store);
  const day = Date.UTC(2027, 0, 31);
  await store.admin.hset(RECORD, 'a:x', `0 1000000 0 0 0 0 0 1000000 1 1 - w=1:3:${day}:0:5:7;`);
  await recover(store, [
    `charge ${ID} a:x/y 100,,,2 s a:x:1:3;a:x/y:4:3;a:x/y:1:5;`,
    `charge ${'c'.repeat(32)} a:x 10,,,3 p -`,
  ]);
  const month = Date.UTC(2027, 0, 1);
  expect(await recordOf(store)).toMatchObject({
    'a:': '110 1000000 0 0 0 0 5 1000000 1 3 credits=5000000;',
    'a:x': `110 1000000 0 0 0 0 5 1000000 1 2 - w=1:3:${day}:0:115:7;`,
    'a:x/y': `100 0 0 0 0 0 2 0 0 1 - w=1:5:${month}:1:100:0;4:3:${day}:1:2:0;`,
  });
  const [first, , second] = await told(store);
  expect(first).toMatch(/ a:x\/y:1:5;a:x\/y:4:3; -$/);
  expect(second).toMatch(/ - -$/);
  // One that is new, and no more.
  await closed(store);
  await recover(store, [`charge ${ID} a:x 10,,,1 s a:x:1:5;`]);
  expect((await told(store))[0]).toMatch(/ a:x:1:5; -$/);
  // One that is over begins anew.
  await closed(store);
  await store.admin.hset(RECORD, 'a:x', '0 1000000 0 0 0 0 0 1000000 1 1 - w=1:3:0:0:5:7;');
  await recover(store, [`charge ${ID} a:x 10,,,1 s -`]);
  expect((await recordOf(store))['a:x']).toBe(
    `10 1000000 0 0 0 0 1 1000000 1 1 - w=1:3:${day}:0:10:0;`,
  );
}

/** What is set aside for an account takes what is charged to it, as when it is called. */
async function carved(store: LuaStore): Promise<void> {
  await seeded(store);
  const its = { childLimits: 'credits+carved=3000000;', childEnds: String(START_MS + 5_000) };
  await call(store, 'activate', [header(), path(its)]);
  await isClosed(store);
  await recover(store, [`charge ${ID} a:x 1500000,,, s -`]);
  expect(await recordOf(store)).toMatchObject({
    'a:': '1500000 1500000 0 0 0 0 0 1000000 1 2 credits=5000000;',
    'a:x': `1500000 1000000 0 0 0 0 0 1000000 1 1 ${its.childLimits} v=1:3000000:${START_MS + 5_000};`,
  });
  expect(await store.admin.zcard(CARVES)).toBe(1);
}

/** What is open here, or was presumed spent. */
async function ends(store: LuaStore): Promise<void> {
  const rows: [step: string, kind: string, state: string, charged: string, x?: string][] = [
    [`settle ${OPEN_ID} 7,,,1000000`, 'settled', 's', '7,,,1000000', '7 0 0 0 0 0 1000000 0 0 1 -'],
    [
      `settle ${OPEN_ID} 2000000,5,,0`,
      'settled',
      's',
      '2000000,5,,0',
      '2000000 0 5 0 0 0 0 0 0 1 -',
    ],
    [`release ${OPEN_ID}`, 'released', 'r', ',,,'],
    [`presume ${OPEN_ID}`, 'presumed_spent', 'p', COST, '1000000 0 0 0 0 0 1000000 0 0 1 -'],
  ];
  for (const [step, kind, state, charged, x] of rows) {
    for (const atMs of [START_MS, DUE_MS + 1]) {
      await closed(store);
      await store.setClock(atMs);
      expect((await recover(store, [step]))[0]).toBe(standing(3, atMs, FRESH, FRESH));
      const kept = atMs + 4_000;
      const record = await recordOf(store);
      expect(record['a:x']).toBe(x);
      expect(record).toMatchObject({
        m: `${atMs} 3 ${FRESH}`,
        [`h:${OPEN_ID}`]: `${state} ${kept} ${START_MS} 0 g a:x ${COST} - - ${state === 's' ? charged : '-'}`,
      });
      const [first] = await told(store);
      expect(first).toBe(`${kind} 2 ${atMs} ${OPEN_ID} a:x ${COST} ${charged} l - -`);
    }
  }
  await closed(store);
  await recover(store, [`presume ${OPEN_ID}`]);
  await recover(store, [`settle ${OPEN_ID} 3,,,4`], { id: ID });
  expect(await recordOf(store)).toMatchObject({ 'a:x': '3 0 0 0 0 0 4 0 0 1 -' });
  expect((await told(store))[0]).toMatch(/^corrected 4 /);
}

/** Two that are one text, of which the second ends otherwise with the same amount. */
async function endsOfTwo(store: LuaStore): Promise<void> {
  const rows: [first: string, second: string, charged: string][] = [
    [`presume ${OPEN_ID}`, `settle ${ID} ${COST}`, COST],
    [`release ${OPEN_ID}`, `settle ${ID} ,,,`, ',,,'],
  ];
  for (const [first, second, charged] of rows) {
    await seeded(store);
    await call(store, 'reserve', reserve());
    await isClosed(store);
    await recover(store, [first, second]);
    const kept = `s ${KEPT_MS} ${START_MS} 0 g a:x ${COST} - - ${charged}`;
    expect(await store.admin.hget(RECORD, `h:${ID}`)).toBe(kept);
    const [, entry] = await told(store);
    expect(entry).toBe(`settled 4 ${START_MS} ${ID} a:x ${COST} ${charged} l - -`);
  }
}

async function grants(store: LuaStore): Promise<void> {
  await closed(store);
  const standings = ['standing a:p p me', 'standing a:r r me', 'standing a:x c you'];
  await recover(store, [
    ...standings,
    `topup ${ID} a: 1 7 me`,
    `topup ${'c'.repeat(32)} a: 4 ${MOST} me`,
  ]);
  const kept = (digit: string, seq: number, what: string) => ({
    [`h:${digit.repeat(32)}`]: `t 0 ${START_MS} ${seq} g a: ,,, - - ${what}`,
  });
  expect(await recordOf(store)).toMatchObject({
    t: '2',
    'a:': `0 1000000 0 0 0 0 0 1000000 1 4 credits=5000000; t=7,,,${MOST}`,
    'a:x': '0 1000000 0 0 0 0 0 1000000 1 1 - s=c',
    'a:p': '0 0 0 0 0 0 0 0 0 1 - s=p',
    'a:r': '0 0 0 0 0 0 0 0 0 1 - s=r',
    ...kept('b', 5, '1 7'),
    ...kept('c', 6, `4 ${MOST}`),
  });
  expect(await told(store)).toEqual([
    ...[`paused 2 ${START_MS} a:p me`, `revoked 3 ${START_MS} a:r me`],
    ...[`closed 4 ${START_MS} a:x you`, `topped_up 5 ${START_MS} a: ${ID} 1 7 me`],
    ...[`topped_up 6 ${START_MS} a: ${'c'.repeat(32)} 4 ${MOST} me`, partEntry(7)],
  ]);
  const more = ['1 5', '2 6', '3 8', '1 1', '4 0'].map(
    (what, i) => `topup ${String(i).repeat(32)} a: ${what} me`,
  );
  await recover(store, more, { id: 'd'.repeat(32) });
  expect((await recordOf(store))['a:']).toContain(`t=13,6,8,${MOST}`);
  await recover(store, ['standing a:p o me'], { id: '9'.repeat(32) });
  expect((await recordOf(store))['a:p']).toBe('0 0 0 0 0 0 0 0 0 1 -');
  expect((await told(store))[0]).toMatch(/^resumed \d+ \d+ a:p me$/);
}

/** A root that is not there. */
async function opens(store: LuaStore): Promise<void> {
  for (const [after, first] of [
    ['-1', 0],
    ['0', 1],
    ['41', 42],
  ] as const) {
    await store.begin(START_MS);
    await isClosed(store);
    const answer = await recover(store, [`charge ${ID} a: 5,,, s -`], { after, genesis: GENESIS });
    expect(answer).toEqual([standing(first + 3, START_MS, FRESH, FRESH), 'recovered']);
    expect(await recordOf(store)).toEqual({
      g: GENESIS,
      m: `${START_MS} ${first + 3} ${FRESH}`,
      'a:': '5 0 0 0 0 0 0 0 0 1 -',
      [`h:${ID}`]: `s ${KEPT_MS} ${START_MS} ${first + 1} g a: 5,,, - - 5,,,`,
      [`h:${THIS}`]: partMark(first + 3),
    });
    expect((await told(store))[0]).toBe(`opened ${first} ${START_MS} ${GENESIS}`);
    expect(await store.admin.zrange(ROOTS_KEY, '0', '-1', 'WITHSCORES')).toEqual([ROOT_ID, '0']);
  }
  // One that is there is not opened again; and goes on after all that is known of it.
  for (const [after, next] of [
    ['41', 42],
    ['1', 2],
    ['0', 2],
  ] as const) {
    await closed(store);
    await recover(store, [], { after, genesis: GENESIS.replace('k1', 'k2') });
    expect(await recordOf(store)).toMatchObject({ g: GENESIS, m: `${START_MS} ${next} ${FRESH}` });
    expect(await told(store)).toEqual([partEntry(next)]);
  }
}

/** Until the last part is there, the record says where the first one began. */
async function parts(store: LuaStore): Promise<void> {
  const ids = ['1', '2', '3'].map((digit) => digit.repeat(32));
  const beginnings: [begin: () => Promise<unknown>, its: Recovering, was: string][] = [
    [() => closed(store), {}, '1'],
    [
      () => store.begin(START_MS).then(() => isClosed(store)),
      { after: '-1', genesis: GENESIS },
      '-',
    ],
  ];
  for (const [begin, its, was] of beginnings) {
    await begin();
    for (const id of ids.slice(0, 2)) {
      const step = `charge ${id.replaceAll(/./g, (digit) => String(Number(digit) + 4))} a: 5,,, s -`;
      const part = { ...its, id, part: 'more' };
      expect((await recover(store, [step], part))[1]).toBe('recovered');
      expect((await recordOf(store))['u']).toBe(was);
      const before = await store.dump();
      const again = { ...part, header: { nonce: '00000000000000aa' } };
      const [where, what] = await recover(store, [step], again);
      expect(what).toBe('replayed');
      expect(where).toMatch(new RegExp(`^\\d+ ${FRESH} ${START_MS} 00000000000000aa$`));
      expect(await store.dump()).toEqual(before);
    }
    await recover(store, [], { id: ids[2] ?? '', part: 'last' });
    const record = await recordOf(store);
    expect(record).not.toHaveProperty('u');
    expect(record['a:']).toMatch(/^10 /);
  }
}

/** Nothing is given back where no recovery is under way; and while one is, nobody else changes anything. */
async function fenced(store: LuaStore): Promise<void> {
  for (const open of [undefined, 'elsewhere']) {
    await seeded(store);
    if (open !== undefined) await store.admin.hset(HEAD, 'o', open);
    const before = await store.dump();
    await expect(recover(store, [])).rejects.toThrow('CLOSED no recovery is under way');
    expect(await store.dump()).toEqual(before);
  }
  await closed(store);
  await expect(call(store, 'reserve', reserve())).rejects.toThrow('CLOSED ');
  // Only the one that was begun last, also with a part that is here already.
  await recover(store, []);
  await store.admin.hset(HEAD, 'k', '6'.repeat(16));
  const before = await store.dump();
  const other = 'CLOSED another recovery has taken over since';
  await expect(recover(store, [])).rejects.toThrow(other);
  await expect(recover(store, [], { id: ID })).rejects.toThrow(other);
  expect(await store.dump()).toEqual(before);
}

const charge = (change: Change = {}) =>
  `charge ${Object.values({ id: ID, leaf: 'a:x', cost: '1,,,', state: 's', windows: '-', ...change }).join(' ')}`;

const BAD: readonly (readonly [named: string, steps: readonly string[], its?: Recovering])[] = [
  ['id', [], { id: 'x' }],
  ['id', [], { id: `${THIS}0` }],
  ['part', [], { part: 'some' }],
  ['operation', ['go on']],
  ['operation', ['charge']],
  ['operation', ['']],
  ['charge', [charge({ state: 'o' })]],
  ['charge', [charge({ leaf: 'x' })]],
  ['charge', [charge({ windows: '- -' })]],
  ['id', [charge({ id: 'bb' })]],
  ['cost', [charge({ cost: '1,,' })]],
  ['cost', [charge({ cost: `${2 ** 53},,,` })]],
  ['charge', [charge({ id: OPEN_ID })]],
  ['charge', [charge(), charge()]],
  ['windows', [charge({ windows: 'x' })]],
  ['windows', [charge({ windows: 'a:x:1:3;x' })]],
  ['windows', [charge({ windows: 'a:x:5:3;' })]],
  ['windows', [charge({ windows: 'a:x:0:3;' })]],
  ['windows', [charge({ windows: 'a:x:1:6;' })]],
  ['windows', [charge({ windows: 'a:x:1:0;' })]],
  ['settle', ['settle x']],
  ['settle', [`settle ${OPEN_ID}`]],
  ['cost', [`settle ${OPEN_ID} x`]],
  ['hold', [`settle ${ID} 1,,,`]],
  ['hold', [`release ${ID}`]],
  ['hold', [`presume ${ID}`]],
  ['id', ['release x']],
  ['id', ['presume x']],
  ['id', ['settle bb 1,,,']],
  ['hold', [`release ${OPEN_ID}`, `presume ${OPEN_ID}`]],
  ['hold', [`settle ${OPEN_ID} 1,,,`, `settle ${OPEN_ID} 1,,,`]],
  ['topup', ['topup x']],
  ['topup', [`topup ${ID} a: 5 1 me`]],
  ['topup', [`topup ${ID} a: 0 1 me`]],
  ['id', ['topup bb a: 1 1 me']],
  ['top-up', [`topup ${ID} a: 1 ${2 ** 53} me`]],
  ['topup', [`topup ${ID} a: 1 ${MOST} me`, `topup ${THIS} a: 1 1 me`]],
  ['topup', [`topup ${ID} a: 1 1 me`, `topup ${ID} a: 1 1 me`]],
  ['topup', [`topup ${OPEN_ID} a: 1 1 me`]],
  ['standing', ['standing a:x q me']],
  ['standing', ['standing x p me']],
  ['standing', ['standing a:x p']],
  ['clock', [], { header: { latest: String(START_MS - 1) } }],
];

async function badInput(store: LuaStore): Promise<void> {
  for (const [named, steps, its] of BAD) {
    await closed(store);
    const before = await store.dump();
    await expect(recover(store, steps, its), `${steps}`).rejects.toThrow(
      `BADINPUT ${named}: found `,
    );
    expect(await store.dump()).toEqual(before);
  }
  const rows: [named: string, its: Recovering][] = [
    ['root', {}],
    ['token', { token: 'x' }],
    ['token', { token: 'X'.repeat(16) }],
    ['root', { after: '-1' }],
    ['last change', { genesis: GENESIS, after: '-' }],
    ['last change', { genesis: GENESIS, after: '-2' }],
    ['genesis', { genesis: 'x', after: '-1' }],
    ['genesis', { genesis: GENESIS.replace('credits=', 'credits+carved='), after: '-1' }],
    ['clock', { genesis: GENESIS, after: '-1', header: { latest: String(START_MS - 1) } }],
  ];
  for (const [named, its] of rows) {
    await store.begin(START_MS);
    await isClosed(store);
    const before = await store.dump();
    await expect(recover(store, [], its)).rejects.toThrow(`BADINPUT ${named}: found `);
    expect(await store.dump()).toEqual(before);
  }
}

async function corrupt(store: LuaStore): Promise<void> {
  for (const [field, shown] of [
    ['g', `${START_MS} 1 ${NONCE}`],
    ['m', GENESIS.slice(0, 64)],
  ] as const) {
    await closed(store);
    await store.admin.hdel(RECORD, field);
    const before = await store.dump();
    await expect(recover(store, [])).rejects.toThrow(`BADSTATE root: found "${shown}"`);
    expect(await store.dump()).toEqual(before);
  }
}

/** Up to what doubles count, and no more: then the counter is full. */
async function bounds(store: LuaStore): Promise<void> {
  for (const [unit, counters] of [
    [0, (n: number) => `${n} 1000000 0 0 0 0 0 1000000`],
    [3, (n: number) => `0 1000000 0 0 0 0 ${n} 1000000`],
  ] as const) {
    const cost = (n: number) => [0, 1, 2, 3].map((u) => (u === unit ? n : '')).join(',');
    for (const [spent, more] of [
      [0, MOST - 1_000_000],
      [0, MOST - 999_999],
      [10, MOST - 1_000_010],
      [10, MOST - 1_000_009],
    ] as const) {
      await closed(store);
      await store.admin.hset(RECORD, 'a:', `${counters(spent)} 1 2 -`);
      expect(await recover(store, [charge({ cost: cost(more) })])).toHaveLength(2);
      const its = ((await recordOf(store))['a:'] ?? '').split(' ').map(Number);
      const [left = Number.NaN, held] = its.slice(2 * unit);
      expect([left, held]).toEqual([spent + more, MOST - spent - more]);
    }
  }
}

/** The clock of a recovery goes on from where the root's was. */
async function clock(store: LuaStore): Promise<void> {
  await closed(store);
  await store.setClock(START_MS - 5);
  await recover(store, [`presume ${OPEN_ID}`], { header: { mark: '!', nonce: NONCE } });
  expect((await recordOf(store))['m']).toBe(`${START_MS} 3 ${NONCE}`);
}

export const recovering: readonly Case[] = [
  { name: 'charges that a store has lost', run: charges },
  { name: 'charges in windows', run: windows },
  { name: 'charges out of what is set aside', run: carved },
  { name: 'ends that a store has lost', run: ends },
  { name: 'ends of two holds alike', run: endsOfTwo },
  { name: 'top-ups and standings that a store has lost', run: grants },
  { name: 'a root that a store has lost', run: opens },
  { name: 'a recovery in parts', run: parts },
  { name: 'a recovery and the fence', run: fenced },
  { name: 'bad input to a recovery', run: badInput },
  { name: 'half a record, and a recovery', run: corrupt },
  { name: 'sums of a recovery up to 2^53', run: bounds },
  { name: 'the clock of a recovery', run: clock },
];
