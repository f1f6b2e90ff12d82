import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { type RedisStub, startStub } from '../../support/redis-stub.js';
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { chat, errorOf, gatewayUnderTest, leafBalance } from '../harness.js';

let redis: RedisServer;
let stub: RedisStub;
let proxy: TcpProxy;
let ledger: Ledger;

beforeAll(async () => {
  redis = await startRedis();
  stub = await startStub();
  proxy = await startProxy(redis.port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  ledger = await openRedisLedger(url, { ...LEDGER_DEFAULTS, clock: Date.now });
});
afterAll(async () => {
  await ledger.close();
  await proxy.close();
  await stub.close();
  await redis.dispose();
});

describe('a gateway whose store answers', () => {
  it.each([
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'CLUSTERDOWN Hash slot not served',
    'CLUSTERDOWN The cluster is down',
  ])('%s: 503, nothing dispatched; what was is settled when it is over', async (line) => {
    const gateway = gatewayUnderTest({ ledger });
    gateway.clock.nowMs = Date.now();
    const macaroon = await gateway.mint();
    stub.answerScripts(`-${line}`);
    gateway.upstream.answer = () => {
      proxy.lead(Number(new URL(stub.url).port));
      return { status: 200, body: '{"ok":true}' };
    };
    expect((await chat(gateway, macaroon)).status).toBe(200);
    for (let i = 0; i < 3; i++) {
      const response = await chat(gateway, macaroon);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect((await errorOf(response)).error.code).toBe('ledger_unavailable');
    }
    expect(gateway.upstream.seen).toHaveLength(1);
    expect((await gateway.app.request('/readyz')).status).toBe(503);

    gateway.upstream.answer = () => ({ status: 200, body: '{"ok":true}' });
    proxy.lead(redis.port);
    expect(await gateway.resolver.drain(5_000)).toBe(0);
    await vi.waitFor(async () => expect((await chat(gateway, macaroon)).status).toBe(200), {
      timeout: 5_000,
    });
    expect(gateway.upstream.seen).toHaveLength(2);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([2, 0]);
  });
});
