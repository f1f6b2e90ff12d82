import { describe, expect, it } from 'vitest';
import type { Ask } from '../../cli/api/ask.js';
import { readSomeOfTree, readWholeTree } from '../../cli/api/read-tree.js';
import { checkOperatorKey } from '../../gateway/config/secrets.js';
import { createFindOperator, mainOperatorKey } from '../../gateway/operator/keys.js';
import { bearer, chat, delegate, errorOf, gatewayUnderTest, NOW, OPERATOR_KEY } from './harness.js';

const terms = { holder: 'agent', budget: ['1000', '5 calls'], expires: '24h' };

function mint({ app }: ReturnType<typeof gatewayUnderTest>, body: unknown, key = OPERATOR_KEY) {
  return app.request('/bursar/v1/macaroons', {
    method: 'POST',
    headers: bearer(key),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('POST /bursar/v1/macaroons', () => {
  it('answers a macaroon that pays for calls at once', async () => {
    const gateway = gatewayUnderTest();
    const labels = { team: 'ml' };
    const response = await mint(gateway, { ...terms, tenant: 'acme', labels, tools: 'gpt-4o' });
    expect(response.status).toBe(201);
    const minted = (await response.json()) as Record<string, string>;
    expect(minted).toEqual({
      macaroon: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
      account: expect.stringMatching(/^acme\/[0-9a-f]{32}$/),
      expires: '2026-06-02T12:00:00Z',
    });
    expect((await chat(gateway, minted['macaroon'] ?? '', 'gpt-4o')).status).toBe(200);
    const [root] = await gateway.ledger.roots(1);
    expect(root?.genesis).toMatchObject({ holder: 'agent', labels, expiresAtMs: NOW + 86_400_000 });
  });

  it.each([
    [{ ...terms, holder: 'a/b' }, 'holder'],
    [{ ...terms, budget: [] }, 'budget'],
    [{ ...terms, budget: '1e3' }, 'budget'],
    [{ ...terms, budget: ['5 dollars'] }, 'budget'],
    [{ ...terms, budget: [5] }, 'budget'],
    [{ ...terms, expires: 'tomorrow' }, 'expires'],
    [{ ...terms, expires: '2020-01-01T00:00:00Z' }, 'expires'],
    [{ ...terms, tools: 'a b' }, 'tools'],
    [{ ...terms, tenant: 'A' }, 'tenant'],
    [{ ...terms, labels: { Team: 'x' } }, 'labels'],
    [{ ...terms, labels: { team: 'a\nb' } }, 'labels'],
    [{ ...terms, labels: { team: 5 } }, 'labels'],
    [{ ...terms, labels: [] }, 'labels'],
    ['{"holder":"a","budget":"5","expires":"1h","labels":{"__proto__":"x"}}', 'labels'],
    [{ ...terms, colour: 'red' }, ''],
    [{ holder: 'a', expires: '1h' }, 'budget'],
    ['{"holder":"a","holder":"b"}', 'holder'],
    ['nonsense', undefined],
  ])('%j is refused, naming %s', async (body, param) => {
    const gateway = gatewayUnderTest();
    const response = await mint(gateway, body);
    const { error } = await errorOf(response);
    expect([response.status, error.code]).toEqual([400, 'invalid_request']);
    if (param !== undefined) expect(error.param).toBe(param);
    expect(await gateway.ledger.roots(1)).toEqual([]);
  });

  it('is for every key that the configuration takes, in either header', async () => {
    const key = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~Zk3q9vTn2';
    const gateway = gatewayUnderTest({
      findOperator: createFindOperator([mainOperatorKey(checkOperatorKey(key))]),
    });
    expect((await mint(gateway, terms, key)).status).toBe(201);
    for (const headers of [bearer(key), { 'x-api-key': key }]) {
      const roots = await gateway.app.request('/bursar/v1/accounts', { headers });
      expect(roots.status).toBe(200);
    }
  });

  it.each(['', 'x', `${OPERATOR_KEY}x`, OPERATOR_KEY.slice(1)])(
    'is not for the key %j',
    async (key) => {
      const gateway = gatewayUnderTest();
      const response = await mint(gateway, terms, key);
      const { error } = await errorOf(response);
      expect([response.status, error.code]).toEqual([401, 'invalid_operator_key']);
      expect(await gateway.ledger.roots(1)).toEqual([]);
    },
  );

  it('is not for a macaroon', async () => {
    const gateway = gatewayUnderTest();
    expect((await mint(gateway, terms, await gateway.mint())).status).toBe(401);
  });
});

describe('GET /bursar/v1/balance', () => {
  it('shows the path, root first, to the holder of any account on it', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    const child = delegate(root, 'scraper-1', '20.5');
    await chat(gateway, child, 'gpt-4o');
    const response = await gateway.app.request('/bursar/v1/balance', { headers: bearer(child) });
    expect(await response.json()).toMatchObject({
      account: expect.stringMatching(/\/scraper-1$/),
      path: [
        {
          holder: 'agent',
          limits: [
            { unit: 'credits', window: 'life', limit: 100, spent: 15, held: 0, remaining: 85 },
          ],
        },
        { holder: 'scraper-1', limits: [{ limit: 20.5, spent: 15, remaining: 5.5 }] },
      ],
    });
  });

  it('prints amounts from the integer', async () => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint('9007199254.740991'));
    const response = await gateway.app.request('/bursar/v1/balance', { headers });
    expect(await response.text()).toContain('"limit":9007199254.740991,');
  });
});

