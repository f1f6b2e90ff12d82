import { describe, expect, it } from 'vitest';
import type { GatewayDeps } from '../../../gateway/app.js';
import { bearer, errorOf, gatewayUnderTest, leafBalance, type Overrides } from '../harness.js';
import { SHIPPED } from './rig.js';

const GPT = 'gpt-4o';
const body = (more: object = {}) =>
  JSON.stringify({
    model: GPT,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hi' }],
    ...more,
  });

function post(
  gateway: Pick<ReturnType<typeof gatewayUnderTest>, 'app'>,
  macaroon: string,
  text: string,
) {
  return gateway.app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(macaroon) },
    body: text,
  });
}

/** An answer that bills so many tokens of output. */
function billing(completion: number) {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: completion,
    total_tokens: 10 + completion,
  };
  const choices = [
    { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' },
  ];
  return { status: 200, body: JSON.stringify({ model: GPT, choices, usage }) };
}

/** The most calls that were at the upstream at once. */
function countOpen({ upstream }: Pick<ReturnType<typeof gatewayUnderTest>, 'upstream'>) {
  const seen = { most: 0 };
  let open = 0;
  upstream.answer = async () => {
    open += 1;
    seen.most = Math.max(seen.most, open);
    await new Promise(setImmediate);
    open -= 1;
    return billing(5);
  };
  return seen;
}

const priced: Overrides = { prices: () => SHIPPED };

describe('calls with names on no list', () => {
  it('are under way sixteen at once, of 200, and all of them are answered', async () => {
    const gateway = gatewayUnderTest(priced);
    const underWay = countOpen(gateway);
    const macaroon = await gateway.mint('100usd');
    const calls = Array.from({ length: 200 }, () =>
      post(gateway, macaroon, body({ new_field: 1 })),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(underWay.most).toBeLessThanOrEqual(16);
    expect(underWay.most).toBeGreaterThan(1);
  });

  it('wait for nobody where all names are known, or no budget goes by tokens', async () => {
    const gateway = gatewayUnderTest({ ...priced, limits: limitsWith(1) });
    const underWay = countOpen(gateway);
    const dollars = await gateway.mint('100usd');
    await Promise.all([1, 2, 3].map(() => post(gateway, dollars, body())));
    expect(underWay.most).toBe(3);
    const credits = await gateway.mint('1000');
    await Promise.all([1, 2, 3, 4].map(() => post(gateway, credits, body({ new_field: 1 }))));
    expect(underWay.most).toBe(4);
  });

  it('lose what one cost above its hold, and no more: it is charged, and the name is refused', async () => {
    const gateway = gatewayUnderTest(priced);
    gateway.upstream.answer = () => billing(10_000);
    const macaroon = await gateway.mint('0.05usd');
    const answer = await post(gateway, macaroon, body({ new_field: { much: true } }));
    expect(answer.status).toBe(200);
    const { usd } = (await leafBalance(gateway, macaroon)).spent;
    expect(usd).toBe(0.100025);
    const next = await post(gateway, macaroon, body());
    expect(next.status).toBe(402);
    const logged = gateway.lines.find(({ level }) => level === 'error');
    expect(logged?.fields).toMatchObject({ names: ['new_field'], tenant: 'main' });
    // Every root of the tenant is told.
    const other = await gateway.mint('100usd');
    const refused = await post(gateway, other, body({ new_field: { much: true } }));
    expect(refused.status).toBe(422);
    expect((await errorOf(refused)).error.param).toBe('new_field');
    gateway.upstream.answer = () => billing(5);
    expect((await post(gateway, other, body({ another_field: 1 }))).status).toBe(200);
  });

  it('give their place back when they are refused for want of budget', async () => {
    const gateway = gatewayUnderTest({ ...priced, limits: limitsWith(1) });
    gateway.upstream.answer = () => billing(5);
    const poor = await gateway.mint('0.000001usd');
    for (let i = 0; i < 3; i += 1) {
      expect((await post(gateway, poor, body({ new_field: 1 }))).status).toBe(402);
    }
  });
});

function limitsWith(unknownInFlight: number): GatewayDeps['limits'] {
  return { ...gatewayUnderTest().deps.limits, unknownInFlight };
}

describe('a call whose hold does not fit', () => {
  it('is told what the hold consists of', async () => {
    const gateway = gatewayUnderTest(priced);
    const macaroon = await gateway.mint('0.000001usd');
    const answer = (await errorOf(await post(gateway, macaroon, body()))) as unknown as {
      required: number;
      requiredFor: Record<string, number>;
    };
    const { input = 0, output = 0, serverTools = 1, context = 1 } = answer.requiredFor;
    expect(output).toBe(0.001);
    expect(serverTools).toBe(0);
    expect(context).toBe(0);
    expect(Math.round((input + output) * 1e6)).toBe(Math.round(answer.required * 1e6));
  });

  it('is told which field brings in a context', async () => {
    const gateway = gatewayUnderTest(priced);
    const macaroon = await gateway.mint('0.000001usd');
    const response = await gateway.app.request('/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(macaroon) },
      body: JSON.stringify({
        model: GPT,
        input: 'Hi',
        max_output_tokens: 10,
        previous_response_id: 'resp_1',
      }),
    });
    expect(response.status).toBe(402);
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer['contextFrom']).toBe('previous_response_id');
    const { context = 0 } = answer['requiredFor'] as Record<string, number>;
    expect(context).toBeGreaterThan(0.3);
  });
});

describe('an output limit that was written in', () => {
  it('is told to the caller', async () => {
    const gateway = gatewayUnderTest(priced);
    gateway.upstream.answer = () => billing(5);
    const macaroon = await gateway.mint('100usd');
    const text = JSON.stringify({ model: GPT, messages: [{ role: 'user', content: 'Hi' }] });
    const answer = await post(gateway, macaroon, text);
    expect(answer.headers.get('x-bursar-output-limit')).toBe('4096');
    const stated = await post(gateway, macaroon, body());
    expect(stated.headers.get('x-bursar-output-limit')).toBeNull();
  });
});
