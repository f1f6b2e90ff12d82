import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { dueKey, recordKeys, rootsKey } from '../../src/ledger/redis/keys.js';
import { functionName, type Operation } from '../../src/ledger/redis/scripts.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { FAR_MS, genesis, limit, opened, request, reservationId } from './fixtures.js';

const ROOT = genesis({ rootId: 'a'.repeat(32), limits: [limit(10)] });
const KEYS = recordKeys(ROOT.tenant, ROOT.rootId);
const DUE = dueKey(ROOT.tenant);
const ID = 'b'.repeat(32);
const HEAD = KEYS[4] ?? '';
const COST = '1000000,,,1000000';

const BAD_NUMBERS = [
  ...['nan', 'NaN', 'inf', '-1', '-0', '+5', ' 5', '5 ', '', '1.5', '5.', '.5', '1e3', '0x10'],
  ...['9007199254740992', '9007199254740993', '99999999999999999', '1'.repeat(400), '٣', '1\0'],
];

let server: RedisServer;
let admin: Redis;
let ledger: Ledger;
/** A hold that is open, for what ends one. */
let open = '';

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
beforeEach(async () => {
  await admin.flushdb();
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
  await opened(ledger, ROOT);
  const asked = request(ROOT);
  await ledger.reserve(asked);
  open = asked.reservation.slice(-32);
  await ledger.close();
});
afterAll(async () => {
  admin.disconnect();
  await server.dispose();
});

const call = (operation: Operation, keys: readonly string[], args: readonly string[]) =>
  admin.fcall(functionName(operation), keys.length, ...keys, ...args);

/** Everything that is stored, byte by byte. */
async function dump(): Promise<[string, string][]> {
  const keys = (await admin.keys('*')).sort();
  return Promise.all(
    keys.map(async (key) => [key, (await admin.dumpBuffer(key))?.toString('hex') ?? '']),
  );
}

async function expectRefused(
  operation: Operation,
  args: readonly string[],
  keys: readonly string[] = KEYS,
): Promise<void> {
  const before = await dump();
  await expect(call(operation, keys, args), args.join(' | ')).rejects.toThrow(/^BADINPUT /);
  expect(await dump()).toEqual(before);
}

type Change = Readonly<Record<string, string>>;

/** Words with some of them changed, joined by spaces. */
const words = (good: Change, change: Change): string =>
  Object.values({ ...good, ...change }).join(' ');

const header = (change: Change = {}) =>
  words(
    {
      latest: String(FAR_MS),
      retain: '1',
      accounts: '10',
      holds: '10',
      nonce: '0123456789abcdef',
      mark: '-',
    },
    change,
  );
const path = (change: Change = {}) =>
  words(
    {
      kid: 'k1',
      expires: String(FAR_MS),
      root: 'a:',
      rootLimits: 'credits=5000000;',
      rootEnds: '-',
      child: 'a:x',
      childLimits: '-',
      childEnds: '-',
    },
    change,
  );
const reservation = (change: Change = {}) =>
  words(
    {
      id: ID,
      place: '1',
      ttl: '60000',
      owner: 'g',
      print: '-',
      about: '-',
      steps: '0',
      least: COST,
      most: COST,
    },
    change,
  );
const reserve = (its: { header?: Change; path?: Change; reservation?: Change } = {}) => [
  header(its.header),
  '1',
  path(its.path),
  reservation(its.reservation),
];

