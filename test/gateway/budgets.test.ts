import { describe, expect, it } from 'vitest';
import {
  bearer,
  chat,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  NOW,
  OPERATOR_KEY,
} from './harness.js';
import { accountOf, operate } from './operate.js';

/** Windows and carve-outs as callers and the operator see them, through the whole gateway. */
const HOUR_MS = 3_600_000;
/** 12:00; a holder that has an hour from now on. */
const NEXT_HOUR = '2026-06-01T13:00:00Z';

async function status(gateway: GatewayUnderTest, macaroon: string, model?: string) {
  return (await chat(gateway, macaroon, model)).status;
}

function activate({ app }: GatewayUnderTest, macaroon: string) {
  return app.request('/bursar/v1/activate', { method: 'POST', headers: bearer(macaroon) });
}

interface Shown {
  readonly setAside: readonly { readonly used: number }[];
}

async function treeOf(gateway: GatewayUnderTest, macaroon: string) {
  const url = `/bursar/v1/accounts?account=${await accountOf(gateway, macaroon)}`;
  const response = await gateway.app.request(url, { headers: bearer(OPERATOR_KEY) });
  return (await response.json()) as Record<string, unknown>;
}

describe('a budget per window', () => {
  it('refuses with the instant at which it begins anew, and then lets through', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['1000', '20credits/hour']);
    const paid = await chat(gateway, macaroon, 'gpt-4o');
    expect(Object.fromEntries(paid.headers)).toMatchObject({
      'x-bursar-remaining': '5 credits/hour',
      'x-bursar-resets-at': NEXT_HOUR,
    });
    const refused = await chat(gateway, macaroon, 'gpt-4o');
    expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([402, 'false']);
    expect(await errorOf(refused)).toMatchObject({
      error: { code: 'budget_exhausted', message: expect.stringContaining(NEXT_HOUR) },
      unit: 'credits',
      window: 'hour',
      remaining: 5,
      held: 0,
      required: 15,
      resetsAt: NEXT_HOUR,
    });
    gateway.clock.nowMs = NOW + HOUR_MS;
    expect(await status(gateway, macaroon, 'gpt-4o')).toBe(200);
  });

  it('that is too small for the call names no instant: waiting would not help', async () => {
    const gateway = gatewayUnderTest();
    const refused = await chat(gateway, await gateway.mint('10credits/day'), 'gpt-4o');
    const body = await errorOf(refused);
    expect(body).toMatchObject({ window: 'day', remaining: 10, required: 15 });
    expect(body).not.toHaveProperty('resetsAt');
  });

  it('is shown with what its window has, and when that ends', async () => {
    const gateway = gatewayUnderTest();
    const budgets = ['1000', '20credits/hour', '100credits/week', '9calls/month'];
    const macaroon = await gateway.mint(budgets);
    await chat(gateway, macaroon, 'gpt-4o');
    gateway.clock.nowMs = NOW + HOUR_MS;
    await chat(gateway, macaroon, 'gpt-4o-mini');
    const limits = [
      { unit: 'credits', window: 'life', limit: 1000, spent: 16, held: 0, remaining: 984 },
      {
        unit: 'credits',
        window: 'hour',
        limit: 20,
        spent: 1,
        remaining: 19,
        resetsAt: '2026-06-01T14:00:00Z',
      },
      { window: 'week', limit: 100, spent: 16, remaining: 84, resetsAt: '2026-06-08T00:00:00Z' },
      { unit: 'calls', window: 'month', limit: 9, spent: 2, resetsAt: '2026-07-01T00:00:00Z' },
    ];
    expect(await leafBalance(gateway, macaroon)).toMatchObject({ limits });
    expect(await treeOf(gateway, macaroon)).toMatchObject({ path: [{ limits }] });
  });

  it('is shown whole before anything was spent in it, and after it is over', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('20credits/hour');
    const whole = { limit: 20, spent: 0, remaining: 20 };
    expect((await leafBalance(gateway, macaroon)).limits).toMatchObject([
      { ...whole, resetsAt: NEXT_HOUR },
    ]);
    await chat(gateway, macaroon, 'gpt-4o');
    gateway.clock.nowMs = NOW + 2 * HOUR_MS;
    expect((await leafBalance(gateway, macaroon)).limits).toMatchObject([
      { ...whole, resetsAt: '2026-06-01T15:00:00Z' },
    ]);
  });

  it('is raised by a top-up where it is the first of its unit', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('10credits/day');
    await operate(gateway, 'topup', { account: await accountOf(gateway, macaroon), amount: '5' });
    expect(await status(gateway, macaroon, 'gpt-4o')).toBe(200);
    expect((await leafBalance(gateway, macaroon)).limits).toMatchObject([
      { limit: 15, spent: 15, remaining: 0 },
    ]);
  });

  it('of a call that is not billed is whole again in the header too', async () => {
    const gateway = gatewayUnderTest();
    const body = JSON.stringify({ error: { message: 'Slow down', type: 'rate_limit_error' } });
    gateway.upstream.answer = () => ({ status: 429, body });
    const refused = await chat(gateway, await gateway.mint('20credits/hour'), 'gpt-4o');
    expect(refused.headers.get('x-bursar-remaining')).toBe('20 credits/hour');
  });
});

