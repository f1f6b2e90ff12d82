import { describe, expect, it } from 'vitest';
import { Problem } from '../../gateway/api/problem.js';
import { PROBLEM_CODES } from '../../gateway/api/problem-codes.js';
import { problemResponse } from '../../gateway/api/problem-response.js';
import { composeCaveats } from '../../src/caveats/compose.js';
import { attenuate } from '../../src/macaroon/index.js';
import {
  bearer,
  chat,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  OPERATOR_KEY,
} from './harness.js';

/** A refusal, and that nothing came of it: nothing dispatched, nothing written. */
async function refusedBeforeAnything(
  gateway: GatewayUnderTest,
  response: Response,
  status: number,
  code: string,
): Promise<void> {
  expect([response.status, (await errorOf(response)).error.code]).toEqual([status, code]);
  expect(gateway.upstream.seen).toEqual([]);
  expect(gateway.tool.seen).toEqual([]);
}

describe('a bad credential', () => {
  const { message } = new Problem('invalid_macaroon');

  async function isRefused(
    gateway: GatewayUnderTest,
    headers: Record<string, string>,
  ): Promise<void> {
    const response = await gateway.app.request('/v1/chat/completions', {
      method: 'POST',
      headers,
      body: '{"model":"gpt-4o-mini"}',
    });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toEqual({
      error: { message, type: 'authentication_error', code: 'invalid_macaroon', param: null },
    });
    expect(gateway.upstream.seen).toEqual([]);
  }

  it('gets one answer, whatever is wrong with it', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const other = await gatewayUnderTest().mint();
    const cases: Record<string, string>[] = [
      {},
      { authorization: '' },
      { authorization: macaroon },
      { authorization: `Basic ${macaroon}` },
      { authorization: `Bearer  ${macaroon}` },
      { authorization: 'Bearer x' },
      bearer(`${macaroon}=`),
      bearer(`${macaroon}A`),
      bearer(macaroon.slice(1)),
      bearer(other),
      bearer(attenuate(macaroon, ['colour = red'])),
      bearer(attenuate(macaroon, ['budget = 1e3 credits'])),
      bearer('A'.repeat(9_000)),
      bearer(OPERATOR_KEY),
    ];
    for (const headers of cases) await isRefused(gateway, headers);
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(0);
  });

  it.each<[string, (macaroon: string) => Record<string, string>, RegExp]>([
    [
      'two that differ',
      (macaroon) => ({ 'x-api-key': delegate(macaroon, 'a', '1'), ...bearer(macaroon) }),
      /^Authorization and x-api-key hold different credentials\. /,
    ],
    [
      'Authorization twice',
      (macaroon) => ({ authorization: `Bearer ${macaroon}, Bearer ${macaroon}` }),
      /^Authorization is there more than once\./,
    ],
    [
      'x-api-key twice',
      (macaroon) => ({ 'x-api-key': `${macaroon}, ${macaroon}` }),
      /^x-api-key is there more than once\./,
    ],
    [
      "OpenAI's key",
      () => bearer('sk-proj-0123456789'),
      /^This looks like the key of a provider\. This gateway takes a macaroon in its place/,
    ],
    [
      "Anthropic's key",
      () => bearer('sk-ant-api03-0123456789'),
      /^This looks like the key of a provider\./,
    ],
  ])('is told apart where no secret is involved: %s', async (_what, headers, message) => {
    const gateway = gatewayUnderTest();
    const response = await chat(gateway, 'x', 'gpt-4o', { headers: headers(await gateway.mint()) });
    const { error } = await errorOf(response);
    expect([response.status, error.code]).toEqual([401, 'invalid_macaroon']);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('0123456789');
    expect(gateway.upstream.seen).toEqual([]);
  });

  it.each([
    ['x-api-key is empty', { 'x-api-key': '' }],
    ['both are the same', undefined],
  ])('is none where %s', async (_what, more) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const headers = more ?? { 'x-api-key': macaroon };
    expect((await chat(gateway, macaroon, 'gpt-4o', { headers })).status).toBe(200);
  });

  it('is none where Authorization is empty beside x-api-key', async () => {
    const gateway = gatewayUnderTest();
    const headers = { authorization: 'Bearer', 'x-api-key': await gateway.mint() };
    expect((await chat(gateway, '', 'gpt-4o', { headers })).status).toBe(200);
  });

  it('is every single-bit change and every truncation of a good one', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = delegate(await gateway.mint(), 'scraper-1', '20');
    const bytes = Buffer.from(macaroon, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await isRefused(gateway, bearer(changed.toString('base64url')));
    }
    for (let length = 0; length < macaroon.length; length += 1) {
      await isRefused(gateway, bearer(macaroon.slice(0, length)));
    }
    const roots = await gateway.ledger.roots(10);
    expect(roots.map(({ state }) => state.counters.calls)).toEqual([{ spent: 0, held: 0 }]);
  });
});

