import OpenAI, { NotFoundError, PermissionDeniedError } from 'openai';
import { describe, expect, it, vi } from 'vitest';
import { LedgerUnavailable } from '../../../src/ledger/contract.js';
import {
  bearer,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  modelUpstream,
  OPERATOR_KEY,
} from '../harness.js';

/** Two upstreams that keep responses. */
function withResponses() {
  const second = gatewayUnderTest().upstream;
  const first = gatewayUnderTest().upstream;
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        name: 'embeddings',
        apis: new Set(['embeddings']),
        models: [{ name: '', prefix: true }],
        upstream: gatewayUnderTest().upstream,
      }),
      modelUpstream({
        name: 'first',
        models: [{ name: 'gpt-', prefix: true }],
        headers: { authorization: 'Bearer first-key' },
        upstream: first,
      }),
      modelUpstream({ name: 'second', models: [{ name: 'o', prefix: true }], upstream: second }),
    ],
  });
  const recall = vi.spyOn(gateway.ledger.shared, 'recall');
  return { ...gateway, recall, first, second };
}

/** As the settle of the call that made it has the ledger remember it. */
function remember({ ledger }: GatewayUnderTest, id: string, account: string, model: string) {
  const [tenant = '', rootId = ''] = account.split('/');
  return ledger.shared.remember({ tenant, rootId, ids: [id], account, model, tokens: 10 });
}

async function accountOf(gateway: GatewayUnderTest, macaroon: string): Promise<string> {
  return (await leafBalance(gateway, macaroon)).account;
}

function ask(
  { app }: GatewayUnderTest,
  macaroon: string,
  path = '/v1/responses/resp_1',
  method = 'GET',
) {
  return app.request(path, { method, headers: bearer(macaroon) });
}

