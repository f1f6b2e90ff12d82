import type { HttpBindings } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { bearer, errorOf, gatewayUnderTest, OPERATOR_KEY } from '../harness.js';

function underTest() {
  const time = { ms: 0 };
  const gateway = gatewayUnderTest({ monotonicMs: () => time.ms });
  const ask = async (key: string, address = '192.0.2.1') => {
    const incoming = { socket: { remoteAddress: address }, complete: true, headers: {} };
    const response = await gateway.app.request('/bursar/v1/accounts', { headers: bearer(key) }, {
      incoming,
    } as unknown as HttpBindings);
    return response;
  };
  const statuses = async (times: number, address?: string) => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) all.push((await ask(`wrong-${i}`, address)).status);
    return all;
  };
  return { gateway, time, ask, statuses };
}

describe('wrong operator keys', () => {
  it('are answered 429 after ten in a minute, with how long to wait', async () => {
    const { ask, statuses, time } = underTest();
    expect(await statuses(10)).toEqual(Array(10).fill(401));
    time.ms = 20_500;
    const response = await ask('wrong');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '40']);
    expect((await errorOf(response)).error.code).toBe('too_many_wrong_keys');
    time.ms = 60_000;
    expect(await statuses(1)).toEqual([401]);
  });

  it('never shut out the right one, from the same address or another', async () => {
    const { ask, statuses } = underTest();
    await statuses(1_000);
    expect((await ask(OPERATOR_KEY)).status).toBe(200);
    expect((await ask(OPERATOR_KEY, '192.0.2.2')).status).toBe(200);
    // And it does not begin the count anew.
    expect(await statuses(1)).toEqual([429]);
  });

  it('count for each address on its own', async () => {
    const { statuses } = underTest();
    await statuses(11);
    expect(await statuses(1, '192.0.2.2')).toEqual([401]);
  });

  it('from more addresses than are counted are counted together', async () => {
    const { statuses } = underTest();
    for (let i = 0; i < 4_096; i++) await statuses(1, `2001:db8::${i}`);
    const beyond: number[] = [];
    for (let i = 0; i < 20; i++) beyond.push(...(await statuses(1, `2001:db8:1::${i}`)));
    expect(beyond).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
    // One that has its own count keeps it.
    expect(await statuses(1, '2001:db8::7')).toEqual([401]);
  });

  it('make one line of log a minute, and are counted', async () => {
    const { gateway, statuses, time } = underTest();
    await statuses(50);
    const lines = () => gateway.lines.map(({ level, fields, message }) => [level, fields, message]);
    const line = (attempts: number) => [
      'warn',
      { attempts, address: '192.0.2.1' },
      'a wrong operator key was tried',
    ];
    expect(lines()).toEqual([line(1)]);
    time.ms = 60_000;
    await statuses(3);
    expect(lines()).toEqual([line(1), line(50)]);
    expect(await gateway.deps.metrics.registry.metrics()).toContain(
      'bursar_wrong_operator_keys_total 53',
    );
  });

  it('are not what a request without any key is', async () => {
    const { gateway, statuses } = underTest();
    for (let i = 0; i < 20; i++) {
      expect((await gateway.app.request('/bursar/v1/accounts')).status).toBe(401);
    }
    expect(await statuses(1)).toEqual([401]);
  });
});
