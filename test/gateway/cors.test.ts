import { afterEach, expect, it } from 'vitest';
import { createCors } from '../../gateway/cors.js';
import { startServer } from '../../gateway/server.js';
import { gatewayUnderTest } from './harness.js';

const PAGE = 'https://app.example.com';
const limits = {
  headerBytes: 16_384,
  connections: 64,
  headerTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function running(origins: readonly string[] | undefined) {
  const cors = origins && createCors(origins);
  const gateway = gatewayUnderTest({ cors });
  gateway.upstream.answer = () => ({
    status: 200,
    headers: { 'access-control-allow-origin': 'https://provider.example' },
    body: '{"ok":true}',
  });
  const listen = { host: '127.0.0.1', port: 0 };
  const { url, drain } = await startServer(gateway.app, { listen, limits, crossOrigin: cors });
  cleanups.push(() => drain(0));
  const macaroon = await gateway.mint();
  /** What a browser sends before a page's call, and then the call itself. */
  const preflight = (origin: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    });
  const call = (origin: string, credential = macaroon) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        origin,
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
    });
  return { preflight, call };
}

const allowed = (response: Response) => response.headers.get('access-control-allow-origin');

it('a page of a configured origin may call: asked without a macaroon, and told of the cost', async () => {
  const { preflight, call } = await running([PAGE, 'http://localhost:3000']);
  const asked = await preflight(PAGE);
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
    'access-control-allow-headers': 'authorization,content-type,x-stainless-os',
    'access-control-max-age': '600',
  });
  const answered = await call(PAGE);
  expect([answered.status, allowed(answered)]).toEqual([200, PAGE]);
  const exposed = answered.headers.get('access-control-expose-headers')?.split(', ') ?? [];
  const own = [...answered.headers.keys()].filter((name) => name.startsWith('x-bursar-'));
  expect(own.length).toBeGreaterThan(3);
  expect(exposed).toEqual(expect.arrayContaining(own));
  expect(answered.headers.get('access-control-allow-credentials')).toBeNull();
});

it('a refusal can be read by the page too', async () => {
  const { call } = await running([PAGE]);
  const refused = await call(PAGE, 'none');
  expect([refused.status, allowed(refused)]).toEqual([401, PAGE]);
  expect(await refused.text()).toContain('invalid_macaroon');
});

it('a page of any other origin may not, whatever an upstream says', async () => {
  const { preflight, call } = await running([PAGE]);
  for (const other of ['https://app.example.com.evil', 'http://app.example.com', 'null']) {
    expect(allowed(await preflight(other))).toBeNull();
    expect(allowed(await call(other))).toBeNull();
  }
});

it('with "*" every page may; without the setting none may, and OPTIONS is no route', async () => {
  const any = await running(['*']);
  expect([allowed(await any.preflight('null')), allowed(await any.call(PAGE))]).toEqual(['*', '*']);
  const none = await running(undefined);
  expect((await none.preflight(PAGE)).status).toBe(404);
  expect(allowed(await none.call(PAGE))).toBeNull();
});
