import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Behind, startBehind } from './behind.js';
import { begin, UNITS } from './exact.js';
import { driver, modernNode, runClient } from './run.js';
import type { Api } from './stub/script.js';
import { TASKS } from './tasks.js';

/**
 * The libraries that agents are written with, each at its own address of the gateway with a macaroon
 * as its key and no other setting; see drivers/, where each is used as its documentation shows.
 */
const RUNS: readonly (readonly [client: string, api: Api, features: readonly string[]])[] = [
  ['openai-sdk', 'chat', ['tools']],
  ['openai-sdk', 'responses', ['tools', 'stored']],
  ['anthropic-sdk', 'messages', ['tools', 'search']],
  ['openai-agents', 'chat', ['tools', 'handoff']],
  ['openai-agents', 'responses', ['tools', 'handoff', 'shell', 'search', 'encrypted']],
  ['ai-sdk', 'chat', ['tools']],
  ['ai-sdk', 'responses', ['tools', 'encrypted', 'search']],
  ['ai-sdk', 'messages', ['tools', 'thinking', 'search']],
  ['langchain', 'chat', ['tools']],
  ['langchain', 'responses', ['tools', 'encrypted']],
  ['langchain', 'messages', ['tools', 'thinking']],
  ['llamaindex', 'chat', ['tools']],
  ['llamaindex', 'responses', ['tools']],
  ['llamaindex', 'messages', ['tools']],
];

const MODELS: Readonly<Record<Api, string>> = {
  chat: 'gpt-5-mini',
  responses: 'gpt-5-mini',
  messages: 'claude-sonnet-4-5',
};

let behind: Behind;
beforeAll(async () => {
  behind = await startBehind();
});
afterAll(() => behind.close());

const cases = RUNS.flatMap(([client, api, features]) =>
  features.flatMap((feature) =>
    ['plain', 'streamed'].flatMap((way) =>
      UNITS.map((unit) => [client, api, feature, way, unit] as const),
    ),
  ),
);

describe.each(cases)('%s on %s, %s, %s, on %s', (client, api, feature, way, unit) => {
  it('finishes its turns, and is charged what was billed', async () => {
    const task = TASKS[feature];
    if (task === undefined) throw new Error(`no task for ${feature}`);
    const run = await begin(behind, task, unit);
    const ran = await runClient([modernNode(), driver(client)], {
      GATEWAY: behind.url,
      MACAROON: run.macaroon,
      API: api,
      MODEL: MODELS[api],
      STREAM: way === 'streamed' ? 'yes' : 'no',
      FEATURE: feature,
    });
    expect(ran, ran.err).toMatchObject({ status: 0 });
    const { text } = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '') as { text: string };
    expect(text).toContain('All done.');
    // Three turns with tools, and the last words.
    expect((await run.isCharged()).calls).toBeGreaterThanOrEqual(4);
  });
});
