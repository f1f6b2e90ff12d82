import { describe, it, onTestFinished } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { killed } from './run.js';
import { STEPS_ANYWHERE, STEPS_AT_STORE } from './victim.js';

describe('gateways killed 500 times under load, at each step of a call', () => {
  it('no overspend, nothing left open, every call charged once: on Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    const steps = [...STEPS_AT_STORE, ...STEPS_ANYWHERE];
    await killed({ ledger: redis.url, redisPort: redis.port, gateways: 3, steps, times: 45 });
  });

  it('no overspend, nothing left open, every call charged once: on SQLite', async () => {
    await killed({ ledger: 'sqlite:ledger.db', gateways: 3, steps: STEPS_ANYWHERE, times: 25 });
  });
});
