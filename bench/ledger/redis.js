// What is measured on Redis: the ledger, and under it the least that could be done for the same path.
import { Redis } from 'ioredis';
import { LEDGER_DEFAULTS, openLedger } from '../../dist/src/ledger/index.js';
import { freePort, runOn, startOn } from '../processes.js';
import { drive, genesisOf, IN_FLIGHT, openRoot, pathOf } from './driver.js';

const STORE = 0;
const CLIENT = 1;
/** Commands a second that `redis-benchmark` counts over. */
const SAMPLE = 60_000;

/** One HINCRBY for each account of a path. */
const BARE = 'for i = 1, #ARGV do redis.call("HINCRBY", KEYS[1], ARGV[i], 1) end return 1';

/** @param {string} folder */
async function startRedis(folder) {
  const port = await freePort();
  const settings = ['--save', '', '--appendonly', 'no', '--dir', folder];
  startOn(STORE, 'redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', ...settings]);
  const admin = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  await admin.ping();
  return { port, admin };
}

/** @param {number} port @param {Redis} admin @param {number} depth */
async function bareOf(port, admin, depth) {
  const sha = String(await admin.script('LOAD', BARE));
  const fields = Array.from({ length: depth }, (_, level) => `a:${level}`);
  const call = ['evalsha', sha, '1', 'bench:bare', ...fields];
  return async () => {
    const output = await runOn(
      CLIENT,
      'redis-benchmark',
      ['-p', `${port}`, '-c', `${IN_FLIGHT}`, '-n', `${SAMPLE}`, '--csv', ...call],
      process.env,
    );
    const [, perSecond] = /","([\d.]+)"/.exec(output.split('\n').at(-2) ?? '') ?? [];
    if (perSecond === undefined) throw new Error(`redis-benchmark printed no rate:\n${output}`);
    return Number(perSecond);
  };
}

/**
 * Another root with a million accounts that were charged: planted, since charging each would take
 * half an hour.
 * @param {Redis} admin @param {string} record @param {number} count
 */
async function plant(admin, record, count) {
  // Spent and held in each unit, its places, and the limits last seen.
  const filler = `1 ${'0 '.repeat(8)}1 credits=1000000;`;
  const root = `${count} ${'0 '.repeat(8)}${count + 1} -`;
  for (let from = 0; from < count; from += 10_000) {
    /** @type {string[]} */
    const fields = [];
    for (let n = from; n < Math.min(from + 10_000, count); n += 1) {
      fields.push(`a:filler-${n}`, filler);
    }
    await admin.hset(record, ...fields);
  }
  await admin.hset(record, 'a:', root);
}

/**
 * @param {string} folder @param {number} ms how long one reading takes @param {number} accounts
 * @returns {Promise<{ [name: string]: () => Promise<number> }>} what can be measured, per second
 */
export async function redisTargets(folder, ms, accounts) {
  const { port, admin } = await startRedis(folder);
  const options = {
    ...LEDGER_DEFAULTS,
    timeoutMs: 30_000,
    clock: Date.now,
    maxAccountsPerRoot: 2 * accounts,
  };
  const ledger = await openLedger(`redis://127.0.0.1:${port}/0`, options);
  const [small, deep, large] = [genesisOf('1'), genesisOf('2'), genesisOf('3')];
  for (const root of [small, deep, large]) await openRoot(ledger, root);
  await plant(admin, `bursar:{main}:root:${large.rootId}`, accounts);
  const [path4, path16, pathOfLarge] = [pathOf(small, 4), pathOf(deep, 16), pathOf(large, 4)];
  const bare = await bareOf(port, admin, 4);
  return {
    bare,
    path4: () => drive(ledger, small, path4, ms),
    path16: () => drive(ledger, deep, path16, ms),
    million: () => drive(ledger, large, pathOfLarge, ms),
    close: async () => {
      await ledger.close();
      admin.disconnect();
      return 0;
    },
  };
}
