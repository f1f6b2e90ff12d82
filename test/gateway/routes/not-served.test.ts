import { describe, expect, it } from 'vitest';
import { bearer, errorOf, gatewayUnderTest } from '../harness.js';

const { app } = gatewayUnderTest();

async function refusal(method: string, path: string, headers: Record<string, string> = {}) {
  const response = await app.request(path, { method, headers });
  const body = (await response.json()) as { type?: string; error: Record<string, string> };
  return { status: response.status, ...body };
}

describe('a route that nobody priced', () => {
  it.each([
    ['POST', '/v1/fine_tuning/jobs', 'POST /v1/chat/completions, POST /v1/responses, '],
    ['GET', '/v1/threads/t/messages', 'POST /v1/chat/completions, '],
    ['POST', '/v1/messages/batches', 'POST /v1/messages, POST /v1/messages/count_tokens, '],
  ])('%s %s is named, beside those of its provider that are served', async (method, path, list) => {
    const { status, error } = await refusal(method, path);
    expect([status, error['code']]).toEqual([404, 'not_routed']);
    expect(error['message']).toContain(`${method} ${path} is not served here. Served: ${list}`);
    expect(error['message']).toMatch(/GET \/v1\/models, GET \/v1\/models\/\{id\}\.$/);
  });

  it.each([
    ['/v1/v1/chat/completions', '/v1/chat/completions', true],
    ['/v1/v1/messages', '/v1/messages', true],
    ['/chat/completions', '/v1/chat/completions', true],
    ['/responses', '/v1/responses', true],
    ['/messages', '/v1/messages', true],
    ['/messages/count_tokens', '/v1/messages/count_tokens', true],
    ['/anthropic/v1/messages', '/v1/messages', true],
    ['/openai/v1/embeddings', '/v1/embeddings', true],
    ['/v1/chat/completions/', '/v1/chat/completions', false],
    ['/v1//chat/completions', '/v1/chat/completions', false],
    ['/V1/chat/completions', '/v1/chat/completions', false],
  ])('POST %s: did you mean %s?', async (path, meant, isBase) => {
    const { status, error } = await refusal('POST', path);
    expect([status, error['code']]).toEqual([404, 'not_routed']);
    expect(error['message']).toContain(`Did you mean ${meant}?`);
    expect(error['message']?.includes('Set the base URL to that of this gateway')).toBe(isBase);
  });

  it('has the shape of its provider', async () => {
    expect(await refusal('POST', '/messages')).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error' },
    });
    const version = { 'anthropic-version': '2023-06-01' };
    expect(await refusal('GET', '/v1/organizations', version)).toMatchObject({ type: 'error' });
    expect(await refusal('GET', '/v1/organizations')).not.toHaveProperty('type');
  });

  it('says which methods a path takes', async () => {
    const { error } = await refusal('GET', '/v1/chat/completions');
    expect(error['message']).toContain('This path takes POST.');
  });

  it.each(['/v1/audio/transcriptions', '/v1/files', '/v1/images/edits', '/v1/uploads'])(
    'POST %s is refused as an upload',
    async (path) => {
      const form = { 'content-type': 'multipart/form-data; boundary=x' };
      for (const headers of [{}, form]) {
        const { status, error } = await refusal('POST', path, headers as Record<string, string>);
        expect(status).toBe(404);
        expect(error['message']).toBe(
          `POST ${path} is not served here. ` +
            'Uploads (multipart/form-data, files) are not taken for now.',
        );
      }
    },
  );

  it('shows no more of a long path than it must', async () => {
    const { error } = await refusal('GET', `/v1/${'x'.repeat(5_000)}`);
    expect(error['message']?.length).toBeLessThan(1_000);
  });
});

describe('the root', () => {
  it.each(['/', '/v1', '/v1/'])('%s answers GET and HEAD, without a credential', async (path) => {
    const response = await app.request(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, service: 'bursar' });
    const head = await app.request(path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await app.request(path, { method: 'POST' })).status).toBe(404);
  });

  it('tells nothing of what is configured', async () => {
    const gateway = gatewayUnderTest();
    const text = await (await gateway.app.request('/')).text();
    for (const secret of ['provider', 'tool', 'gpt-']) expect(text).not.toContain(secret);
    const refused = await gateway.app.request('/bursar/v2/x', { headers: bearer('x') });
    expect((await errorOf(refused)).error.message).toContain('/bursar/v1/');
  });
});