describe('a stored response', () => {
  it.each([
    ['GET', '', '?include=reasoning.encrypted_content'],
    ['GET', '', '?stream=true&starting_after=4'],
    ['DELETE', '', ''],
    ['POST', '/cancel', ''],
    ['GET', '/input_items', '?limit=5&order=asc'],
  ])('%s /v1/responses/{id}%s%s goes to where its model is', async (method, below, query) => {
    const gateway = withResponses();
    const macaroon = await gateway.mint();
    const account = await accountOf(gateway, macaroon);
    await remember(gateway, 'resp_1', account, 'o3');
    const response = await ask(gateway, macaroon, `/v1/responses/resp_1${below}${query}`, method);
    expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    expect(gateway.first.seen).toEqual([]);
    expect(gateway.second.seen).toMatchObject([
      { method, path: `/responses/resp_1${below}${query}`, body: undefined },
    ]);
    const [tenant, rootId] = account.split('/');
    expect(gateway.recall.mock.calls).toEqual([[{ tenant, rootId, ids: ['resp_1'] }]]);
  });

  it('costs one call, and nothing else in any unit', async () => {
    const gateway = withResponses();
    const macaroon = await gateway.mint(['100', '1usd', '10tokens', '1calls']);
    const response = await ask(gateway, macaroon);
    expect(response.headers.get('x-bursar-cost')).toBe('0 credits, 0 usd, 0 tokens');
    const { spent } = await leafBalance(gateway, macaroon);
    expect(spent).toMatchObject({ calls: 1, credits: 0, usd: 0, tokens: 0 });
    expect((await ask(gateway, macaroon)).status).toBe(402);
  });

  it('that nobody remembers is asked for at the first upstream that has the route', async () => {
    const gateway = withResponses();
    await ask(gateway, await gateway.mint());
    expect(gateway.first.seen).toMatchObject([
      { path: '/responses/resp_1', headers: { authorization: 'Bearer first-key' } },
    ]);
    expect(gateway.first.seen[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('may be used by who made it and those below, and is none for all others', async () => {
    const gateway = withResponses();
    const root = await gateway.mint();
    const maker = delegate(root, 'maker', '10');
    const below = delegate(maker, 'below', '5');
    const sibling = delegate(root, 'sibling', '10');
    // The parent made nothing, and so it has nothing.
    const account = await accountOf(gateway, maker);
    await remember(gateway, 'resp_1', account, 'gpt-4o');
    const statuses = [];
    for (const macaroon of [maker, below, sibling, root]) {
      statuses.push((await ask(gateway, macaroon)).status);
    }
    expect(statuses).toEqual([200, 200, 404, 404]);
    expect(gateway.first.seen).toHaveLength(2);
    const { error } = await errorOf(await ask(gateway, sibling));
    expect(error).toEqual({
      message: "Response with id 'resp_1' not found.",
      type: 'not_found_error',
      code: 'stored_unknown',
      param: null,
    });
  });

  it.each([
    ['a dot segment', '%252e%252e'],
    ['a slash', 'a%2fb'],
    ['a dot', 'resp_1.x'],
    ['a space', 'a%20b'],
    ['129 characters', 'x'.repeat(129)],
    ['no UTF-8', '%ff'],
  ])('has an id without %s', async (_what, id) => {
    const gateway = withResponses();
    const macaroon = await gateway.mint();
    for (const path of [id, `${id}/input_items`]) {
      const response = await ask(gateway, macaroon, `/v1/responses/${path}`);
      expect(response.status).toBe(404);
    }
    expect([...gateway.first.seen, ...gateway.recall.mock.calls]).toEqual([]);
  });

  it('is refused to a revoked account, by its caveats, and while the ledger is down', async () => {
    const gateway = withResponses();
    const macaroon = await gateway.mint('10', 'gpt-4o-mini');
    const account = await accountOf(gateway, macaroon);
    await remember(gateway, 'resp_1', account, 'gpt-4o');
    expect((await ask(gateway, macaroon)).status).toBe(403);
    await gateway.app.request('/bursar/v1/revoke', {
      method: 'POST',
      headers: bearer(OPERATOR_KEY),
      body: JSON.stringify({ account }),
    });
    const refused = await ask(gateway, macaroon, '/v1/responses/resp_2');
    expect((await errorOf(refused)).error.code).toBe('account_revoked');
    const down = withResponses();
    down.recall.mockRejectedValue(new LedgerUnavailable('disconnected', 'down'));
    expect((await ask(down, await down.mint())).status).toBe(503);
    for (const { first } of [gateway, down]) expect(first.seen).toEqual([]);
  });

  it('of a model that nothing serves any more is 404', async () => {
    const gateway = withResponses();
    const macaroon = await gateway.mint();
    const account = await accountOf(gateway, macaroon);
    await remember(gateway, 'resp_1', account, 'llama-4');
    const { error } = await errorOf(await ask(gateway, macaroon));
    expect([error.code, error.param]).toEqual(['not_routed', 'model']);
  });
});

describe('by the OpenAI SDK', () => {
  it('is retrieved, listed, cancelled and deleted, and its errors are its own', async () => {
    const gateway = withResponses();
    const macaroon = await gateway.mint('10', 'gpt-4o-mini');
    const client = new OpenAI({
      apiKey: macaroon,
      baseURL: 'http://gateway.test/v1',
      maxRetries: 0,
      fetch: async (url, init) => gateway.app.request(String(url), init),
    });
    gateway.first.answer = () => ({ status: 200, body: '{"id":"resp_1","output":[]}' });
    expect(await client.responses.retrieve('resp_1')).toMatchObject({ id: 'resp_1' });
    expect(await client.responses.cancel('resp_1')).toMatchObject({ id: 'resp_1' });
    await client.responses.delete('resp_1');
    gateway.first.answer = () => ({ status: 200, body: '{"data":[{"id":"msg_1"}]}' });
    expect((await client.responses.inputItems.list('resp_1')).data).toMatchObject([
      { id: 'msg_1' },
    ]);
    const sibling = delegate(macaroon, 'other', '1');
    await remember(gateway, 'resp_2', await accountOf(gateway, sibling), 'gpt-4o-mini');
    await expect(client.responses.retrieve('resp_2')).rejects.toThrow(NotFoundError);
    const account = await accountOf(gateway, macaroon);
    await remember(gateway, 'resp_3', account, 'gpt-4o');
    await expect(client.responses.retrieve('resp_3')).rejects.toThrow(PermissionDeniedError);
  });
});

describe('GET /v1/responses', () => {
  it('with an upgrade to a WebSocket is 426, by which Codex goes on with POST', async () => {
    const { app } = gatewayUnderTest();
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    const response = await app.request('/v1/responses', { headers });
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('HTTP/1.1');
    expect(await response.json()).toMatchObject({ error: { code: 'no_websocket' } });
    expect((await app.request('/v1/responses')).status).toBe(405);
  });
});
