import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { type Sentinels, startSentinels } from '../../support/redis-sentinel.js';
import { opened } from '../fixtures.js';
import { entering } from '../laws/shared-state.js';
import { answered, expectLaws, startAgents } from './agents.js';

const PASSWORD = 'canary-7f3a';

let set: Sentinels;
let ledger: Ledger;

beforeAll(async () => {
  set = await startSentinels({ password: PASSWORD, downAfterMs: 1_000 });
});
afterAll(async () => {
  await ledger?.close();
  await set?.dispose();
});

const open = (url: string) => openRedisLedger(url, { ...LEDGER_DEFAULTS, clock: Date.now });

describe('a primary that sentinels name', () => {
  it('is not there, or by another name: said, and no password with it', async () => {
    for (const [url, why] of [
      [`${set.url}-other`, 'the store answered ERR'],
      [`redis+sentinel://127.0.0.1:1/spending?sentinel=${PASSWORD}`, '(ECONNREFUSED)'],
    ] as const) {
      const other = await open(url);
      const error = await other.ping().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'LedgerUnavailable', reason: 'disconnected' });
      expect(String(error)).toMatch(/none of [13] sentinels names a primary "spending/);
      expect(String(error)).toContain(why);
      expect(String(error)).not.toContain(PASSWORD);
      await other.close();
    }
  });

  it('killed under load: service comes back by itself on its replica, the laws hold', async () => {
    const [first] = set.sentinels;
    ledger = await open(set.url);
    const tenants = Array.from({ length: 8 }, (_, i) => `t${i}`);
    const { agents, stop } = await startAgents(ledger, tenants);
    await answered(agents, 5);
    // One sentinel less: the two others agree.
    await first?.kill();
    await set.primary.kill();
    await answered(agents, 5);
    await stop();
    await ledger.ping();
    await expectLaws(ledger, agents);
    const root = await opened(ledger);
    expect(await ledger.shared.enter(entering(root))).toEqual({ status: 'entered' });
    const direct = await open(`redis://:${PASSWORD}@127.0.0.1:${set.replica.port}`);
    await expectLaws(direct, agents);
    await direct.close();
  });
});
