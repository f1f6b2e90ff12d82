import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisStub, startStub } from '../support/redis-stub.js';
import { genesis, request } from './fixtures.js';
import { entering, recall, remembering } from './laws/shared-state.js';

let stub: RedisStub;
let ledger: Ledger;

beforeEach(async () => {
  stub = await startStub();
  ledger = await openRedisLedger(stub.url, { ...LEDGER_DEFAULTS, clock: Date.now });
});
afterEach(async () => {
  await ledger.close();
  await stub.close();
});

const resumes = () => vi.waitFor(() => ledger.ping(), { timeout: 2_000, interval: 20 });

describe('what the store answers instead of a decision is no decision', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    'BUSY Redis is busy running a script',
    "READONLY You can't write against a read only replica.",
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'CLUSTERDOWN The cluster is down',
    'MASTERDOWN Link with MASTER is down',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'NOREPLICAS Not enough good replicas to write.',
    'MISCONF Redis is configured to save RDB snapshots',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'NOPERM this user has no permissions',
    'UNKILLABLE Sorry the script already executed write commands',
    'ERR Function not found',
    "ERR unknown command 'AUTH', with args beginning with: 'secret'",
  ])('-%s', async (reply) => {
    await ledger.ping();
    stub.answerScripts(`-${reply}`);
    const root = genesis();
    const { reservation } = request(root);
    for (const call of [
      () => ledger.reserve(request(root)),
      () => ledger.settle({ reservation, cost: {} }),
      () => ledger.release({ reservation }),
      () => ledger.sweep('main', 1),
      () => ledger.openRoot(root),
      () => ledger.shared.enter(entering(root)),
      () => ledger.shared.remember(remembering(root)),
      () => recall(ledger, root, ['a']),
      () => ledger.shared.refuseNames({ tenant: root.tenant, names: ['a'] }),
      () => ledger.ping(),
    ]) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'LedgerUnavailable', reason: 'store_error' });
      expect(String(error)).toContain(reply.split(' ')[0]);
      expect(String(error)).not.toContain(reply.split(' ').slice(1).join(' '));
    }
    stub.answerScripts('+ready');
    await resumes();
  });

  it.each(['+OK', ':1', '$-1', '*0', '*1\r\n+held', '*2\r\n+settled\r\n+x', '*1\r\n$-1'])(
    'an answer of another shape: %j',
    async (reply) => {
      stub.answerScripts(reply);
      const root = genesis();
      const { reservation } = request(root);
      for (const call of [
        () => ledger.reserve(request(root)),
        () => ledger.settle({ reservation, cost: {} }),
        () => ledger.openRoot(root),
        () => ledger.shared.enter(entering(root)),
        () => ledger.shared.remember(remembering(root)),
        () => recall(ledger, root, ['a']),
        () => ledger.shared.refuseNames({ tenant: root.tenant, names: ['a'] }),
      ]) {
        await expect(call()).rejects.toMatchObject({ reason: 'store_error' });
      }
    },
  );
});

describe('an answer to another call', () => {
  it('is no answer, though it has the shape of one', async () => {
    const { reservation } = request(genesis());
    stub.answerScripts('*2\r\n+1 0000000000000000 5 0123456789abcdef\r\n+released');
    await expect(ledger.release({ reservation })).rejects.toMatchObject({
      reason: 'store_error',
      message: expect.stringContaining('0123456789abcdef'),
    });
    stub.answerScripts('+ready');
    await resumes();
  });
});

describe('a store that is not fit is refused until it is', () => {
  it.each([
    ['redis_version:6.2.14', /version: found 6\.2\.14, expected 7\.0/],
    ['redis_version:', /version: found nothing, expected 7\.0/],
    ['maxmemory_policy:volatile-ttl', /maxmemory-policy: found volatile-ttl, expected noeviction/],
    ['loading:1', /LOADING/],
    ['role:slave', /READONLY/],
  ])('%s', async (line, message) => {
    stub.answerInfo([line]);
    const unfit = await openRedisLedger(stub.url, { ...LEDGER_DEFAULTS, clock: Date.now });
    const before = stub.received.length;
    const error = await unfit.reserve(request(genesis())).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'LedgerUnavailable', reason: 'store_error' });
    expect(String(error)).toMatch(message);
    expect(stub.received.slice(before)).not.toContain('fcall');
    stub.answerInfo([]);
    await vi.waitFor(() => unfit.ping(), { timeout: 2_000, interval: 20 });
    await unfit.close();
  });
});
