import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from '../../ledger/folder.js';
import { type RedisServer, startRedis } from '../../support/redis.js';

import { killDrainers } from './kills.js';

const KILLS = 200;
const folder = temporaryFolder();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

describe('drainers killed with SIGKILL, under load', () => {
  it('on SQLite', () => {
    return killDrainers(`sqlite:${join(folder, 'ledger.db')}`, join(folder, 'sqlite'), KILLS);
  }, 1_200_000);

  it('on Redis', () => killDrainers(redis.url, join(folder, 'redis'), KILLS), 1_200_000);
});
