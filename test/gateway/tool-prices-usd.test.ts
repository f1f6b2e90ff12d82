import { describe, expect, it } from 'vitest';
import { attenuate } from '../../src/macaroon/index.js';
import { bearer, errorOf, gatewayUnderTest, leafBalance } from './harness.js';
import { NOTHING, post, reserved } from './reservations/asking.js';

/** `render` costs 2 credits and 0.01 USD a call, `translate` 0.003 USD alone, `web_search` 5 credits alone. */
describe('a tool with a price in USD', () => {
  it.each([
    ['usd', ['1usd'], 'render', { credits: 2, usd: 0.01, calls: 1 }],
    ['credits', ['100'], 'render', { credits: 2, usd: 0.01, calls: 1 }],
    ['both', ['100', '1usd'], 'render', { credits: 2, usd: 0.01, calls: 1 }],
    ['usd, with no price in credits', ['1usd'], 'translate', { usd: 0.003, calls: 1 }],
    ['calls, with no price in credits', ['10calls'], 'translate', { usd: 0.003, calls: 1 }],
  ])('is paid by a budget in %s, by exactly its price', async (_unit, budget, tool, spent) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(budget);
    const response = await gateway.app.request(`/tools/${tool}`, { headers: bearer(macaroon) });
    expect(response.status).toBe(200);
    const balance = await leafBalance(gateway, macaroon);
    expect(balance.spent).toEqual({ ...NOTHING, ...spent });
  });

  it.each([
    ['usd', 'web_search', '1usd'],
    ['credits', 'translate', '100'],
    ['tokens', 'render', '1000tokens'],
  ])('without a price in %s, %s is refused where the path limits that', async (_, tool, budget) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['100', '1usd', budget]);
    const response = await gateway.app.request(`/tools/${tool}`, { headers: bearer(macaroon) });
    expect(response.status).toBe(422);
    expect(await errorOf(response)).toMatchObject({ error: { code: 'price_unknown' } });
    expect(gateway.tool.seen).toEqual([]);
    const { usd, credits } = (await leafBalance(gateway, macaroon)).spent;
    expect({ usd, credits }).toEqual({ usd: 0, credits: 0 });
  });

  it('is refused when less is left than it costs', async () => {
    const gateway = gatewayUnderTest();
    const headers = bearer(await gateway.mint(['0.019999usd']));
    expect((await gateway.app.request('/tools/render', { headers })).status).toBe(200);
    expect((await gateway.app.request('/tools/render', { headers })).status).toBe(402);
    expect(gateway.tool.seen).toHaveLength(1);
  });

  it('is not made cheaper by a caveat, whose price is in credits', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = attenuate(await gateway.mint(['100', '1usd']), [
      'tools = render:3,translate:0',
    ]);
    await gateway.app.request('/tools/render', { headers: bearer(macaroon) });
    expect((await leafBalance(gateway, macaroon)).spent).toMatchObject({ credits: 3, usd: 0.01 });
  });

  it.each([
    [{ tool: 'render' }, { credits: 2, usd: 0.01, calls: 1 }],
    [
      { tool: 'render', calls: 3 },
      { credits: 6, usd: 0.03, calls: 3 },
    ],
    [
      { tool: 'render', usd: '0.001' },
      { credits: 2, usd: 0.01, calls: 1 },
    ],
    [
      { tool: 'render', usd: '0.5' },
      { credits: 2, usd: 0.5, calls: 1 },
    ],
    [{ tool: 'translate' }, { usd: 0.003, calls: 1 }],
  ])('is held at its price by the reservation %j', async (ask, held) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['1usd', '10calls']);
    const made = await reserved(gateway, macaroon, ask);
    expect(made.held).toEqual(held);
    const settled = await post(gateway, macaroon, `/${made.reservation}/settle`);
    expect(await settled.json()).toMatchObject({ charged: held });
  });

  it.each([
    [{ tool: 'render', usd: '0.5' }, 'invalid_request'],
    [{ tool: 'translate', credits: '1' }, 'price_unknown'],
    // What a model costs in USD, its tokens alone tell.
    [{ model: 'translate' }, 'price_unknown'],
  ])('%j under a root in credits is %s', async (ask, code) => {
    const gateway = gatewayUnderTest();
    const response = await post(gateway, await gateway.mint('100'), '', ask);
    expect(await errorOf(response)).toMatchObject({ error: { code } });
  });
});
