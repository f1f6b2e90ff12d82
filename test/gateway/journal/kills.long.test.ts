import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from '../../ledger/folder.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { STEPS } from './crashing.js';
import { killDrainers } from './kills.js';

const ALL = { steps: STEPS, kills: 200, ownNames: true };
const folder = temporaryFolder();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

describe('drainers killed with SIGKILL, under load', () => {
  it('on SQLite', async () => {
    const url = `sqlite:${join(folder, 'ledger.db')}`;
    await killDrainers({ ...ALL, url, folder: join(folder, 'sqlite') });
  });

  it('on Redis', async () => {
    await killDrainers({ ...ALL, url: redis.url, folder: join(folder, 'redis') });
  });
});
