import Anthropic, { NotFoundError as AnthropicNotFound } from '@anthropic-ai/sdk';
import OpenAI, { NotFoundError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { bearer } from '../harness.js';
import { type Rig, SHIPPED, startRig } from '../model-calls/rig.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(): Promise<Rig & { readonly macaroon: string }> {
  const rig = await startRig();
  cleanups.push(() => rig.close());
  return { ...rig, macaroon: await rig.mint('1usd') };
}

const VERSION = { 'anthropic-version': '2023-06-01' };

async function get({ app }: Rig, path: string, headers: Record<string, string>) {
  const response = await app.request(path, { headers });
  return { status: response.status, json: await response.json() };
}

describe('GET /v1/models', () => {
  it('is what the OpenAI SDK lists and retrieves', async () => {
    const rig = await start();
    const client = new OpenAI({ baseURL: `${rig.url}/v1`, apiKey: rig.macaroon });
    const ids: string[] = [];
    for await (const model of client.models.list()) {
      expect(model).toEqual({
        id: model.id,
        object: 'model',
        created: 0,
        owned_by: model.owned_by,
      });
      ids.push(model.id);
    }
    expect(ids).toContain('gpt-4o');
    expect(await client.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' });
    const unknown = client.models.retrieve('gpt-none');
    await expect(unknown).rejects.toThrow(NotFoundError);
    await expect(unknown).rejects.toMatchObject({ type: 'not_found_error', param: 'model' });
  });

  it('is what the Anthropic SDK lists and retrieves, page after page', async () => {
    const rig = await start();
    const client = new Anthropic({ baseURL: rig.url, apiKey: rig.macaroon });
    const whole = (await client.models.list({ limit: 1_000 })).data.map(({ id }) => id);
    expect(whole).toContain('claude-opus-5');
    const paged: string[] = [];
    for await (const model of client.models.list({ limit: 3 })) paged.push(model.id);
    expect(paged).toEqual(whole);
    const { contextWindow, maxOutput } = SHIPPED.find('claude-opus-5') ?? {};
    expect(await client.models.retrieve('claude-opus-5')).toEqual({
      type: 'model',
      id: 'claude-opus-5',
      display_name: 'claude-opus-5',
      created_at: '1970-01-01T00:00:00Z',
      max_input_tokens: contextWindow,
      max_tokens: maxOutput,
      capabilities: null,
      lifecycle: 'active',
      line: null,
      deprecated_at: null,
      retires_at: null,
    });
    const unknown = client.models.retrieve('claude-none');
    await expect(unknown).rejects.toThrow(AnthropicNotFound);
    await expect(unknown).rejects.toMatchObject({ type: 'not_found_error' });
  });

  it('cuts pages before and after an id', async () => {
    const rig = await start();
    const headers = { ...bearer(rig.macaroon), ...VERSION };
    const ids = async (query: string) => {
      const { json } = await get(rig, `/v1/models?${query}`, headers);
      const page = json as { data: { id: string }[]; has_more: boolean; first_id: string };
      return [page.data.map(({ id }) => id), page.has_more, page.first_id];
    };
    const [all] = (await ids('')) as [string[]];
    expect(await ids('limit=2')).toEqual([all.slice(0, 2), true, all[0]]);
    expect(await ids(`limit=2&after_id=${all[1]}`)).toEqual([all.slice(2, 4), true, all[2]]);
    expect(await ids(`limit=2&before_id=${all[3]}`)).toEqual([all.slice(1, 3), true, all[1]]);
    expect(await ids(`limit=2&before_id=${all[1]}`)).toEqual([all.slice(0, 1), false, all[0]]);
    expect(await ids(`after_id=${all.at(-1)}`)).toEqual([[], false, null]);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after_id=none', 'before_id=none'])(
    'refuses ?%s, in Anthropic’s shape',
    async (query) => {
      const rig = await start();
      const headers = { ...bearer(rig.macaroon), ...VERSION };
      const { status, json } = await get(rig, `/v1/models?${query}`, headers);
      expect(status).toBe(400);
      expect(json).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    },
  );

  it('takes the queries of others: Claude Code’s limit, Codex’s version', async () => {
    const rig = await start();
    const limited = await get(rig, '/v1/models?limit=1000', bearer(rig.macaroon));
    expect(limited).toMatchObject({ status: 200, json: { object: 'list' } });
    expect(limited.json).not.toHaveProperty('models');
    const codex = await get(rig, '/v1/models?client_version=0.155.1', bearer(rig.macaroon));
    expect(codex).toMatchObject({ status: 200, json: { object: 'list', models: [] } });
  });

  it('answers HEAD, with no body', async () => {
    const rig = await start();
    for (const path of ['/v1/models', '/v1/models/gpt-4o']) {
      const init = { method: 'HEAD', headers: bearer(rig.macaroon) };
      const response = await fetch(`${rig.url}${path}`, init);
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
  });
});
