import { describe, expect, it } from 'vitest';
import { isBilled } from '../../gateway/upstream/billing.js';
import { UpstreamError, type UpstreamFailure } from '../../gateway/upstream/types.js';
import { deferred } from '../support/deferred.js';
import { bearer, chat, delegate, errorOf, gatewayUnderTest, leafBalance } from './harness.js';

describe('a call that can be paid for', () => {
  it('goes upstream as it came, and is charged on the whole path', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    const child = delegate(root, 'scraper-1', '20');
    const body = '{ "model": "gpt-4o",  "messages": [] }';
    const response = await chat(gateway, child, 'gpt-4o', { body });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"ok":true}');
    expect(Buffer.from(gateway.upstream.seen[0]?.body ?? []).toString()).toBe(body);
    expect((await leafBalance(gateway, child)).spent['credits']).toBe(15);
    expect((await leafBalance(gateway, root)).spent).toMatchObject({ credits: 15, calls: 1 });
  });

  it('says where the caller stands', async () => {
    const gateway = gatewayUnderTest();
    const child = delegate(await gateway.mint('100'), 'scraper-1', '20');
    const { headers } = await chat(gateway, child, 'gpt-4o');
    expect(headers.get('x-bursar-cost')).toBe('15 credits');
    expect(headers.get('x-bursar-remaining')).toBe('5 credits');
    expect(headers.get('x-bursar-account')).toMatch(/^main\/[0-9a-f]{32}\/scraper-1$/);
    expect(headers.get('x-bursar-reservation')).toMatch(/^r1\.main\./);
  });

  it('is settled before its answer ends, plain and streamed', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    gateway.upstream.answer = () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: ['data: 1\n\n', 'data: [DONE]\n\n'],
    });
    const response = await chat(gateway, macaroon);
    expect(await response.text()).toBe('data: 1\n\ndata: [DONE]\n\n');
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([1, 0]);
  });

  it('is read from x-api-key as well, and from both when they agree', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const init = { method: 'POST', body: '{"model":"gpt-4o-mini"}' };
    const url = '/v1/chat/completions';
    const alone = await gateway.app.request(url, { ...init, headers: { 'x-api-key': macaroon } });
    expect(alone.status).toBe(200);
    const both = { 'x-api-key': macaroon, ...bearer(macaroon) };
    expect((await gateway.app.request(url, { ...init, headers: both })).status).toBe(200);
  });

  it('costs the highest that a caveat or the price list asks', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('100', 'gpt-4o-mini:7,gpt-4o:2');
    await chat(gateway, macaroon, 'gpt-4o-mini');
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(7);
    await chat(gateway, macaroon, 'gpt-4o');
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(22);
  });
});

describe('a spent budget', () => {
  it('is 402 with what remains, what is held and what the call needs, and is not retried', async () => {
    const gateway = gatewayUnderTest();
    const child = delegate(await gateway.mint('100'), 'scraper-1', '20.5');
    await chat(gateway, child, 'gpt-4o');
    const response = await chat(gateway, child, 'gpt-4o');
    expect(response.status).toBe(402);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const body = await errorOf(response);
    expect(body).toMatchObject({
      error: { code: 'budget_exhausted', type: 'insufficient_quota' },
      unit: 'credits',
      remaining: 5.5,
      held: 0,
      required: 15,
    });
    expect(body.account).toMatch(/\/scraper-1$/);
    expect(gateway.upstream.seen).toHaveLength(1);
  });

  it('does not look gone while siblings only hold it', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('20');
    const reached = deferred();
    const gate = deferred();
    gateway.upstream.answer = async () => {
      reached.resolve();
      await gate.promise;
      return { status: 200, body: '{}' };
    };
    const open = chat(gateway, macaroon, 'gpt-4o');
    await reached.promise;
    const refused = await errorOf(await chat(gateway, macaroon, 'gpt-4o'));
    expect(refused).toMatchObject({ remaining: 5, held: 15, required: 15 });
    gate.resolve();
    expect((await open).status).toBe(200);
  });

  it('names the account nearest the root that refused', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('10');
    const { account } = await errorOf(await chat(gateway, delegate(root, 'a', '50'), 'gpt-4o'));
    expect(account).toMatch(/^main\/[0-9a-f]{32}$/);
  });
});

