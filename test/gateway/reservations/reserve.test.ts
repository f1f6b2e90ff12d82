import { describe, expect, it } from 'vitest';
import { composeCaveats } from '../../../src/caveats/compose.js';
import { attenuate } from '../../../src/macaroon/index.js';
import { bearer, delegate, errorOf, gatewayUnderTest, NOW } from '../harness.js';
import { changesNothing, NOTHING, post, reserved, spentAndHeld } from './asking.js';

describe('POST /bursar/v1/reservations', () => {
  it('holds the price of the name, and says what, for whom and until when', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('100');
    const response = await post(gateway, macaroon, '', { tool: 'web_search' });
    expect(response.status).toBe(201);
    const body = await response.json();
    const account = expect.stringMatching(/^main\/[0-9a-f]{32}$/);
    expect(body).toEqual({
      reservation: expect.stringMatching(/^r1\.main\.[0-9a-f]{32}\.[0-9a-f]{32}$/),
      account,
      held: { credits: 5, calls: 1 },
      deadline: new Date(NOW + 600_000).toISOString(),
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-bursar-account': (body as { account: string }).account,
      'x-bursar-reservation': (body as { reservation: string }).reservation,
      'x-bursar-cost': '5 credits',
      'x-bursar-remaining': '95 credits',
    });
    expect(await spentAndHeld(gateway, macaroon)).toEqual({
      spent: NOTHING,
      held: { ...NOTHING, credits: 5, calls: 1 },
    });
  });

  it.each([
    ['a model', { model: 'gpt-4o' }, { credits: 15, calls: 1 }],
    ['less than the price, which is the floor', { tool: 'web_search', credits: 2 }, { credits: 5 }],
    ['more than the price', { tool: 'web_search', credits: '7.5' }, { credits: 7.5 }],
    [
      'a number with six decimals',
      '{"tool":"web_search","credits":5.000001}',
      { credits: 5.000001 },
    ],
    ['several calls at once', { tool: 'web_search', calls: 3 }, { credits: 15, calls: 3 }],
    [
      'more than several calls cost',
      { tool: 'web_search', calls: 3, credits: 20 },
      { credits: 20, calls: 3 },
    ],
    ['usd', { tool: 'web_search', usd: '0.25' }, { credits: 5, usd: 0.25, calls: 1 }],
    ['tokens', { tool: 'web_search', tokens: 1200 }, { credits: 5, tokens: 1200, calls: 1 }],
  ])('of %s', async (_what, ask, held) => {
    const gateway = gatewayUnderTest();
    const named = typeof ask === 'string' ? JSON.parse(ask) : ask;
    const units = Object.keys(named).filter((unit) => ['usd', 'tokens', 'calls'].includes(unit));
    const macaroon = await gateway.mint(['100', ...units.map((unit) => `5000${unit}`)]);
    expect((await reserved(gateway, macaroon, ask)).held).toMatchObject(held);
  });

  it('takes the highest price that a caveat asks for as the floor', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = attenuate(
      await gateway.mint(),
      composeCaveats({ tools: 'web_search:9,gpt-4o:1' }),
    );
    expect((await reserved(gateway, macaroon, { tool: 'web_search' })).held).toMatchObject({
      credits: 9,
    });
    expect((await reserved(gateway, macaroon, { model: 'gpt-4o' })).held).toMatchObject({
      credits: 15,
    });
  });

  it('lasts as long as it asks to', async () => {
    const gateway = gatewayUnderTest();
    const { deadline } = await reserved(gateway, await gateway.mint(), {
      tool: 'web_search',
      ttl: '90s',
    });
    expect(deadline).toBe(new Date(NOW + 90_000).toISOString());
  });

  it('tells the ledger who asked, for what, and its tags', async () => {
    const gateway = gatewayUnderTest();
    const asked: unknown[] = [];
    const { ledger } = gateway;
    const listening = gatewayUnderTest({
      ledger: Object.assign(Object.create(ledger) as typeof ledger, {
        reserve: (request: Parameters<typeof ledger.reserve>[0]) => {
          asked.push(request);
          return ledger.reserve(request);
        },
        openRoot: ledger.openRoot.bind(ledger),
      }),
    });
    const tags = { task: '42', team: 'ml' };
    await reserved(listening, await listening.mint(), { tool: 'web_search', tags });
    expect(asked).toMatchObject([
      { owner: 'caller', about: { name: 'web_search', route: 'reservations/tool', tags } },
    ]);
  });
});

