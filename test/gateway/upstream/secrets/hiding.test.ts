import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpUpstream } from '../../../../gateway/upstream/http.js';
import { hideSecrets } from '../../../../gateway/upstream/secrets/hiding.js';
import { bearer, gatewayUnderTest } from '../../harness.js';
import { type HttpStub, httpStub } from '../../http-upstream.js';

const KEY = 'tk-0123456789/abc+def==';
const HEADERS = { authorization: `Bearer ${KEY}`, 'x-team': 'research' };

type Answer = Parameters<typeof httpStub>[0];

/** Through the whole gateway, of a tool that answers so. */
async function call(answer: Answer, init: RequestInit = {}): Promise<Response> {
  const stub: HttpStub = await httpStub(answer);
  onTestFinished(() => stub.close());
  const upstream = hideSecrets(createHttpUpstream({ baseUrl: stub.url, timeoutMs: 5_000 }), {
    headers: HEADERS,
  });
  onTestFinished(() => upstream.close());
  const gateway = gatewayUnderTest({
    endpoints: new Map([['web_search', { headers: HEADERS, upstream }]]),
  });
  const headers = bearer(await gateway.mint('100', 'web_search'));
  return await gateway.app.request('/tools/web_search/x', { ...init, headers });
}

const ECHO = `{"headers":{"authorization":"Bearer ${KEY}","x-team":"research"}}`;
const CUT = '{"headers":{"authorization":"Bearer [secret]","x-team":"research"}}';

describe('what a tool tells of the secret that it was sent', () => {
  it('is cut out of a small answer, which says how long it is now', async () => {
    const response = await call((_, out) => out.setHeader('content-length', ECHO.length).end(ECHO));
    expect(await response.text()).toBe(CUT);
    expect(response.headers.get('content-length')).toBe(String(CUT.length));
  });

  it('is cut out of an error, and of every header', async () => {
    const response = await call((_, out) => {
      out.writeHead(500, { 'x-sent': `Bearer ${KEY}`, link: `<a?key=${encodeURIComponent(KEY)}>` });
      out.end(ECHO);
    });
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(CUT);
    expect(response.headers.get('x-sent')).toBe('Bearer [secret]');
    expect(response.headers.get('link')).toBe('<a?key=[secret]>');
  });

  it('is cut out of a stream whose pieces part it', async () => {
    const response = await call((_, out) => {
      out.writeHead(200, { 'content-type': 'text/event-stream' });
      const at = ECHO.indexOf(KEY) + 5;
      out.write(ECHO.slice(0, at), () => setImmediate(() => out.end(ECHO.slice(at))));
    });
    expect(await response.text()).toBe(CUT);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is cut out of what is packed by %s, which comes unpacked', async (name, pack) => {
    const packed = pack(ECHO);
    const response = await call((_, out) => {
      out.writeHead(200, { 'content-encoding': name, 'content-length': packed.length });
      out.end(packed);
    });
    expect(await response.text()).toBe(CUT);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('content-length')).toBeNull();
  });

  it('does not pass by an encoding that cannot be read', async () => {
    const response = await call((_, out) => {
      out.writeHead(200, { 'content-encoding': 'aes128gcm' }).end('????');
    });
    expect(response.status).toBe(502);
  });

  it('a broken encoding breaks the answer off', async () => {
    const response = await call((_, out) => {
      out.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    });
    await expect(response.text()).rejects.toThrow();
  });

  it('the answer to HEAD keeps its length', async () => {
    const response = await call((_, out) => out.setHeader('content-length', 1234).end(), {
      method: 'HEAD',
    });
    expect(response.headers.get('content-length')).toBe('1234');
  });
});

it.each([
  'access-control-allow-origin',
  'clear-site-data',
  'refresh',
  'set-cookie',
  'strict-transport-security',
  'x-accel-redirect',
  'x-sendfile',
])('a tool’s %s does not reach a caller', async (name) => {
  const response = await call((_, out) => out.setHeader(name, '/etc/passwd').end('{}'));
  expect(response.status).toBe(200);
  expect(response.headers.get(name)).toBeNull();
});
