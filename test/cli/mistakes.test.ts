import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../macaroon/fixtures.js';
import { listenLocally } from '../support/listen.js';
import { bursar, emptyFolder, runInside, type Surroundings } from './harness.js';

const bare = emptyFolder();
const home = emptyFolder();
const configFile = join(home, '.bursar', 'bursar.yaml');
const macaroon = mint();
const MINT = ['mint', '--holder', 'a', '--expires', '1h', '--budget'];
const CLOSED = 'http://127.0.0.1:9';

beforeAll(async () => {
  await bursar(['init'], { cwd: home });
});

/** The configuration of `home` with one line changed, in a folder of its own. */
function broken(change: (text: string) => string): Surroundings {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, '.bursar'));
  for (const name of ['keys.json', 'operator.key']) {
    const text = readFileSync(join(home, '.bursar', name));
    writeFileSync(join(cwd, '.bursar', name), text, { mode: 0o600 });
  }
  writeFileSync(join(cwd, '.bursar', 'bursar.yaml'), change(readFileSync(configFile, 'utf8')));
  return { cwd };
}

const CASES: readonly [
  mistake: string,
  args: readonly string[],
  around: () => Surroundings,
  status: number,
  says: readonly string[],
][] = [
  ['an unknown command', ['mnt'], () => ({}), 2, ["unknown command 'mnt'", 'Did you mean mint?']],
  ['an unknown option', ['tree', '--jsn'], () => ({}), 2, ["'--jsn'", 'Did you mean --json?']],
  [
    'a folder where none can be made',
    ['init', '--dir', '/proc/bursar/a'],
    () => ({ cwd: bare }),
    1,
    ["--dir: found that /proc/bursar/a can't be made (ENOENT"],
  ],
  [
    'a mistyped option that must be there',
    ['mint', '--holder', 'a', '--budgt', '1', '--expires', '1h'],
    () => ({}),
    2,
    ["unknown option '--budgt'", 'Did you mean --budget?'],
  ],
  [
    'a mistyped option beside one that is missing',
    ['mint', '--hodler=a', '--budget', '1', '--expires', '1h'],
    () => ({}),
    2,
    ["unknown option '--hodler'", 'Did you mean --holder?'],
  ],
  [
    "a provider's key in the place of a macaroon",
    ['inspect'],
    () => ({ input: 'sk-proj-0123456789abcdef' }),
    1,
    ["found a model provider's API key", 'bursar mint'],
  ],
  [
    'no holder',
    ['mint', '--budget', '1', '--expires', '1h'],
    () => ({}),
    2,
    ['--holder <name>', 'bursar mint --help'],
  ],
  ['no expiry', ['mint', '--budget', '1', '--holder', 'a'], () => ({}), 2, ['--expires <when>']],
  ['an exponent', [...MINT, '1e3'], () => ({ cwd: home }), 2, ['"1e3"', '1000 (credits)']],
  [
    'seven decimals',
    [...MINT, '1.1234567'],
    () => ({ cwd: home }),
    2,
    ['1.1234567', 'at most six decimals'],
  ],
  ['half a token', [...MINT, '1.5tokens'], () => ({ cwd: home }), 2, ['1.5', 'whole number']],
  [
    'a day as expiry',
    ['mint', '--holder', 'a', '--budget', '1', '--expires', 'tomorrow'],
    () => ({ cwd: home }),
    2,
    ['"tomorrow"', '24h', '2026-01-31T23:59:59Z'],
  ],
  [
    'an expiry in the past',
    ['mint', '--holder', 'a', '--budget', '1', '--expires', '2020-01-01T00:00:00Z'],
    () => ({ cwd: home }),
    2,
    ['2020-01-01T00:00:00Z', 'in the future'],
  ],
  [
    'a holder with a slash',
    ['mint', '--holder', 'a/b', '--budget', '1', '--expires', '1h'],
    () => ({ cwd: home }),
    2,
    ['holder "a/b"', 'letters, digits'],
  ],
  [
    'a label without =',
    [...MINT, '1', '--label', 'team'],
    () => ({ cwd: home }),
    2,
    ["'team'", 'KEY=VALUE'],
  ],
  [
    'a label twice',
    [...MINT, '1', '--label', 'a=1', '--label', 'a=2'],
    () => ({ cwd: home }),
    2,
    ['each key once'],
  ],
  [
    'no configuration',
    [...MINT, '1'],
    () => ({ cwd: bare }),
    1,
    [bare, 'no configuration', 'bursar init'],
  ],
  [
    'no configuration to serve',
    ['serve'],
    () => ({ cwd: bare }),
    1,
    ['no configuration', 'bursar init'],
  ],
  [
    'a configuration that is not there',
    ['tree', '--config', 'other.yaml'],
    () => ({ cwd: home }),
    1,
    ['other.yaml', 'no such file'],
  ],
  [
    'a misspelt setting',
    ['config', 'check'],
    () => broken((text) => text.replace('listen:', 'listn:')),
    1,
    ['bursar.yaml:6:1', 'listn', 'listen'],
  ],
  [
    'an open key file',
    ['serve'],
    () => {
      const around = broken((text) => text);
      chmodSync(join(around.cwd ?? '', '.bursar', 'keys.json'), 0o644);
      return around;
    },
    1,
    ['keys.json with mode 0644', 'chmod 600'],
  ],
  [
    'a ledger in a folder that is none',
    ['tree'],
    () => broken((text) => text.replace('ledger.db', 'bursar.yaml/ledger.db')),
    1,
    ['bursar.yaml/ledger.db'],
  ],
  [
    'a ledger that is no database',
    ['tree'],
    () => {
      const around = broken((text) => text.replace('ledger.db', 'bursar.yaml'));
      return around;
    },
    1,
    ['ledger'],
  ],
  [
    'a Redis that is not there',
    ['tree'],
    () => broken((text) => text.replace('sqlite:ledger.db', 'redis://127.0.0.1:9/0')),
    1,
    ['the ledger, redis://127.0.0.1:9', 'ECONNREFUSED'],
  ],
  [
    'no gateway',
    ['balance', '--gateway', CLOSED],
    () => ({ env: { BURSAR_MACAROON: macaroon } }),
    1,
    [CLOSED, 'bursar serve', '--gateway', '$BURSAR_GATEWAY'],
  ],
  [
    'no gateway by the variable',
    ['balance'],
    () => ({ env: { BURSAR_MACAROON: macaroon, BURSAR_GATEWAY: CLOSED } }),
    1,
    [CLOSED],
  ],
  [
    'a gateway that is no URL',
    ['balance', '--gateway', '127.0.0.1:8787'],
    () => ({ env: { BURSAR_MACAROON: macaroon } }),
    2,
    ['--gateway', 'http://127.0.0.1:8787'],
  ],
  [
    'no operator key',
    [...MINT, '1', '--gateway', CLOSED],
    () => ({ cwd: bare }),
    1,
    ["operator's key", '$BURSAR_OPERATOR_KEY'],
  ],
  [
    'a weak operator key',
    [...MINT, '1', '--gateway', CLOSED],
    () => ({ cwd: bare, env: { BURSAR_OPERATOR_KEY: 'hunter2' } }),
    1,
    ['7 characters', 'at least 32'],
  ],
  [
    'a macaroon as argument',
    ['delegate', '--holder', 'a', macaroon],
    () => ({}),
    2,
    ['process lists', '$BURSAR_MACAROON'],
  ],
  ['the same for inspect', ['inspect', macaroon], () => ({}), 2, ['process lists']],
  ['the same for balance', ['balance', macaroon], () => ({}), 2, ['process lists']],
  ['no macaroon', ['inspect'], () => ({ input: '' }), 1, ['no macaroon', '$BURSAR_MACAROON']],
  ['no macaroon but a word', ['inspect'], () => ({ input: 'not-a-macaroon!' }), 1, ['base64url']],
  ['a macaroon broken off', ['inspect'], () => ({ input: macaroon.slice(0, 40) }), 1, ['error: ']],
  ['nothing to cut', ['delegate'], () => ({ input: macaroon }), 2, ['at least one of --holder']],
  [
    '--unique without a name',
    ['delegate', '--unique'],
    () => ({ input: macaroon }),
    2,
    ['--unique', '--holder'],
  ],
  [
    'a budget per year',
    [...MINT, '5usd/year'],
    () => ({ cwd: home }),
    2,
    ['"5usd/year"', 'minute, hour, day, week, month'],
  ],
  [
    'a carved root',
    [...MINT, '5 usd carved'],
    () => ({ cwd: home }),
    2,
    ['"5 usd carved"', '200credits/day'],
  ],
  ['the same for activate', ['activate', macaroon], () => ({}), 2, ['process lists']],
  [
    'no gateway to activate at',
    ['activate', '--gateway', CLOSED],
    () => ({ env: { BURSAR_MACAROON: macaroon } }),
    1,
    [CLOSED, 'bursar serve'],
  ],
  [
    'an account to pause that is not there',
    ['pause', 'nobody'],
    () => ({ cwd: home }),
    1,
    ['nobody'],
  ],
  [
    'a root to pause that is not there',
    ['pause', `main/${'0'.repeat(32)}`],
    () => ({ cwd: home }),
    1,
    ['no such account', 'account_unknown'],
  ],
  [
    'an empty variable for the account to revoke',
    ['revoke', ''],
    () => ({ cwd: home }),
    2,
    ['found ""'],
  ],
  ['a top-up per day', ['topup', 'a', '5usd/day'], () => ({ cwd: home }), 2, ['without a window']],
  ['pause without a configuration', ['pause', 'a'], () => ({ cwd: bare }), 1, ['bursar init']],
  [
    '--carved without a budget',
    ['delegate', '--holder', 'a', '--carved'],
    () => ({ input: macaroon }),
    2,
    ['--carved', '--budget'],
  ],
  [
    'a carved budget in a unit that its parent does not limit',
    ['delegate', '--holder', 'a', '--budget', '5usd', '--carved'],
    () => ({ input: macaroon }),
    1,
    ['5 usd carved', 'every account above a carved budget to have a budget in usd'],
  ],
  [
    'a delegated budget that is none',
    ['delegate', '--budget', '0x10'],
    () => ({ input: macaroon }),
    2,
    ['"0x10"'],
  ],
  ['a key that is not there', ['keys', 'retire', 'k0'], () => ({ cwd: home }), 1, ['no key "k0"']],
  [
    'an account that is not there',
    ['tree', 'nobody'],
    () => ({ cwd: home }),
    1,
    ['"nobody"', 'bursar tree'],
  ],
];

