import { afterAll, beforeAll } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { ledgerContract } from './contract.js';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis(['--databases', '1000']);
});
afterAll(() => server.dispose());

/** Laws of deadlines run side by side, so each has a database to itself. */
ledgerContract('Redis', (options, store) => {
  const settings = { ...LEDGER_DEFAULTS, clock: Date.now, ...options };
  return openRedisLedger(`${server.url}/${store}`, settings);
});
