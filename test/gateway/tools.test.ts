import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpUpstream } from '../../gateway/upstream/http.js';
import { bearer, errorOf, gatewayUnderTest, leafBalance } from './harness.js';
import { httpStub } from './http-upstream.js';

describe('/tools/<name>', () => {
  it.each([
    ['GET', '/tools/web_search?q=a%20b&q=c', '?q=a%20b&q=c'],
    ['GET', '/tools/web_search', ''],
    ['GET', '/tools/web_search/', '/'],
    ['POST', '/tools/web_search/deep/er', '/deep/er'],
    ['DELETE', '/tools/web_search/x?y=/../z', '/x?y=/../z'],
    ['GET', '/tools/web%5Fsearch/a', '/a'],
  ])(
    '%s %s goes to the endpoint with %j behind its URL, at its price',
    async (method, url, path) => {
      const gateway = gatewayUnderTest();
      const macaroon = await gateway.mint('100', 'web_search');
      const body = method === 'POST' ? { body: 'anything' } : {};
      const response = await gateway.app.request(url, {
        method,
        headers: bearer(macaroon),
        ...body,
      });
      expect(response.status).toBe(200);
      expect(gateway.tool.seen).toMatchObject([{ method, path }]);
      expect(gateway.tool.seen[0]?.headers).toMatchObject({ 'x-tool-key': 'tool-key' });
      expect(gateway.tool.seen[0]?.headers['authorization']).toBeUndefined();
      expect((await leafBalance(gateway, macaroon)).spent).toMatchObject({ credits: 5, calls: 1 });
    },
  );

  it.each([
    ['', '/'],
    ['?q=a', '/?q=a'],
    ['/deep', '/deep'],
  ])('of a tool at the top of its origin, %j is called as %j', async (rest, target) => {
    const stub = await httpStub((_request, response) => response.end('{}'));
    onTestFinished(() => stub.close());
    const upstream = createHttpUpstream({ baseUrl: stub.url, timeoutMs: 5_000 });
    onTestFinished(() => upstream.close());
    const gateway = gatewayUnderTest({
      endpoints: new Map([['web_search', { headers: {}, upstream }]]),
    });
    const headers = bearer(await gateway.mint('100', 'web_search'));
    const response = await gateway.app.request(`/tools/web_search${rest}`, { headers });
    expect(response.status).toBe(200);
    expect(stub.seen.map(({ url }) => url)).toEqual([target]);
  });

  it.each([
    '/tools/web_search/a%2fb',
    '/tools/web_search/a%2Fb',
    '/tools/web_search/%5c..%5cb',
    '/tools/web_search//b',
    '/tools/web_search/a%2e%2e/b',
    '/tools/web_search/a%00',
    // A path parameter, which Java's servers take off before they look for dot segments.
    '/tools/web_search/..;/unpriced',
    '/tools/web_search/a/.;x=1/b',
    '/tools/web_search/..%3b/unpriced',
    // Decoded once too often.
    '/tools/web_search/%252e%252e/unpriced',
    '/tools/web_search/..%252Funpriced',
    '/tools/web_search/a#/b',
    // The slash in three bytes, as old decoders read it.
    '/tools/web_search/..%c0%afunpriced',
    '/tools/web%2fsearch',
  ])('%s can be read in two ways, and is refused', async (url) => {
    const gateway = gatewayUnderTest();
    const response = await gateway.app.request(url, { headers: bearer(await gateway.mint()) });
    expect(response.status).toBe(400);
    expect(gateway.tool.seen).toEqual([]);
  });

  it('a dot segment never makes one tool pay for another', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const url = '/tools/web_search/../unpriced/x';
    const response = await gateway.app.request(url, { headers: bearer(macaroon) });
    expect(response.status).toBe(422);
    expect(gateway.tool.seen).toEqual([]);
  });

  it('without a price is refused, though it is routed', async () => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint());
    const response = await gateway.app.request('/tools/unpriced', { headers });
    expect([response.status, (await errorOf(response)).error.code]).toEqual([422, 'price_unknown']);
  });

  it('takes no method that HTTP proxies treat in their own way', async () => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint());
    const response = await gateway.app.request('/tools/web_search', { method: 'OPTIONS', headers });
    expect(response.status).toBe(405);
  });
});