describe('a function that is called directly with what no caller may send changes nothing', () => {
  it('takes the arguments that these tests then spoil', async () => {
    expect(await call('reserve', KEYS, reserve())).toMatchObject({
      2: expect.stringMatching(/^held 0 /),
    });
    const ends = [`settle ${open} g ${COST} -`, `release ${ID} g`, `extend ${ID} g 1000`];
    expect(await call('resolve', KEYS, [header(), ...ends])).toMatchObject({
      1: `settled ${COST}`,
      2: 'released',
      3: 'already_resolved',
    });
    expect(await call('activate', KEYS, [header(), path()])).toMatchObject({
      2: expect.stringMatching(/^replayed /),
    });
    expect(await call('control', KEYS, [header(), 'pause a:x me'])).toMatchObject({
      1: 'done o p',
    });
    expect(await call('topUp', KEYS, [header(), `${'c'.repeat(32)} a:x 1 5 me`])).toMatchObject({
      1: 'done 5,,,',
    });
    expect(await call('sweep', KEYS, [header(), open, 'a:x 1'])).toHaveLength(4);
    expect(await call('lease', [HEAD], ['gateway-1', '1000'])).toEqual(['granted', '0', '']);
    const to = `1 ${'a'.repeat(64)}`;
    expect(await call('moveHead', [HEAD], ['gateway-1', '0 ', to])).toBe('moved');
  });

  it.each(BAD_NUMBERS)('the number %j', async (bad) => {
    for (const part of ['latest', 'retain', 'accounts', 'holds']) {
      for (const operation of ['reserve', 'resolve', 'sweep', 'control'] as const) {
        const [, ...rest] = operation === 'reserve' ? reserve() : ['', `release ${open} g`];
        await expectRefused(operation, [header({ [part]: bad }), ...rest]);
      }
    }
    if (bad !== '-') await expectRefused('reserve', reserve({ header: { mark: `${bad}:00` } }));
    await expectRefused('reserve', reserve({ path: { expires: bad } }));
    await expectRefused('reserve', reserve({ path: { rootLimits: `credits=${bad};` } }));
    await expectRefused(
      'reserve',
      reserve({ path: { childLimits: `credits=1;calls/day=${bad};` } }),
    );
    await expectRefused('reserve', reserve({ path: { childEnds: bad } }));
    for (const part of ['ttl', 'steps', 'place']) {
      await expectRefused('reserve', reserve({ reservation: { [part]: bad } }));
    }
    // Empty is a unit that is not known, and of the calls' that may not be.
    for (const spoilt of bad === '' ? ['1,,,'] : [`${bad},,,1000000`, `1,,,${bad}`]) {
      await expectRefused('reserve', reserve({ reservation: { least: spoilt, most: spoilt } }));
      await expectRefused('reserve', reserve({ reservation: { steps: '1', most: spoilt } }));
    }
    if (bad !== '') await expectRefused('resolve', [header(), `settle ${open} g ,${bad},, -`]);
    await expectRefused('resolve', [header(), `extend ${open} g ${bad}`]);
    await expectRefused('topUp', [header(), `${ID} a:x 1 ${bad} me`]);
    await expectRefused('topUp', [header(), `${ID} a:x ${bad} 1 me`]);
    await expectRefused('due', [bad, '1'], [DUE]);
    await expectRefused('due', [String(FAR_MS), bad], [DUE]);
    await expectRefused('trim', [bad], [KEYS[3] ?? '', HEAD]);
    await expectRefused('lease', ['gateway-1', bad], [HEAD]);
    const to = `1 ${'a'.repeat(64)}`;
    await expectRefused('moveHead', ['gateway-1', `${bad} `, to], [HEAD]);
    await expectRefused('moveHead', ['gateway-1', '0 ', `${bad} ${'a'.repeat(64)}`], [HEAD]);
    const other = [...recordKeys('main', 'd'.repeat(32)), rootsKey('main')];
    await expectRefused('openRoot', [header(), `k1 ${bad} credits=1; {}`], other);
    await expectRefused('openRoot', [header(), `k1 1 credits=${bad}; {}`], other);
  });

  it.each([
    ['a unit that is none', { path: { rootLimits: 'eur=1;' } }],
    ['a window that is none', { path: { rootLimits: 'credits/year=1;' } }],
    ['a window and carved', { path: { childLimits: 'credits/day+carved=1;', childEnds: '5' } }],
    ['a carved root', { path: { rootLimits: 'credits+carved=1;', rootEnds: '5' } }],
    ['a carve-out without an end', { path: { childLimits: 'credits+carved=1;' } }],
    ['something else than carved', { path: { childLimits: 'credits+x=1;' } }],
    ['a limit that does not end', { path: { rootLimits: 'credits=1' } }],
    ['no limits at all', { path: { rootLimits: ';' } }],
    ['a fifth unit', { reservation: { least: `${COST},1`, most: `${COST},1` } }],
    ['units that differ', { reservation: { steps: '1', least: '1,,,1', most: ',1,,1' } }],
    ['least above most', { reservation: { steps: '1', least: '2,,,1', most: '1,,,1' } }],
    ['a range without steps', { reservation: { least: '1,,,1', most: '2,,,1' } }],
    [
      'a range too wide for its steps',
      { reservation: { steps: '1024', least: '0,,,0', most: '8796093022208,,,0' } },
    ],
    ['no calls', { reservation: { least: '1,,,', most: '1,,,' } }],
    ['a ttl too short', { reservation: { ttl: '999' } }],
    ['a ttl too long', { reservation: { ttl: '86400001' } }],
    ['an owner that is none', { reservation: { owner: 'x' } }],
    ['a path that was not given', { reservation: { place: '2' } }],
    ['a path before the first', { reservation: { place: '0' } }],
    ['a kid with a capital', { path: { kid: 'K1' } }],
    ['a kid too long', { path: { kid: 'k'.repeat(33) } }],
    ['a root with a holder', { path: { root: 'a:x' } }],
    ['an account with no holder', { path: { child: 'a:' } }],
    ['a grandchild without its parent', { path: { child: 'a:x/y' } }],
    ['a holder with a brace', { path: { child: 'a:{x}' } }],
    ['a holder with a control character', { path: { child: 'a:x\u0007' } }],
    ['a holder too long', { path: { child: `a:${'x'.repeat(65)}` } }],
    ['an id too short', { reservation: { id: 'b'.repeat(31) } }],
    ['an id with a capital', { reservation: { id: 'B'.repeat(32) } }],
    ['a nonce too short', { header: { nonce: '0123' } }],
    ['a mark that is none', { header: { mark: 'x' } }],
  ])('reserve: %s', (_, change) => expectRefused('reserve', reserve(change)));

  it.each([
    ['no operation', []],
    ['another operation', [`spend ${ID} g`]],
    ['an id too short', [`release ${ID.slice(1)} g`]],
    ['nobody', [`release ${ID} x`]],
    ['a settle without a cost', [`settle ${ID} g`]],
    ['a good one and a bad one', [`settle ${ID} g ${COST} -`, `release ${ID}`]],
    ['a life too short', [`extend ${ID} g 999`]],
    ['a life too long', [`extend ${ID} g 86400001`]],
  ])('resolve: %s', (_, operations) => expectRefused('resolve', [header(), ...operations]));

  const from = '0 ';
  const to = `1 ${'a'.repeat(64)}`;
  it.each<[string, Operation, string[]]>([
    ['a lease of nobody', 'lease', ['', '1000']],
    ['a holder with a space', 'lease', ['a b', '1000']],
    ['a holder too long', 'lease', ['x'.repeat(65), '1000']],
    ['a lease too short', 'lease', ['a', '999']],
    ['a lease too long', 'lease', ['a', '300001']],
    ['a lease without a time', 'lease', ['a']],
    ['a head moved by nobody', 'moveHead', ['', from, to]],
    ['a head from nowhere', 'moveHead', ['a', '', to]],
    ['a head to nowhere', 'moveHead', ['a', from]],
    ['a head that goes back', 'moveHead', ['a', to, from]],
    ['a head that stays', 'moveHead', ['a', to, to]],
    ['a hash at number 0', 'moveHead', ['a', `0 ${'a'.repeat(64)}`, to]],
    ['no hash at number 1', 'moveHead', ['a', from, '1 ']],
    ['a hash too short', 'moveHead', ['a', from, `1 ${'a'.repeat(63)}`]],
    ['a hash with a capital', 'moveHead', ['a', from, `1 ${'A'.repeat(64)}`]],
    ['a hash with another letter', 'moveHead', ['a', from, `1 ${'g'.repeat(64)}`]],
  ])('%s', (_, operation, args) => expectRefused(operation, args, [HEAD]));

  it('too many accounts, or none; too few arguments', async () => {
    await expectRefused('reserve', [header(), '1', 'k1 5 ', reservation()]);
    const deep = Array.from({ length: 16 }, (_, i) => ` a:${'x/'.repeat(i)}x - -`).join('');
    await expectRefused('reserve', [header(), '1', `k1 5 a: - -${deep}`, reservation()]);
    await expectRefused('reserve', [header(), '1', path()]);
    for (const operation of ['reserve', 'resolve', 'activate', 'control', 'topUp'] as const) {
      await expectRefused(operation, []);
      await expectRefused(operation, [header()]);
    }
    await expectRefused('sweep', [header(), open, 'x']);
    await expectRefused('control', [header(), 'stop a:x me']);
    await expectRefused('control', [header(), 'pause x me']);
    const elsewhere = ['elsewhere', ...KEYS.slice(1), 'roots'];
    await expectRefused('openRoot', [header(), 'k1 1 - {}'], elsewhere);
    const other = [...recordKeys('main', 'd'.repeat(32)), rootsKey('main')];
    await expectRefused('openRoot', [header(), 'k1 1 credits+carved=1; {}'], other);
  });
});