describe('GET /bursar/v1/accounts', () => {
  it('shows the roots, and one account with its children as deep as asked', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    await chat(gateway, delegate(delegate(root, 'a', '50'), 'b', '20'), 'gpt-4o');
    await chat(gateway, delegate(root, 'c', '50'), 'gpt-4o-mini');
    const get = async (query: string) => {
      const url = `/bursar/v1/accounts${query}`;
      return (await gateway.app.request(url, { headers: bearer(OPERATOR_KEY) })).json();
    };
    const { roots } = (await get('')) as { roots: { account: string }[] };
    const [{ account = '' } = {}] = roots;
    expect(roots).toMatchObject([{ holder: 'agent', spent: { credits: 16, calls: 2 } }]);
    const shallow = await get(`?account=${account}`);
    expect(shallow).toMatchObject({
      account,
      limitsAre: 'last seen',
      children: [
        {
          holder: 'a',
          spent: { credits: 15 },
          limits: [{ limit: 50, remaining: 35 }],
          children: [],
        },
        { holder: 'c', spent: { credits: 1 }, children: [] },
      ],
    });
    const deep = await get(`?account=${account}&depth=15`);
    expect(deep).toMatchObject({
      children: [{ holder: 'a', children: [{ holder: 'b', spent: { credits: 15 } }] }, {}],
    });
  });

  it('answers in pages, each of which says where the next one begins', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await chat(gateway, delegate(delegate(root, name, '50'), 'x', '20'), 'gpt-4o-mini');
    }
    await gateway.mint('1');
    const get = async (query: Record<string, string>) => {
      const url = `/bursar/v1/accounts?${new URLSearchParams(query)}`;
      const response = await gateway.app.request(url, { headers: bearer(OPERATOR_KEY) });
      return (await response.json()) as Record<'roots' | 'children', { account: string }[]> & {
        next?: string;
      };
    };
    const first = await get({ limit: '1' });
    const second = await get({ limit: '1', after: first.next ?? '' });
    const [, account = ''] = [first, second].flatMap(({ roots }) =>
      roots.map((its) => its.account),
    );
    expect((await get({ limit: '3' })).next).toBeUndefined();
    expect(account).not.toBe(first.next);
    const { account: spent = '' } =
      [...first.roots, ...second.roots].find((its) => JSON.stringify(its).includes('"calls":5')) ??
      {};

    const names: string[] = [];
    for (let after: string | undefined, pages = 0; pages < 9; pages += 1) {
      const page = await get({ account: spent, limit: '2', ...(after && { after }) });
      names.push(...page.children.map((its) => its.account.slice(spent.length)));
      after = page.next;
      if (after === undefined) break;
    }
    expect(names).toEqual(['/a', '/b', '/c', '/d', '/e']);
    // What begins with a text comes right behind it.
    const below = await get({ account: spent, depth: '15', after: `${spent}/c/`, limit: '1' });
    expect(below).toMatchObject({ children: [{ account: `${spent}/c/x` }] });

    const ask: Ask = async ({ path }) =>
      (await gateway.app.request(`/bursar/v1/${path}`, { headers: bearer(OPERATOR_KEY) })).text();
    const whole = await readWholeTree(ask, spent);
    expect(whole.answer.children).toMatchObject(
      ['a', 'b', 'c', 'd', 'e'].map((holder) => ({ holder, children: [{ holder: 'x' }] })),
    );
    expect((await readSomeOfTree(ask, spent)).answer).toEqual(whole.answer);
    const some = await readSomeOfTree(ask, spent, { children: 2, accounts: 3 });
    expect(some.answer.children).toMatchObject([
      { holder: 'a', children: [{ holder: 'x' }] },
      { holder: 'b', children: [] },
    ]);
    expect(some.hidden).toEqual([
      { account: `${spent}/b`, accounts: 1 },
      { account: spent, accounts: 6 },
    ]);
  });

  it.each([
    ['?limit=501', 400, 'invalid_request'],
    ['?limit=0', 400, 'invalid_request'],
    ['?after=x', 400, 'invalid_request'],
    ['?account=nonsense', 400, 'invalid_request'],
    [`?account=main/${'0'.repeat(32)}`, 404, 'account_unknown'],
    [`?account=main/${'0'.repeat(32)}&depth=x`, 400, 'invalid_request'],
  ])('%s is %d', async (query, status, code) => {
    const gateway = gatewayUnderTest();
    const url = `/bursar/v1/accounts${query}`;
    const response = await gateway.app.request(url, { headers: bearer(OPERATOR_KEY) });
    expect([response.status, (await errorOf(response)).error.code]).toEqual([status, code]);
  });

  it('is not for a holder', async () => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint());
    expect((await gateway.app.request('/bursar/v1/accounts', { headers })).status).toBe(401);
  });
});