describe('a carved budget', () => {
  async function carvedGateway() {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    const expiresAtMs = NOW + HOUR_MS;
    const carved = delegate(root, 'carved', '60', { carved: true, expiresAtMs });
    return { gateway, root, carved, plain: delegate(root, 'plain', '100') };
  }

  it('is set aside by activate, so that a sibling can not spend it first', async () => {
    const { gateway, carved, plain } = await carvedGateway();
    const response = await activate(gateway, carved);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        account: expect.stringMatching(/\/carved$/),
        replayed: false,
        limits: [
          { limit: 100, spent: 0, held: 60, remaining: 40 },
          { limit: 60, spent: 0, held: 0, remaining: 60 },
        ],
      },
    ]);
    for (const expected of [200, 200, 402]) {
      expect(await status(gateway, plain, 'gpt-4o')).toBe(expected);
    }
    const refused = await errorOf(await chat(gateway, plain, 'gpt-4o'));
    expect(refused).toMatchObject({ remaining: 10, held: 60, required: 15 });
    for (const expected of [200, 200, 200, 200, 402]) {
      expect(await status(gateway, carved, 'gpt-4o')).toBe(expected);
    }
  });

  it('is set aside by its first call as well, and activate then changes nothing', async () => {
    const { gateway, root, carved } = await carvedGateway();
    expect(await status(gateway, carved, 'gpt-4o')).toBe(200);
    expect((await leafBalance(gateway, root)).limits).toMatchObject([
      { spent: 15, held: 45, remaining: 40 },
    ]);
    expect(await (await activate(gateway, carved)).json()).toMatchObject({ replayed: true });
  });

  it('is shown apart from plain children: how much, what is used of it, and until when', async () => {
    const { gateway, root, carved, plain } = await carvedGateway();
    await chat(gateway, carved, 'gpt-4o');
    await chat(gateway, plain, 'gpt-4o');
    const setAside = [{ unit: 'credits', amount: 60, used: 15, until: NEXT_HOUR }];
    expect(await leafBalance(gateway, carved)).toMatchObject({
      setAside,
      limits: [{ limit: 60, carved: true, remaining: 45 }],
    });
    const tree = await treeOf(gateway, root);
    expect(tree).toMatchObject({
      path: [{ setAside: [], limits: [{ spent: 30, held: 45, remaining: 25 }] }],
      children: [
        { holder: 'carved', setAside, limits: [{ carved: true }] },
        { holder: 'plain', setAside: [] },
      ],
    });
    const [, plainNode] = tree['children'] as { limits: object[] }[];
    expect(plainNode?.limits[0]).not.toHaveProperty('carved');
  });

  it('shows open calls as used, and never more used than was set aside', async () => {
    const { gateway, carved } = await carvedGateway();
    const used: unknown[] = [];
    gateway.upstream.answer = async () => {
      used.push(((await leafBalance(gateway, carved)) as unknown as Shown).setAside[0]?.used);
      return { status: 200, body: '{}' };
    };
    const account = await accountOf(gateway, carved);
    await operate(gateway, 'topup', { account, amount: '15' });
    for (let i = 0; i < 5; i += 1) expect(await status(gateway, carved, 'gpt-4o')).toBe(200);
    expect(used).toEqual([15, 30, 45, 60, 60]);
  });

  it('that the parent can not hold is 402, and nothing is set aside', async () => {
    const { gateway, root, plain, carved } = await carvedGateway();
    for (let i = 0; i < 3; i += 1) await chat(gateway, plain, 'gpt-4o');
    const response = await activate(gateway, carved);
    expect(response.status).toBe(402);
    expect(await errorOf(response)).toMatchObject({
      error: { code: 'budget_exhausted', message: expect.stringContaining('carve-out') },
      account: await accountOf(gateway, root),
      remaining: 55,
      required: 60,
    });
    expect((await leafBalance(gateway, carved)) as object).toMatchObject({ setAside: [] });
    expect((await leafBalance(gateway, root)).held['credits']).toBe(0);
  });

  it.each(['close', 'revoke'] as const)('goes back in its unspent part on %s', async (action) => {
    const { gateway, root, carved } = await carvedGateway();
    await chat(gateway, carved, 'gpt-4o');
    await operate(gateway, action, { account: await accountOf(gateway, carved) });
    expect((await leafBalance(gateway, root)).limits).toMatchObject([
      { spent: 15, held: 0, remaining: 85 },
    ]);
    expect((await leafBalance(gateway, carved)) as object).toMatchObject({ setAside: [] });
  });

  it('stays set aside while its account is paused', async () => {
    const { gateway, root, carved } = await carvedGateway();
    await activate(gateway, carved);
    await operate(gateway, 'pause', { account: await accountOf(gateway, carved) });
    expect((await leafBalance(gateway, root)).held['credits']).toBe(60);
  });

  it('goes back at its end, as soon as a sibling needs it', async () => {
    const { gateway, plain, carved } = await carvedGateway();
    await activate(gateway, carved);
    gateway.clock.nowMs = NOW + HOUR_MS;
    for (let i = 0; i < 6; i += 1) expect(await status(gateway, plain, 'gpt-4o')).toBe(200);
    expect((await activate(gateway, carved)).status).toBe(401);
  });

  it('of a call that is not billed shows no account above as richer than it is', async () => {
    const { gateway, root, plain, carved } = await carvedGateway();
    await chat(gateway, plain, 'gpt-4o');
    const body = JSON.stringify({ error: { message: 'Slow down', type: 'rate_limit_error' } });
    gateway.upstream.answer = () => ({ status: 429, body });
    const { headers } = await chat(gateway, carved, 'gpt-4o');
    const { remaining } = (await leafBalance(gateway, root)).limits[0] as { remaining: number };
    expect(remaining).toBe(25);
    expect(headers.get('x-bursar-remaining')).toBe(`${remaining} credits`);
  });

  it('in a unit that the parent does not limit is no valid macaroon', async () => {
    const { gateway, root } = await carvedGateway();
    const child = delegate(root, 'x', '5usd', { carved: true });
    expect((await chat(gateway, child)).status).toBe(401);
    expect((await activate(gateway, child)).status).toBe(401);
  });

  it('activating a macaroon without a carved budget sets nothing aside', async () => {
    const { gateway, root, plain } = await carvedGateway();
    expect(await (await activate(gateway, plain)).json()).toMatchObject({ replayed: true });
    expect((await leafBalance(gateway, root)).held['credits']).toBe(0);
  });
});