describe('names', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('{x}', 'a}b', 'main}:root:', 'a\r\nDEL x', '*', '__proto__', 'a/b', ''),
  );

  it('that are hostile reach no key: refused, or within the tenant’s own slot', async () => {
    const key =
      /^bursar:(tenants|\{[a-z0-9-]{1,32}\}:(due|roots|journal|head|(root|carves):[0-9a-f]{32}))$/;
    const own = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (tenant, rootId, holder) => {
        const named = { tenant, rootId: rootId.padEnd(32, '0') };
        const root = `${ROOT.tenant}/${ROOT.rootId}`;
        const calls = [
          own.openRoot(genesis(named)),
          own.release({ reservation: reservationId({ ...ROOT, ...named }) }),
          own.balance(`${tenant}/${rootId}/${holder}`),
          own.control({ account: `${root}/${holder}`, action: 'pause', actor: holder }),
          own.sweep(tenant, 1),
          own.reserve(
            request(ROOT, {
              about: { name: holder },
              path: [
                { account: root, limits: [] },
                { account: `${root}/${holder}`, limits: [] },
              ],
            }),
          ),
        ];
        for (const asked of await Promise.allSettled(calls)) {
          if (asked.status === 'rejected')
            expect(asked.reason).toHaveProperty('name', 'LedgerInputError');
        }
        for (const name of await admin.keys('*')) expect(name).toMatch(key);
      }),
    );
    await own.close();
  });
});
