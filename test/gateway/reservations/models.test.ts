import { describe, expect, it } from 'vitest';
import { createModelPriceList } from '../../../src/pricing/models/index.js';
import { price, rates } from '../../pricing/models/fixture.js';
import { errorOf, gatewayUnderTest } from '../harness.js';
import { post, reserved } from './asking.js';

/** One USD per million tokens of input, four of output, and a tenth of a cent for each request. */
const LINE = price({
  default: rates([{ aboveInputTokens: 0, input: 1_000_000, output: 4_000_000 }], {
    perRequest: 1_000_000_000,
  }),
});
const PRICES = createModelPriceList([
  { name: 'by-tokens', prefix: false, price: LINE },
  // It has a price in credits, too.
  { name: 'gpt-4o-mini', prefix: false, price: LINE },
]);

async function start(...budget: string[]) {
  const gateway = gatewayUnderTest({ prices: () => PRICES });
  const macaroon = await gateway.mint(budget);
  const refusal = async (body: object) => {
    const response = await post(gateway, macaroon, '', body);
    const { error } = await errorOf(response);
    return { status: response.status, code: error.code, param: error.param };
  };
  return {
    refusal,
    held: async (body: object) => (await reserved(gateway, macaroon, body)).held,
  };
}

describe('a reservation for a model of the price list', () => {
  it('holds what is stated, without a price in credits where no budget is in credits', async () => {
    const { held } = await start('5usd', '100000tokens');
    expect(await held({ model: 'by-tokens', usd: '0.02', tokens: 1_500 })).toEqual({
      usd: 0.02,
      tokens: 1_500,
      calls: 1,
    });
  });

  it('holds no less than the request and its tokens cost at the least', async () => {
    const { held } = await start('5usd', '100000tokens', '10calls');
    const ask = { model: 'by-tokens', usd: 0, tokens: 1_500 };
    // A tenth of a cent, and 1,500 millionths.
    expect(await held(ask)).toEqual({ usd: 0.0025, tokens: 1_500, calls: 1 });
    expect(await held({ ...ask, calls: 3 })).toEqual({ usd: 0.0045, tokens: 1_500, calls: 3 });
    expect(await held({ ...ask, usd: '0.002501' })).toMatchObject({ usd: 0.002501 });
  });

  it('holds both prices where there are two', async () => {
    const { held } = await start('100', '5usd');
    expect(await held({ model: 'gpt-4o-mini', usd: '0.01' })).toEqual({
      credits: 1,
      usd: 0.01,
      calls: 1,
    });
    expect(await held({ model: 'gpt-4o-mini', usd: 0, credits: 2 })).toEqual({
      credits: 2,
      usd: 0.001,
      calls: 1,
    });
  });

  it('counts the floor in usd where no budget is in usd, so that a later one does not begin at zero', async () => {
    const { held } = await start('100');
    expect(await held({ model: 'gpt-4o-mini' })).toEqual({ credits: 1, usd: 0.001, calls: 1 });
  });

  it.each([
    ['usd are limited and not stated', ['5usd'], {}, 'price_unknown', 'usd'],
    [
      'tokens are limited and not stated',
      ['5usd', '9tokens'],
      { usd: 1 },
      'price_unknown',
      'tokens',
    ],
    [
      'credits are limited and it has no price in them',
      ['5usd', '9'],
      { usd: 1 },
      'price_unknown',
      null,
    ],
    [
      'credits are stated and it has no price in them',
      ['5usd'],
      { usd: 1, credits: 1 },
      'price_unknown',
      null,
    ],
    [
      'more tokens are stated where the root limits none',
      ['5usd'],
      { usd: 1, tokens: 5 },
      'invalid_request',
      'tokens',
    ],
  ] as const)('is refused where %s', async (_, budget, stated, code, param) => {
    const { refusal } = await start(...budget);
    const status = code === 'price_unknown' ? 422 : 400;
    expect(await refusal({ model: 'by-tokens', ...stated })).toEqual({ status, code, param });
  });

  it('is refused under the name of a tool', async () => {
    const { refusal } = await start('5usd');
    const refused = { status: 422, code: 'price_unknown', param: null };
    expect(await refusal({ tool: 'by-tokens', usd: 1 })).toEqual(refused);
  });

  it('is held to the budget like every other', async () => {
    const { refusal } = await start('0.001usd', '100000tokens');
    expect(await refusal({ model: 'by-tokens', usd: 0, tokens: 1 })).toMatchObject({
      status: 402,
      code: 'budget_exhausted',
    });
  });
});