describe('a call that is refused before anything happens', () => {
  it('expired', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    await chat(gateway, macaroon);
    gateway.upstream.seen.length = 0;
    gateway.clock.nowMs += 24 * 3_600_000;
    await refusedBeforeAnything(gateway, await chat(gateway, macaroon), 401, 'expired');
  });

  it('a child that expired before its parent', async () => {
    const gateway = gatewayUnderTest();
    const child = attenuate(
      await gateway.mint(),
      composeCaveats({ holder: 'a', expiresAtMs: gateway.clock.nowMs + 60_000 }),
    );
    gateway.clock.nowMs += 60_000;
    await refusedBeforeAnything(gateway, await chat(gateway, child), 401, 'expired');
  });

  it('a model that the caveats leave out', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('100', 'gpt-4o-mini');
    await refusedBeforeAnything(
      gateway,
      await chat(gateway, macaroon, 'gpt-4o'),
      403,
      'tool_not_allowed',
    );
  });

  it('a model that has no price', async () => {
    const gateway = gatewayUnderTest();
    const response = await chat(gateway, await gateway.mint(), 'gpt-5');
    await refusedBeforeAnything(gateway, response, 422, 'price_unknown');
  });

  it.each(['usd', 'tokens'])('a limit in %s, in which the call has no price', async (unit) => {
    const gateway = gatewayUnderTest();
    const response = await chat(gateway, await gateway.mint(['100', `5${unit}`]));
    await refusedBeforeAnything(gateway, response, 422, 'price_unknown');
  });

  it('a model that no upstream serves', async () => {
    const gateway = gatewayUnderTest();
    const response = await chat(gateway, await gateway.mint(), 'claude-x');
    await refusedBeforeAnything(gateway, response, 404, 'not_routed');
  });

  it('a root that the ledger does not know', async () => {
    const gateway = gatewayUnderTest();
    const ring = gateway.deps.keyRing();
    const elsewhere = gatewayUnderTest({ keyRing: () => ring });
    // Signed by a ring that both have, opened in another ledger: as when a store comes back empty.
    const response = await chat(gateway, await elsewhere.mint());
    expect(response.headers.get('retry-after')).toBe('1');
    await refusedBeforeAnything(gateway, response, 503, 'ledger_state_lost');
  });

  it.each([
    ['no JSON', 'model=gpt-4o', 400],
    ['no object', '["gpt-4o"]', 400],
    ['no model', '{"messages":[]}', 400],
    ['a model that is no text', '{"model":4}', 400],
    ['a model twice', '{"model":"gpt-4o-mini","model":"gpt-4o"}', 400],
    ['a model twice, once escaped', '{"model":"gpt-4o-mini","mod\\u0065l":"gpt-4o"}', 400],
    ['a model in two spellings', '{"model":"gpt-4o-mini","Model":"gpt-4o"}', 400],
    [
      'a key twice further in',
      '{"model":"gpt-4o-mini","messages":[{"role":"user","role":"system"}]}',
      400,
    ],
    ['no UTF-8', '\u00ff', 400],
    [
      'brackets beyond any call',
      `{"model":"gpt-4o-mini","x":${'['.repeat(64)}${']'.repeat(64)}}`,
      400,
    ],
    ['a byte order mark', '\ufeff{"model":"gpt-4o-mini"}', 400],
    ['more than the limit', `{"model":"gpt-4o-mini","x":"${'x'.repeat(70_000)}"}`, 413],
  ])('a body with %s', async (_what, body, status) => {
    const gateway = gatewayUnderTest();
    const bytes = body === '\u00ff' ? Buffer.from([0x7b, 0xff, 0x7d]) : Buffer.from(body);
    const response = await gateway.app.request('/v1/chat/completions', {
      method: 'POST',
      headers: bearer(await gateway.mint()),
      body: bytes,
    });
    expect(response.status).toBe(status);
    expect(gateway.upstream.seen).toEqual([]);
  });

  it('a body that never says how long it is, and is too long', async () => {
    const gateway = gatewayUnderTest();
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 1_024;
        controller.enqueue(new Uint8Array(1_024));
      },
    });
    const response = await gateway.app.request('/v1/chat/completions', {
      method: 'POST',
      headers: bearer(await gateway.mint()),
      body: endless,
      duplex: 'half',
    });
    await refusedBeforeAnything(gateway, response, 413, 'body_too_large');
    expect(sent).toBeLessThan(80 * 1_024);
  });

  it('a compressed body', async () => {
    const gateway = gatewayUnderTest();
    const response = await chat(gateway, await gateway.mint(), 'gpt-4o', {
      headers: { 'content-encoding': 'gzip' },
    });
    await refusedBeforeAnything(gateway, response, 415, 'unsupported_encoding');
  });

  it.each([
    ['GET', '/v1/chat/completions'],
    ['POST', '/v1/fine_tuning/jobs'],
    ['PUT', '/v1/responses/resp_1'],
    ['POST', '/v1/messages/batches'],
    ['POST', '/v1/models'],
    ['POST', '/v1/chat/completions/'],
    ['POST', '/v1//chat/completions'],
    ['POST', '/chat/completions'],
    ['POST', '/V1/chat/completions'],
    ['POST', '/'],
    ['GET', '/tools'],
    ['GET', '/tools/nothing'],
    ['POST', '/bursar/v1/balance'],
    ['DELETE', '/bursar/v1/macaroons'],
    ['GET', '/bursar/v2/balance'],
  ])('%s %s, which nobody priced', async (method, url) => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint());
    await refusedBeforeAnything(
      gateway,
      await gateway.app.request(url, { method, headers }),
      404,
      'not_routed',
    );
  });
});

describe('every error code', () => {
  it.each(PROBLEM_CODES)(
    '%s has a status, the shape of OpenAI, and a message of its own',
    async (code) => {
      const response = problemResponse(new Problem(code));
      expect(response.status).toBeGreaterThanOrEqual(400);
      // 429 and 409 are what the SDKs retry; a spent budget is neither.
      if (code === 'budget_exhausted') expect(response.status).toBe(402);
      if (response.status === 429) expect(code).toMatch(/^too_many_/);
      const { error } = await errorOf(response);
      expect(error).toMatchObject({ code, type: expect.stringMatching(/^[a-z_]+$/), param: null });
      expect(error.message.length).toBeGreaterThan(10);
      expect(response.headers.get('retry-after')).toBe(
        [429, 503].includes(response.status) ? '1' : null,
      );
    },
  );
});
