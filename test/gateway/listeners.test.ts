import { afterEach, describe, expect, it, vi } from 'vitest';
import { startListeners } from '../../gateway/listeners.js';
import { deferred } from '../support/deferred.js';
import { bearer, chat, errorOf, gatewayUnderTest, OPERATOR_KEY } from './harness.js';

const LIMITS = {
  headerBytes: 16_384,
  connections: 64,
  headerTimeoutMs: 2_000,
  requestTimeoutMs: 5_000,
};
const HERE = { host: '127.0.0.1', port: 0 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listening(
  hasAdmin: boolean,
  overrides: Parameters<typeof gatewayUnderTest>[0] = {},
) {
  const gateway = gatewayUnderTest(overrides);
  const listeners = await startListeners(gateway.deps, {
    ...{ listen: HERE, limits: LIMITS },
    ...(hasAdmin && { adminListen: HERE }),
  });
  cleanups.push(() => listeners.drain(0));
  return { gateway, listeners };
}

const OPERATORS = [
  ['POST', '/bursar/v1/macaroons'],
  ['GET', '/bursar/v1/accounts'],
  ['POST', '/bursar/v1/pause'],
  ['POST', '/bursar/v1/topup'],
] as const;
const AGENTS = [
  ['POST', '/v1/chat/completions'],
  ['GET', '/bursar/v1/balance'],
  ['POST', '/bursar/v1/activate'],
  ['GET', '/v1/models'],
  ['GET', '/'],
] as const;

describe('without a listener of its own', () => {
  it("the operator's API is where agents call", async () => {
    const { listeners } = await listening(false);
    expect(listeners.adminUrl).toBe(listeners.url);
    const accounts = `${listeners.url}/bursar/v1/accounts`;
    expect((await fetch(accounts, { headers: bearer(OPERATOR_KEY) })).status).toBe(200);
    expect((await fetch(`${listeners.url}/metrics`)).status).toBe(200);
  });
});

describe('with adminListen', () => {
  const ask = async (url: string, method: string, path: string) =>
    fetch(`${url}${path}`, { method, headers: bearer(OPERATOR_KEY) });

  it.each(OPERATORS)('%s %s is unknown to agents, and served to the operator', async (...route) => {
    const { listeners } = await listening(true);
    const response = await ask(listeners.url, ...route);
    const { error } = await errorOf(response);
    expect([response.status, error.code]).toEqual([404, 'not_routed']);
    const unknown = await errorOf(await ask(listeners.url, route[0], '/bursar/v1/nothing'));
    expect(error.message.replace(route[1], '')).toBe(
      unknown.error.message.replace('/bursar/v1/nothing', ''),
    );
    expect((await ask(listeners.adminUrl, ...route)).status).not.toBe(404);
  });

  it.each(AGENTS)('%s %s is not served to the operator', async (...route) => {
    const { listeners } = await listening(true);
    const { error } = await errorOf(await ask(listeners.adminUrl, ...route));
    expect(error).toMatchObject({
      code: 'not_routed',
      message: expect.stringContaining("This is the listener of the operator's API"),
    });
    expect((await ask(listeners.url, ...route)).status).not.toBe(404);
  });

  it('health and readiness are on both, metrics on the second alone', async () => {
    const { listeners } = await listening(true);
    const statuses = async (path: string) => [
      (await fetch(`${listeners.url}${path}`)).status,
      (await fetch(`${listeners.adminUrl}${path}`)).status,
    ];
    expect(await statuses('/healthz')).toEqual([200, 200]);
    expect(await statuses('/readyz')).toEqual([200, 200]);
    expect(await statuses('/metrics')).toEqual([404, 200]);
  });

  it('the two have one ledger and one count of refusals', async () => {
    const { gateway, listeners } = await listening(true);
    const macaroon = await gateway.mint('100');
    expect((await chat(gateway, macaroon)).status).toBe(200);
    await fetch(`${listeners.url}/nothing`);
    expect(await (await fetch(`${listeners.adminUrl}/metrics`)).text()).toContain(
      'bursar_refusals_total{code="not_routed"} 1',
    );
  });

  it('draining waits for open requests on both', async () => {
    const held = deferred();
    const { gateway, listeners } = await listening(true);
    const reached: string[] = [];
    vi.spyOn(gateway.ledger, 'roots').mockImplementation(async () => {
      reached.push('operator');
      await held.promise;
      return [];
    });
    vi.spyOn(gateway.ledger, 'balance').mockImplementation(async () => {
      reached.push('agent');
      await held.promise;
      return { status: 'refused', reason: 'root_unknown' } as never;
    });
    const operator = ask(listeners.adminUrl, 'GET', '/bursar/v1/accounts');
    const agent = fetch(`${listeners.url}/bursar/v1/balance`, {
      headers: bearer(await gateway.mint()),
    });
    await vi.waitFor(() => expect(reached).toHaveLength(2));
    const drained = listeners.drain(10_000);
    held.resolve();
    expect((await operator).status).toBe(200);
    expect((await agent).status).toBeGreaterThanOrEqual(400);
    await drained;
    await expect(fetch(`${listeners.adminUrl}/healthz`)).rejects.toThrow();
    await expect(fetch(`${listeners.url}/healthz`)).rejects.toThrow();
  });
});

describe('listening beyond loopback without TLS', () => {
  const ANYWHERE = { host: '0.0.0.0', port: 0 };
  const warnings = ({ lines }: ReturnType<typeof gatewayUnderTest>) =>
    lines.filter(({ message }) => message.includes('without TLS'));

  it('is warned of, once for each listener', async () => {
    const gateway = gatewayUnderTest();
    const listen = { listen: ANYWHERE, adminListen: ANYWHERE, limits: LIMITS };
    const { drain } = await startListeners(gateway.deps, listen);
    cleanups.push(() => drain(0));
    expect(warnings(gateway)).toHaveLength(2);
  });

  it('is not what loopback is', async () => {
    const { gateway } = await listening(true);
    expect(warnings(gateway)).toEqual([]);
  });
});

describe('/readyz', () => {
  const why = 'the key ring was changed';

  it('says what is degraded, and is 200 all the same; so do the metrics', async () => {
    let degraded = [{ part: 'key_ring' as const, why }];
    const { listeners } = await listening(false, { degraded: () => degraded });
    const get = (path: string) => fetch(`${listeners.url}${path}`);
    const response = await get('/readyz');
    expect([response.status, await response.json()]).toEqual([
      200,
      { ready: true, degraded: [{ part: 'key_ring', why }] },
    ]);
    const lines = ['bursar_degraded{part="key_ring"} 1', 'bursar_degraded{part="tls"} 0'];
    const metrics = await (await get('/metrics')).text();
    for (const line of lines) expect(metrics).toContain(line);
    degraded = [];
    expect(await (await get('/readyz')).json()).toEqual({ ready: true });
    expect(await (await get('/metrics')).text()).toContain('bursar_degraded{part="key_ring"} 0');
  });
});
