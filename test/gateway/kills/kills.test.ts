import { describe, it, onTestFinished } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { killed } from './run.js';
import type { Step } from './victim.js';

/** All of them are in the long form. */
const AT_STORE: readonly Step[] = ['reserve done', 'settle asked', 'settle done'];
const ANYWHERE: readonly Step[] = ['upstream reached', 'upstream answered'];

describe('gateways killed under load, between reserve and settle', () => {
  it('no overspend, nothing left open, every call charged once: on Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    const { url: ledger, port: redisPort } = redis;
    await killed({ ledger, redisPort, gateways: 2, steps: AT_STORE, times: 1 });
  }, 120_000);

  it('no overspend, nothing left open, every call charged once: on SQLite', async () => {
    await killed({ ledger: 'sqlite:ledger.db', gateways: 2, steps: ANYWHERE, times: 1 });
  }, 120_000);
});
