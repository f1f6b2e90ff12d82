import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { startProvider } from '../../upstreams/provider.js';
import { delegate, errorOf } from '../harness.js';
import { dueOf, type Rig, startRig } from './rig.js';

const rigs: Rig[] = [];
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.close())));

async function start(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  return rig;
}

const MODEL = 'gpt-4o-2024-08-06';
const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
const chat = (rig: Rig, macaroon: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${rig.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-api-key': macaroon },
    body,
    ...init,
  });
const get = async (rig: Rig, path: string, macaroon: string, headers = {}): Promise<Response> =>
  rig.app.request(path, { headers: { 'x-api-key': macaroon, ...headers } });

describe('GET /bursar/v1/calls/{id}', () => {
  it('says what a call holds, then what it cost, to the account that made it alone', async () => {
    const gate = deferred();
    const reached = deferred();
    const rig = await start({
      send: ({ pieces, contentType }, response) => {
        response.writeHead(200, { 'content-type': contentType });
        response.write(pieces[0]);
        reached.resolve();
        void gate.promise.then(() => response.end(pieces.slice(1).join('')));
      },
    });
    const root = await rig.mint('1usd');
    const child = delegate(root, 'scraper-1', '0.5usd');
    const asked = JSON.stringify({ ...JSON.parse(body), stream: true });
    const response = await chat(rig, child, { headers: { 'x-api-key': child }, body: asked });
    await reached.promise;
    const path = `/bursar/v1/calls/${response.headers.get('x-bursar-reservation')}`;
    const open = await (await get(rig, path, child)).json();
    expect(open).toMatchObject({ state: 'open', name: MODEL, route: 'chat', held: { calls: 1 } });
    expect(open).not.toHaveProperty('cost');
    gate.resolve();
    await response.text();
    const [call] = rig.provider.seen;
    if (call === undefined) throw new Error('nothing was sent');
    const { usd, tokens } = dueOf(MODEL, call);
    expect(await (await get(rig, path, child)).json()).toMatchObject({
      state: 'settled',
      reading: 'read',
      cost: { usd: usd / 1e6, tokens, calls: 1 },
      usage: { input: call.answer.billed?.input, output: call.answer.billed?.output },
    });
    for (const [other, id] of [
      [root, path],
      [child, '/bursar/v1/calls/r1.main.x'],
    ] as const) {
      const refused = await get(rig, id, other);
      expect([refused.status, (await errorOf(refused)).error.code]).toEqual([404, 'call_unknown']);
    }
  });
});

describe('GET /v1/models', () => {
  const ids = async (rig: Rig, macaroon: string): Promise<string[]> => {
    const response = await get(rig, '/v1/models', macaroon);
    return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const costs = {
    defaultMicros: undefined,
    rules: [{ name: 'gpt-in-credits', prefix: false, micros: 1_000_000 }],
  };

  it('lists what is routed, allowed, and priced in what the path limits', async () => {
    const rig = await start({}, { priceList: costs });
    const dollars = await ids(rig, await rig.mint('1usd'));
    expect(dollars).toContain('gpt-4o');
    expect(dollars).toContain('claude-sonnet-4-5');
    // Not routed here, and not priced in USD.
    expect(dollars.some((id) => id.startsWith('deepseek'))).toBe(false);
    expect(dollars).not.toContain('gpt-in-credits');
    expect(await ids(rig, await rig.mint('1'))).toEqual(['gpt-in-credits']);
    expect(await ids(rig, await rig.mint('1usd', 'gpt-4o,gpt-4.1-*,web_search'))).toEqual([
      'gpt-4.1-mini',
      'gpt-4.1-nano',
      'gpt-4o',
    ]);
    expect(rig.provider.seen).toEqual([]);
  });

  it('shows one of them, whatever its provider, and no other', async () => {
    const rig = await start();
    const macaroon = await rig.mint('1usd', 'gpt-4o');
    const one = await get(rig, '/v1/models/gpt-4o', macaroon);
    expect(await one.json()).toMatchObject({ id: 'gpt-4o', owned_by: 'openai' });
    const other = await get(rig, '/v1/models/gpt-4o-mini', macaroon);
    expect([other.status, (await errorOf(other)).error.code]).toEqual([404, 'not_routed']);
    expect((await get(rig, '/v1/models', 'x')).status).toBe(401);
  });
});

describe('a caller that leaves before the answer begins', () => {
  it('is charged what the provider bills, since the answer is heard to its end', async () => {
    const reached = deferred();
    const gate = deferred();
    const rig = await start({
      send: ({ pieces, contentType }, response) => {
        reached.resolve();
        void gate.promise.then(() => {
          response.writeHead(200, { 'content-type': contentType }).end(pieces.join(''));
        });
      },
    });
    const macaroon = await rig.mint('1usd');
    const leaving = new AbortController();
    // Without a socket, so that the gateway knows at once.
    const asked = rig.app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'x-api-key': macaroon },
      body,
      signal: leaving.signal,
    });
    await reached.promise;
    leaving.abort();
    gate.resolve();
    expect((await asked).status).toBe(499);
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    const [call] = rig.provider.seen;
    if (call === undefined) throw new Error('nothing was sent');
    expect((await rig.spent(macaroon)).spent['usd']).toBe(dueOf(MODEL, call).usd / 1e6);
  });

  it('and longer than it is waited for: the hold is charged, and the upstream told to stop', async () => {
    const reached = deferred();
    const closed = deferred();
    const limits = (await start()).deps.limits;
    const rig = await start(
      {
        send: (_answer, response) => {
          response.once('close', () => closed.resolve());
          reached.resolve();
        },
      },
      { limits: { ...limits, drainBound: { bytes: 1_000, ms: 1 } } },
    );
    const macaroon = await rig.mint('1usd');
    const leaving = new AbortController();
    const asked = chat(rig, macaroon, { signal: leaving.signal });
    await reached.promise;
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await closed.promise;
    await expect.poll(async () => (await rig.spent(macaroon)).held['usd']).toBe(0);
    // 4,096 tokens of output, and the input, at the price of the model.
    expect((await rig.spent(macaroon)).spent['usd']).toBeGreaterThan(0.04);
  });
});

describe('an upstream that redirects', () => {
  it('is not followed where it redirects to', async () => {
    const elsewhere = await startProvider();
    const rig = await start({
      send: (_answer, response) => {
        response.writeHead(307, { location: `${elsewhere.url}/v1/chat/completions` }).end();
      },
    });
    const response = await chat(rig, await rig.mint('1usd'));
    expect(response.status).toBe(502);
    expect(elsewhere.seen).toEqual([]);
    expect(rig.provider.seen).toHaveLength(1);
    await elsewhere.close();
  });
});
