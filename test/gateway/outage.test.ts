import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../support/redis.js';
import { chatRequest, fleet, servedBy } from './fleet.js';
import { bearer } from './harness.js';
import { httpStub } from './http-upstream.js';

/** One gateway process on a Redis of its own, and an upstream that counts what reaches it. */
async function gatewayOnRedis() {
  const redis = await startRedis(['--appendonly', 'no', '--save', '']);
  onTestFinished(() => redis.dispose());
  const upstream = await httpStub((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  });
  onTestFinished(() => upstream.close());
  const gateways = fleet(
    redis.url,
    `ledgerTimeout: 300ms
${servedBy(upstream.url)}`,
  );
  const macaroon = await gateways.mint('1000');
  const { url } = await gateways.start();
  const call = async () => {
    const response = await fetch(`${url}/v1/chat/completions`, chatRequest(macaroon));
    const { error } = (await response.json()) as { error?: { code: string } };
    return {
      status: response.status,
      code: error?.code,
      wait: response.headers.get('retry-after'),
    };
  };
  const ready = async () => (await fetch(`${url}/readyz`)).status;
  const why = async () => (await fetch(`${url}/readyz`)).json();
  expect(await call()).toMatchObject({ status: 200 });
  const whyInDetail = async () =>
    (await fetch(`${url}/readyz`, { headers: bearer(gateways.operatorKey) })).json();
  return { redis, upstream, call, ready, why, whyInDetail };
}

const UNAVAILABLE = { status: 503, code: 'ledger_unavailable', wait: '1' };

/** Service goes on without a restart once the store is there again. */
async function servesAgain({
  call,
  ready,
}: Awaited<ReturnType<typeof gatewayOnRedis>>): Promise<void> {
  await vi.waitFor(async () => expect(await call()).toMatchObject({ status: 200 }), {
    timeout: 5_000,
    interval: 50,
  });
  expect(await ready()).toBe(200);
}

describe('a gateway whose Redis', () => {
  it('is hung answers 503, dispatches nothing, and goes on when it is back', async () => {
    const gateway = await gatewayOnRedis();
    gateway.redis.freeze();
    expect(await gateway.call()).toEqual(UNAVAILABLE);
    expect(await gateway.call()).toEqual(UNAVAILABLE);
    expect(await gateway.ready()).toBe(503);
    expect(gateway.upstream.seen).toHaveLength(1);
    gateway.redis.thaw();
    await servesAgain(gateway);
  });

  it('is down, and comes back empty, knows no root: 503 and named, never a fresh budget', async () => {
    const { redis, upstream, call, ready, why, whyInDetail } = await gatewayOnRedis();
    await redis.kill();
    expect(await call()).toEqual(UNAVAILABLE);
    expect(await ready()).toBe(503);
    await redis.start();
    await vi.waitFor(
      async () =>
        expect(await call()).toEqual({ status: 503, code: 'ledger_state_lost', wait: '1' }),
      { timeout: 5_000, interval: 50 },
    );
    expect(await ready()).toBe(503);
    // Which tenant and what of it is nothing for whoever asks.
    expect(await why()).toEqual({ ready: false, why: 'ledger_state_lost' });
    expect(await whyInDetail()).toMatchObject({
      ready: false,
      why: 'ledger_state_lost',
      detail: expect.stringMatching(/tenant main is closed: .*found no registered gateway/),
    });
    expect(upstream.seen).toHaveLength(1);
  });
});
