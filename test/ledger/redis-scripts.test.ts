import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { dueKey, rootKey, rootsKey } from '../../src/ledger/redis/keys.js';
import { SCRIPTS } from '../../src/ledger/redis/scripts.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { FAR_MS, genesis, limit, opened, request, reservationId } from './fixtures.js';

const ROOT = genesis({ rootId: 'a'.repeat(32), limits: [limit(10)] });
const KEY = rootKey(ROOT.tenant, ROOT.rootId);
const DUE = dueKey(ROOT.tenant);
const ID = 'b'.repeat(32);
const LATEST = String(FAR_MS);
const COST = '1000000,,,1000000';

const BAD_NUMBERS = [
  ...['nan', 'NaN', 'inf', '-1', '-0', '+5', ' 5', '5 ', '', '1.5', '5.', '.5', '1e3', '0x10'],
  ...['9007199254740992', '9007199254740993', '99999999999999999', '1'.repeat(400), '٣', '1\0'],
];

let server: RedisServer;
let admin: Redis;
let ledger: Ledger;
/** A hold that is open, for the scripts that end one. */
let open = '';

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  ledger = await openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now });
});
beforeEach(async () => {
  await admin.flushdb();
  await opened(ledger, ROOT);
  const asked = request(ROOT);
  await ledger.reserve(asked);
  open = asked.reservation.slice(-32);
});
afterAll(async () => {
  await ledger.close();
  admin.disconnect();
  await server.dispose();
});

/** Everything that is stored, byte by byte. */
async function dump(): Promise<[string, string][]> {
  const keys = (await admin.keys('*')).sort();
  return Promise.all(
    keys.map(async (key) => [key, (await admin.dumpBuffer(key))?.toString('hex') ?? '']),
  );
}

async function expectRefused(
  script: keyof typeof SCRIPTS,
  keys: readonly string[],
  args: readonly string[],
): Promise<void> {
  const before = await dump();
  const call = admin.eval(SCRIPTS[script].body, keys.length, ...keys, ...args);
  await expect(call, args.join(' | ')).rejects.toThrow(/^BADINPUT /);
  expect(await dump()).toEqual(before);
}

const terms = (change: Partial<Record<string, string>> = {}) =>
  Object.values({
    kid: 'k1',
    expires: String(FAR_MS),
    ttl: '60000',
    latest: LATEST,
    accounts: '10',
    holds: '10',
    ...change,
  }).join(' ');
const reserve = (change: Partial<Record<'id' | 'terms' | 'cost' | 'root' | 'child', string>>) => {
  const good = { id: ID, terms: terms(), cost: `0 ${COST} ${COST}`, root: ' ', child: 'a ' };
  return Object.values({ ...good, ...change });
};