describe('a reservation that is refused, and changes nothing', () => {
  it.each([
    ['no budget left', { model: 'gpt-4o', credits: 101 }, 402, 'budget_exhausted', null],
    ['a name that has no price', { tool: 'nobody' }, 422, 'price_unknown', null],
    ['a name that the caveats leave out', { model: 'gpt-4o-mini' }, 403, 'tool_not_allowed', null],
    ['no name', {}, 400, 'invalid_request', 'tool'],
    ['two names', { tool: 'web_search', model: 'gpt-4o' }, 400, 'invalid_request', 'tool'],
    ['an empty name', { tool: '' }, 400, 'invalid_request', 'tool'],
    ['a name that is no text', { tool: 5 }, 400, 'invalid_request', 'tool'],
    ['a name beyond any', { tool: 'x'.repeat(257) }, 400, 'invalid_request', 'tool'],
    ['an unknown unit', { tool: 'web_search', euros: 5 }, 400, 'invalid_request', 'euros'],
    [
      '__proto__',
      '{"tool":"web_search","__proto__":{"credits":1}}',
      400,
      'invalid_request',
      '__proto__',
    ],
    ['a negative amount', { tool: 'web_search', credits: -1 }, 400, 'invalid_request', 'credits'],
    ['NaN', { tool: 'web_search', credits: 'NaN' }, 400, 'invalid_request', 'credits'],
    ['null', { tool: 'web_search', credits: null }, 400, 'invalid_request', 'credits'],
    ['an empty amount', { tool: 'web_search', credits: '' }, 400, 'invalid_request', 'credits'],
    ['an exponent', '{"tool":"web_search","credits":1e1}', 400, 'invalid_request', 'credits'],
    ['Infinity', '{"tool":"web_search","credits":1e400}', 400, 'invalid_request', 'credits'],
    ['a leading zero', { tool: 'web_search', credits: '010' }, 400, 'invalid_request', 'credits'],
    ['hex', { tool: 'web_search', credits: '0x10' }, 400, 'invalid_request', 'credits'],
    ['space around', { tool: 'web_search', credits: ' 10' }, 400, 'invalid_request', 'credits'],
    [
      'a unit behind',
      { tool: 'web_search', credits: '10credits' },
      400,
      'invalid_request',
      'credits',
    ],
    [
      'a fraction of a micro-unit',
      { tool: 'web_search', credits: '10.0000001' },
      400,
      'invalid_request',
      'credits',
    ],
    [
      'the same as a number that a float would round',
      '{"tool":"web_search","credits":10.00000000000000000001}',
      400,
      'invalid_request',
      'credits',
    ],
    [
      '2^53 micro-units',
      { tool: 'web_search', credits: '9007199254.740992' },
      400,
      'invalid_request',
      'credits',
    ],
    [
      'more than any budget has',
      { tool: 'web_search', credits: '9007199254.740991' },
      402,
      'budget_exhausted',
      null,
    ],
    ['a part of a call', { tool: 'web_search', calls: 1.5 }, 400, 'invalid_request', 'calls'],
    ['no call', { tool: 'web_search', calls: 0 }, 400, 'invalid_request', 'calls'],
    [
      'calls whose price is past 2^53',
      { tool: 'web_search', calls: 9_007_199_254 },
      422,
      'amount_overflow',
      null,
    ],
    ['usd, which no budget has', { tool: 'web_search', usd: 1 }, 400, 'invalid_request', 'usd'],
    ['a list of amounts', { tool: 'web_search', credits: [10] }, 400, 'invalid_request', 'credits'],
    ['a duration without a unit', { tool: 'web_search', ttl: '10' }, 400, 'invalid_request', 'ttl'],
    ['a number for a duration', { tool: 'web_search', ttl: 10 }, 400, 'invalid_request', 'ttl'],
    ['a moment', { tool: 'web_search', ttl: '999ms' }, 400, 'invalid_request', 'ttl'],
    ['more than a day', { tool: 'web_search', ttl: '86401s' }, 400, 'invalid_request', 'ttl'],
    [
      'a tag that is no text',
      { tool: 'web_search', tags: { task: 42 } },
      400,
      'invalid_request',
      'tags',
    ],
    [
      'a tag with a line feed',
      { tool: 'web_search', tags: { task: 'a\nb' } },
      400,
      'invalid_request',
      'tags',
    ],
    [
      'a tag named __proto__',
      '{"tool":"web_search","tags":{"__proto__":"x"}}',
      400,
      'invalid_request',
      'tags',
    ],
    [
      '17 tags',
      {
        tool: 'web_search',
        tags: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`t${n}`, 'x'])),
      },
      400,
      'invalid_request',
      'tags',
    ],
    [
      'an amount twice',
      '{"tool":"web_search","credits":5,"credits":6}',
      400,
      'invalid_request',
      'credits',
    ],
    ['no JSON', 'tool=web_search', 400, 'invalid_request', null],
    ['no object', '["web_search"]', 400, 'invalid_request', null],
    ['nothing', '', 400, 'invalid_request', 'tool'],
  ])('%s', async (_what, body, status, code, param) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['100', '9007199254calls'], 'web_search,gpt-4o,nobody');
    // So that a sum can be past 2^53 where an amount is not.
    await reserved(gateway, macaroon, { tool: 'web_search' });
    const refused = await changesNothing(gateway, macaroon, () =>
      post(gateway, macaroon, '', body),
    );
    expect(refused).toMatchObject({ status, code, param });
  });

  it('a limit in usd where no usd are asked for', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['100', '5usd']);
    const response = await post(gateway, macaroon, '', { tool: 'web_search' });
    expect([response.status, (await errorOf(response)).error.code]).toEqual([422, 'price_unknown']);
  });

  it("more than a price in a unit that only the child's own budget names", async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint(['100']);
    // Anyone can write this, and it would fill the counters of everybody above.
    const child = delegate(root, 'greedy', '9007199254usd');
    const refused = await changesNothing(gateway, root, () =>
      post(gateway, child, '', { tool: 'web_search', usd: '9007199254' }),
    );
    expect(refused).toMatchObject({ status: 400, code: 'invalid_request', param: 'usd' });
  });

  it('more than the price in credits or calls where the root has a budget in neither', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint(['5usd']);
    const ask = { tool: 'web_search', usd: 1 };
    expect((await reserved(gateway, macaroon, { ...ask, credits: 5, calls: 1 })).held).toEqual({
      credits: 5,
      usd: 1,
      calls: 1,
    });
    for (const more of [{ credits: '5.000001' }, { calls: 2 }]) {
      const refused = await changesNothing(gateway, macaroon, () =>
        post(gateway, macaroon, '', { ...ask, ...more }),
      );
      const [param] = Object.keys(more);
      expect(refused).toMatchObject({ status: 400, code: 'invalid_request', param });
    }
  });

  it('says who refused, and with what left', async () => {
    const gateway = gatewayUnderTest();
    const child = delegate(await gateway.mint('100'), 'scraper-1', '20');
    const { account } = await reserved(gateway, child, { tool: 'web_search' });
    const response = await post(gateway, child, '', { tool: 'web_search', credits: 16 });
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await errorOf(response)).toMatchObject({
      account,
      unit: 'credits',
      remaining: 15,
      held: 5,
      required: 16,
    });
  });

  it('a macaroon that is none, one that has expired, and a root that the ledger lost', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    for (const path of ['', '/r1.x/settle', '/r1.x/release', '/r1.x/extend']) {
      const none = await gateway.app.request(`/bursar/v1/reservations${path}`, {
        method: 'POST',
        headers: bearer(`${macaroon}A`),
        body: '{"tool":"web_search"}',
      });
      expect([none.status, (await errorOf(none)).error.code]).toEqual([401, 'invalid_macaroon']);
    }
    const ring = gateway.deps.keyRing();
    const elsewhere = await gatewayUnderTest({ keyRing: () => ring }).mint();
    const lost = await post(gateway, elsewhere, '', { tool: 'web_search' });
    expect([lost.status, (await errorOf(lost)).error.code]).toEqual([503, 'ledger_state_lost']);
    const { reservation } = await reserved(gateway, macaroon, { tool: 'web_search' });
    gateway.clock.nowMs += 24 * 3_600_000;
    for (const path of [
      '',
      `/${reservation}/settle`,
      `/${reservation}/release`,
      `/${reservation}/extend`,
    ]) {
      const late = await post(gateway, macaroon, path, path === '' ? { tool: 'web_search' } : {});
      expect([late.status, (await errorOf(late)).error.code]).toEqual([401, 'expired']);
    }
  });
});
