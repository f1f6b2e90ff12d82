import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { ledgerContract } from './contract.js';

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.dispose();
});

ledgerContract('Redis', async (options) => {
  await admin.flushall();
  return openRedisLedger(server.url, { ...LEDGER_DEFAULTS, clock: Date.now, ...options });
});
