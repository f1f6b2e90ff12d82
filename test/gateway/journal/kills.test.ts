import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from '../../ledger/folder.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import type { Step } from './crashing.js';
import { killDrainers } from './kills.js';

/** All of them are in the long form; and in drain.test.ts, inside one process. */
const STEPS: readonly Step[] = ['half a write', 'after sync', 'after head'];
const SOME = { steps: STEPS, kills: STEPS.length, ownNames: false };
const folder = temporaryFolder();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

describe('drainers killed with SIGKILL, under load', () => {
  it('on SQLite', async () => {
    const url = `sqlite:${join(folder, 'ledger.db')}`;
    await killDrainers({ ...SOME, url, folder: join(folder, 'sqlite') });
  }, 120_000);

  it('on Redis', async () => {
    await killDrainers({ ...SOME, url: redis.url, folder: join(folder, 'redis') });
  }, 120_000);
});