describe('a script that is called directly with what no caller may send changes nothing', () => {
  it('takes the arguments that these tests then spoil', async () => {
    const held = await admin.eval(SCRIPTS.reserve.body, 2, KEY, DUE, ...reserve({}));
    expect(held).toMatchObject({ 0: 'held' });
    const settled = await admin.eval(SCRIPTS.settle.body, 2, KEY, DUE, open, COST, LATEST, '1');
    expect(settled).toMatchObject({ 0: 'settled' });
    expect(await admin.eval(SCRIPTS.release.body, 2, KEY, DUE, ID, LATEST, '1')).toEqual([
      'released',
    ]);
  });

  it.each(BAD_NUMBERS)('the number %j', async (bad) => {
    for (const part of ['expires', 'ttl', 'latest', 'accounts', 'holds']) {
      await expectRefused('reserve', [KEY, DUE], reserve({ terms: terms({ [part]: bad }) }));
    }
    for (const cost of [`${bad} ${COST} ${COST}`]) {
      await expectRefused('reserve', [KEY, DUE], reserve({ cost }));
    }
    // Empty is a unit that is not known, and of the calls' that may not be.
    for (const spoilt of bad === '' ? ['1,,,'] : [`${bad},,,1000000`, `1,,,${bad}`]) {
      for (const cost of [`0 ${spoilt} ${spoilt}`, `1 ${COST} ${spoilt}`, `1 ${spoilt} ${COST}`]) {
        await expectRefused('reserve', [KEY, DUE], reserve({ cost }));
      }
    }
    await expectRefused('reserve', [KEY, DUE], reserve({ root: ` credits=${bad};` }));
    await expectRefused('reserve', [KEY, DUE], reserve({ child: `a credits=1;calls=${bad};` }));
    await expectRefused('settle', [KEY, DUE], [open, COST, bad, '1']);
    await expectRefused('settle', [KEY, DUE], [open, COST, LATEST, bad]);
    if (bad !== '') await expectRefused('settle', [KEY, DUE], [open, `,${bad},,`, LATEST, '1']);
    await expectRefused('release', [KEY, DUE], [open, bad, '1']);
    await expectRefused('release', [KEY, DUE], [open, LATEST, bad]);
    await expectRefused('sweep', [KEY, DUE], [bad, '1', open]);
    await expectRefused('sweep', [KEY, DUE], [LATEST, bad, open]);
    await expectRefused('due', [DUE], [bad, '1']);
    await expectRefused('due', [DUE], [LATEST, bad]);
    const other = rootKey('main', 'd'.repeat(32));
    const roots = rootsKey('main');
    await expectRefused('openRoot', [other, roots], [`k1 ${bad} credits=1; {}`, LATEST]);
    await expectRefused('openRoot', [other, roots], [`k1 1 credits=${bad}; {}`, LATEST]);
    await expectRefused('openRoot', [other, roots], ['k1 1  {}', bad]);
  });

  it.each([
    ['a unit that is none', { root: ' eur=1;' }],
    ['a window', { root: ' credits/day=1;' }],
    ['a carve-out', { child: 'a credits+carved=1;' }],
    ['a limit that does not end', { root: ' credits=1' }],
    ['a limit with a space', { root: ' credits=1; ' }],
    ['a fifth unit', { cost: `0 ${COST},1 ${COST},1` }],
    ['units that differ', { cost: '1 1,,,1 ,1,,1' }],
    ['least above most', { cost: '1 2,,,1 1,,,1' }],
    ['a range without steps', { cost: '0 1,,,1 2,,,1' }],
    ['a range too wide for its steps', { cost: '1024 0,,,0 8796093022208,,,0' }],
    ['no calls', { cost: '0 1,,, 1,,,' }],
    ['a ttl too short', { terms: terms({ ttl: '999' }) }],
    ['a ttl too long', { terms: terms({ ttl: '86400001' }) }],
    ['a kid with a capital', { terms: terms({ kid: 'K1' }) }],
    ['a kid too long', { terms: terms({ kid: 'k'.repeat(33) }) }],
    ['a root with a holder', { root: 'a ' }],
    ['an account with no holder', { child: ' ' }],
    ['a holder with a slash', { child: 'a/b ' }],
    ['a holder with a brace', { child: '{a} ' }],
    ['a holder with a control character', { child: 'a\n ' }],
    ['a holder too long', { child: `${'a'.repeat(65)} ` }],
    ['an id too short', { id: 'b'.repeat(31) }],
    ['an id with a capital', { id: 'B'.repeat(32) }],
    ['an id with more', { id: `${ID} x` }],
  ])('reserve: %s', (_, change) => expectRefused('reserve', [KEY, DUE], reserve(change)));

  it('too many accounts, or none; too few arguments', async () => {
    const [id = '', its = '', cost = ''] = reserve({});
    await expectRefused('reserve', [KEY, DUE], [id, its, cost]);
    await expectRefused('reserve', [KEY, DUE], [id, its, cost, ' ', ...Array(16).fill('a ')]);
    for (const script of ['reserve', 'settle', 'release', 'sweep', 'due', 'openRoot'] as const) {
      await expectRefused(script, [KEY, DUE], []);
      if (script !== 'due') await expectRefused(script, [KEY, DUE], [ID]);
    }
    await expectRefused('sweep', [KEY, DUE], [LATEST, '1', open, 'x']);
    await expectRefused('openRoot', ['elsewhere', 'roots'], ['k1 1  {}', LATEST]);
  });
});

describe('names', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('{x}', 'a}b', 'main}:root:', 'a\r\nDEL x', '*', '__proto__', 'a/b', ''),
  );

  it('that are hostile reach no key: refused, or within the tenant’s own slot', async () => {
    const key = /^bursar:(tenants|\{[a-z0-9-]{1,32}\}:(due|roots|root:[0-9a-f]{32}))$/;
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (tenant, rootId, holder) => {
        const named = { tenant, rootId: rootId.padEnd(32, '0') };
        const root = `${ROOT.tenant}/${ROOT.rootId}`;
        const calls = [
          ledger.openRoot(genesis(named)),
          ledger.release({ reservation: reservationId({ ...ROOT, ...named }) }),
          ledger.balance(`${tenant}/${rootId}/${holder}`),
          ledger.sweep(tenant, 1),
          ledger.reserve(
            request(ROOT, {
              path: [
                { account: root, limits: [] },
                { account: `${root}/${holder}`, limits: [] },
              ],
            }),
          ),
        ];
        for (const call of await Promise.allSettled(calls)) {
          if (call.status === 'rejected')
            expect(call.reason).toHaveProperty('name', 'LedgerInputError');
        }
        for (const name of await admin.keys('*')) expect(name).toMatch(key);
      }),
    );
  });
});
