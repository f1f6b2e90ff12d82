import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { mixed, plain } from './plan.js';
import { carvedTellingly, exactAtEveryAccount } from './race.js';

describe('1,000 agents in a three-level tree, through two gateways, wanting far more than there is', () => {
  it('get exactly what there is, plain and carved mixed, on Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    carvedTellingly(await exactAtEveryAccount(redis.url, mixed(5)));
  }, 300_000);

  it('get exactly what there is, on one SQLite file', async () => {
    const tree = await exactAtEveryAccount('sqlite:ledger.db', plain(5));
    expect(tree.held.credits).toBe(0);
  }, 300_000);
});