describe('an upstream that fails', () => {
  const failures: [UpstreamFailure, number, string, number][] = [
    ['unreachable', 502, 'upstream_unreachable', 0],
    ['failed', 502, 'upstream_failed', 15],
    ['timeout', 504, 'upstream_timeout', 15],
    ['aborted', 499, 'client_left', 15],
  ];
  it.each(failures)('%s is %d %s, and charges %d', async (failure, status, code, spent) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    gateway.upstream.answer = () => Promise.reject(new UpstreamError(failure));
    const response = await chat(gateway, macaroon, 'gpt-4o');
    expect([response.status, (await errorOf(response)).error.code]).toEqual([status, code]);
    const balance = await leafBalance(gateway, macaroon);
    expect([balance.spent['credits'], balance.held['credits']]).toEqual([spent, 0]);
  });

  const statuses = [
    200, 201, 202, 400, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 418, 422, 425, 429,
    431, 451, 499, 500, 501, 502, 503, 504, 520, 529,
  ];
  const said = '{"error":{"message":"No.","type":"server_error","param":null,"code":null}}';
  const unanswered = [408, 504];
  it.each(statuses)('answering %d in the words of a provider', async (status) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    gateway.upstream.answer = () => ({ status, body: said });
    const response = await chat(gateway, macaroon, 'gpt-4o');
    expect([response.status, await response.text()]).toEqual([status, said]);
    const charged = status < 300 || unanswered.includes(status) ? 15 : 0;
    expect(response.headers.get('x-bursar-cost')).toBe(`${charged} credits`);
    expect(response.headers.get('x-bursar-remaining')).toBe(`${100 - charged} credits`);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([charged, 0]);
  });

  it.each(statuses)('answering %d in words that are no provider’s is charged', async (status) => {
    for (const body of ['', '[]', '<html>Bad gateway</html>', said.slice(0, -1)]) {
      const gateway = gatewayUnderTest();
      const macaroon = await gateway.mint();
      gateway.upstream.answer = () => ({ status, body });
      const response = await chat(gateway, macaroon, 'gpt-4o');
      expect([response.status, await response.text()]).toEqual([status, body]);
      expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(15);
    }
  });

  it.each(statuses)(
    'answering %d in JSON that nobody knows is charged by its status',
    async (status) => {
      const gateway = gatewayUnderTest();
      const macaroon = await gateway.mint();
      gateway.upstream.answer = () => ({ status, body: '{}' });
      await chat(gateway, macaroon, 'gpt-4o');
      const charged = isBilled(status) ? 15 : 0;
      expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(charged);
    },
  );

  it.each([204, 205])('answering %d passes without a length', async (status) => {
    const gateway = gatewayUnderTest();
    gateway.upstream.answer = () => ({ status, headers: { 'content-length': '0' } });
    const response = await chat(gateway, await gateway.mint());
    expect([response.status, response.headers.get('content-length')]).toEqual([status, null]);
  });

  it('not called at all, because the caller has left already, charges nothing', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const gone = await gateway.app.request('/v1/chat/completions', {
      method: 'POST',
      headers: bearer(macaroon),
      body: '{"model":"gpt-4o"}',
      signal: AbortSignal.abort(),
    });
    expect([gone.status, (await errorOf(gone)).error.code]).toEqual([499, 'client_left']);
    expect(gateway.upstream.seen).toEqual([]);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([0, 0]);
  });

  it.each([301, 302, 303, 307, 308])(
    'redirecting by %d is not followed, nor passed on',
    async (status) => {
      const gateway = gatewayUnderTest();
      const macaroon = await gateway.mint();
      gateway.upstream.answer = () => ({
        status,
        headers: { location: 'http://elsewhere.example' },
      });
      const response = await chat(gateway, macaroon);
      expect(response.status).toBe(502);
      expect(response.headers.get('location')).toBeNull();
      expect(gateway.upstream.destroyed).toBe(1);
    },
  );

  it("refusing the gateway's own key does not show the caller what it said", async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    gateway.upstream.answer = () => ({
      status: 401,
      body: '{"error":"Incorrect API key: provider-key"}',
    });
    const response = await chat(gateway, macaroon, 'gpt-4o');
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(text).not.toContain('provider-key');
    expect(text).toContain('nothing was charged');
    expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(0);
  });

  it.each([401, 407])(
    'refusing it with %d in words that are no provider’s is charged, and says so',
    async (status) => {
      const gateway = gatewayUnderTest();
      const macaroon = await gateway.mint();
      gateway.upstream.answer = () => ({ status, body: '<html>provider-key</html>' });
      const response = await chat(gateway, macaroon, 'gpt-4o');
      expect(response.status).toBe(502);
      const text = await response.text();
      expect(text).not.toContain('provider-key');
      expect(text).toContain('upstream_refused');
      expect(text).toContain('stays charged');
      expect((await leafBalance(gateway, macaroon)).spent['credits']).toBe(15);
    },
  );
});

describe('what crosses the gateway', () => {
  it("upstream: the listed headers, and the gateway's own key in place of the macaroon", async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    await chat(gateway, macaroon, 'gpt-4o-mini', {
      headers: {
        'user-agent': 'agent/1',
        cookie: 'a=b',
        host: 'elsewhere.example',
        'x-forwarded-host': 'elsewhere.example',
        'openai-organization': 'org-theirs',
        'x-stainless-retry-count': '0',
        'accept-encoding': 'gzip',
        te: 'trailers',
      },
    });
    expect(gateway.upstream.seen[0]?.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'agent/1',
      'accept-encoding': 'identity',
      authorization: 'Bearer provider-key',
    });
    expect(gateway.upstream.seen[0]?.path).toBe('/chat/completions');
  });

  it.each(['application/json; charset=utf-7', 'application/x-www-form-urlencoded', 'text/plain'])(
    'upstream: the body is called what it was read as, JSON, and not %s',
    async (contentType) => {
      const gateway = gatewayUnderTest();
      const headers = { 'content-type': contentType };
      await chat(gateway, await gateway.mint(), 'gpt-4o-mini', { headers });
      expect(gateway.upstream.seen[0]?.headers['content-type']).toBe('application/json');
    },
  );

  it('downstream: what is not hop-by-hop, not named by Connection, and not ours to fake', async () => {
    const gateway = gatewayUnderTest();
    gateway.upstream.answer = () => ({
      status: 200,
      body: '{}',
      headers: {
        connection: 'keep-alive, X-Internal',
        'x-internal': '1',
        'keep-alive': 'timeout=5',
        'set-cookie': ['a=b'],
        'x-bursar-remaining': '1000000 credits',
        'x-request-id': 'req_1',
        'openai-processing-ms': '7',
      },
    });
    const { headers } = await chat(gateway, await gateway.mint());
    expect(headers.get('x-request-id')).toBe('req_1');
    expect(headers.get('openai-processing-ms')).toBe('7');
    expect(headers.get('x-bursar-remaining')).toBe('99 credits');
    for (const name of ['connection', 'x-internal', 'keep-alive', 'set-cookie']) {
      expect(headers.get(name)).toBeNull();
    }
  });
});
