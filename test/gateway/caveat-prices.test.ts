import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../src/caveats/allowance.js';
import { attenuate } from '../../src/macaroon/index.js';
import { MICROS_PER_UNIT } from '../../src/money/units.js';
import { MAX_UNBOUNDED_PRICE, priceCall } from '../../src/pricing/tool-price.js';
import { runs } from '../support/property.js';
import { bearer, chat, errorOf, gatewayUnderTest, leafBalance } from './harness.js';
import { post } from './reservations/asking.js';

/** Just below 2^53 micro-credits. */
const BRIM = '9007199254';
const asks = (macaroon: string, price: string): string =>
  attenuate(macaroon, ['holder = child', `tools = web_search:${price},gpt-4o-mini:${price}`]);

describe("a caveat's price under a root without a budget in credits", () => {
  it('that would bring the counters of the tree to their brim is refused by name, and the tree goes on', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('5calls');
    const child = asks(root, BRIM);
    const search = { method: 'POST', headers: bearer(child) };
    const refused = [
      await chat(gateway, child),
      await gateway.app.request('/tools/web_search/', search),
      await post(gateway, child, '', { tool: 'web_search' }),
    ];
    for (const response of refused) {
      expect(response.status).toBe(422);
      const { error } = await errorOf(response);
      expect(error.code).toBe('price_too_high');
      expect(error.message).toContain(`${BRIM} credits a call, expected at most 1000`);
    }
    expect(gateway.denied.map(({ cause }) => cause)).toEqual(Array(3).fill('price_too_high'));
    const models = await gateway.app.request('/v1/models', { headers: bearer(child) });
    expect(await models.json()).toMatchObject({ data: [] });
    expect((await leafBalance(gateway, root)).spent).toMatchObject({ calls: 0 });
    expect((await chat(gateway, root)).status).toBe(200);
  });

  it('of up to a thousand credits counts', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('5calls');
    const response = await chat(gateway, asks(root, '1000'));
    expect([response.status, response.headers.get('x-bursar-cost')]).toEqual([200, '1000 credits']);
    expect((await chat(gateway, asks(root, '1000.000001'))).status).toBe(422);
  });

  it('is held to the budget where the root has one', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint(['5calls', '2000']);
    expect((await chat(gateway, asks(root, BRIM))).status).toBe(402);
    expect((await chat(gateway, asks(root, '1500'))).status).toBe(200);
  });
});

const micros = fc.integer({ min: 0, max: 9_007_199_254 * MICROS_PER_UNIT });

it('a call costs the highest that anybody asks, or is refused where nothing bounds it', () => {
  fc.assert(
    fc.property(
      micros,
      fc.array(micros, { maxLength: 3 }),
      fc.constantFrom('credits', 'usd', 'calls'),
      (own, asked, unit) => {
        const allowance: Allowance = {
          tenant: 'main',
          rootId: 'a',
          kid: 'k1',
          path: [
            {
              account: 'main/a',
              holder: 'h',
              limits: [{ unit, limitMicros: 1, window: 'life', carved: false }],
              expiresAtMs: undefined,
            },
          ],
          tools: asked.map((priceMicros) => [{ name: 'x', prefix: false, priceMicros }]),
          expiresAtMs: 1,
        };
        const list = { rules: [], defaultMicros: own };
        const highest = Math.max(own, ...asked);
        const isBounded = unit === 'credits' || highest <= Math.max(own, MAX_UNBOUNDED_PRICE);
        const status = isBounded ? 'priced' : 'too_high';
        expect(priceCall(list, allowance, 'x')).toEqual({ status, micros: highest });
      },
    ),
    { numRuns: runs(200) },
  );
});