describe('a mistake', () => {
  it.each(CASES)('%s', async (_mistake, args, around, status, says) => {
    const { input: stdin, ...world } = around();
    const result = await runInside(args, { ...world, stdin, fetch: globalThis.fetch });
    expect(result).toMatchObject({ status, out: '' });
    for (const part of says) expect(result.err).toContain(part);
    expect(result.err).toMatch(/^error: /);
    // No stack, and nothing that only the machine understands.
    expect(result.err).not.toMatch(/^\s+at |unexpected:|\[object|undefined/m);
    expect(result.err).not.toContain(macaroon);
  });

  it('the minting key is not retired', async () => {
    const [kid = ''] =
      (await bursar(['keys', 'list'], { cwd: home })).out.split('\n')[1]?.split(' ') ?? [];
    const result = await bursar(['keys', 'retire', kid], { cwd: home });
    expect(result).toMatchObject({ status: 1, out: '' });
    expect(result.err).toContain(`key "${kid}" is the minting key: rotate first`);
  });
});

describe('something else listens where the gateway should', () => {
  const stranger = createServer((_request, response) => response.writeHead(404).end('<h1>?</h1>'));
  let url = '';
  beforeAll(async () => {
    url = `http://127.0.0.1:${await listenLocally(stranger)}`;
  });
  afterAll(() => stranger.close());

  it('is told, and its answer is not shown', async () => {
    const result = await bursar(['balance', '--gateway', url], {
      env: { BURSAR_MACAROON: macaroon },
    });
    expect(result).toMatchObject({ status: 1, out: '' });
    expect(result.err).toBe(
      `error: ${url} answered HTTP 404 and nothing that a Bursar gateway says: is it one?\n`,
    );
  });

  it('serve says that the port is taken', async () => {
    const around = broken((text) => text.replace('127.0.0.1:8787', new URL(url).host));
    const result = await bursar(['serve'], around);
    expect(result.status).toBe(1);
    expect(result.err).toContain(`port ${new URL(url).port}: something listens there already`);
  });
});
