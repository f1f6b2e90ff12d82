import { describe, expect, it } from 'vitest';
import { bearer, errorOf, gatewayUnderTest, leafBalance } from '../harness.js';

const LISTS = { methods: ['GET', 'POST'], paths: ['/', '/v1/*', '/search'] };

async function listed(lists: object = LISTS) {
  const made = gatewayUnderTest();
  const tool = { headers: {}, upstream: made.tool };
  const gateway = gatewayUnderTest({ endpoints: new Map([['web_search', { ...tool, ...lists }]]) });
  const macaroon = await gateway.mint('100', 'web_search');
  const call = (method: string, rest: string, body?: ReadableStream) =>
    gateway.app.request(`/tools/web_search${rest}`, {
      method,
      headers: bearer(macaroon),
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    } as RequestInit);
  const spent = async () => (await leafBalance(gateway, macaroon)).spent['credits'];
  return { call, spent, seen: made.tool.seen };
}

describe('a tool with lists of methods and paths', () => {
  it.each([
    ['GET', ''],
    ['GET', '/'],
    ['HEAD', '/v1/a'],
    ['POST', '/v1/a/b?c=/../d'],
    ['GET', '/search?q=%2e%2e'],
  ])('takes %s %s', async (method, rest) => {
    const { call, seen } = await listed();
    expect((await call(method, rest)).status).toBe(200);
    expect(seen).toMatchObject([{ method, path: rest }]);
  });

  it.each(['DELETE', 'PUT', 'PATCH'])('says of %s what it takes', async (method) => {
    const { call, seen, spent } = await listed();
    const response = await call(method, '/v1/a');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST, HEAD');
    expect((await errorOf(response)).error.code).toBe('method_not_allowed');
    expect([seen, await spent()]).toEqual([[], 0]);
  });

  it.each([
    ['/v1', 404],
    ['/v1/', 404],
    ['/V1/a', 404],
    ['/admin', 404],
    ['/search/', 404],
    ['/v%31/a', 400],
    ['/v1/a;b', 400],
    ['/v1/%E2%80%A5/admin', 400],
    ['/v1/%2541', 400],
    ['/v1/%0D%0Ax', 400],
  ])('answers %s with %j, and nothing is held or sent', async (rest, status) => {
    const { call, seen, spent } = await listed();
    expect((await call('GET', rest)).status).toBe(status);
    expect([seen, await spent()]).toEqual([[], 0]);
  });

  it('refuses before it has read the body', async () => {
    const { call } = await listed();
    let wasRead = false;
    const body = new ReadableStream(
      {
        pull: () => {
          wasRead = true;
        },
      },
      { highWaterMark: 0 },
    );
    expect((await call('POST', '/admin', body)).status).toBe(404);
    expect(wasRead).toBe(false);
  });

  it('without lists takes what it took', async () => {
    const { call } = await listed({});
    expect((await call('DELETE', '/admin;x')).status).toBe(200);
  });
});
