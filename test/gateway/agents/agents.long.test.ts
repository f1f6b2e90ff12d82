import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { mixed, plain } from './plan.js';
import { carvedTellingly, exactAtEveryAccount } from './race.js';

/** Of each of the 1,000 agents: 100,000 attempts in all. */
const ATTEMPTS_EACH = 100;

describe('100,000 attempts by 1,000 agents, through two gateways', () => {
  it('plain and carved mixed, on Redis', async () => {
    const redis = await startRedis(['--appendonly', 'yes']);
    onTestFinished(() => redis.dispose());
    carvedTellingly(await exactAtEveryAccount(redis.url, mixed(ATTEMPTS_EACH)));
  });

  it('plain and carved mixed, on one SQLite file', async () => {
    carvedTellingly(await exactAtEveryAccount('sqlite:ledger.db', mixed(ATTEMPTS_EACH)));
  });

  it('all plain, on Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    const tree = await exactAtEveryAccount(redis.url, plain(ATTEMPTS_EACH));
    expect(tree.held.credits).toBe(0);
  });
});
