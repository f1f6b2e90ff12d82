import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSettings } from '../../../gateway/settings-source.js';
import { withQuery } from '../../../gateway/upstream/query.js';
import { MINIMAL, mistakesOf, serve } from '../config/fixture.js';
import { chat, gatewayUnderTest } from '../harness.js';
import { type HttpStub, httpStub } from '../http-upstream.js';

describe("an upstream's headers and query", () => {
  let stub: HttpStub;
  beforeAll(async () => {
    stub = await httpStub((_, response) => {
      response.setHeader('content-type', 'application/json').end('{"id":"r","model":"gpt-4o"}');
    });
  });
  afterAll(() => stub.close());

  /** As the configuration has it. */
  async function configured(lines: string) {
    const { log } = gatewayUnderTest().deps;
    const {
      gateway: config,
      operatorKeys,
      secrets,
    } = serve({
      yaml: `${MINIMAL}upstreams:\n  a:\n    protocol: openai\n    baseUrl: ${stub.url}/openai\n    apiKey: key\n    models: ["*"]\n${lines}`,
      env: { VERSION: '2024-10-21', ORGANIZATION: 'org-of-the-house' },
    });
    const settings = await openSettings({ config, operatorKeys }, log);
    const gateway = gatewayUnderTest({ modelUpstreams: settings.current().modelUpstreams });
    const macaroon = await gateway.mint('1000');
    return { gateway, macaroon, secrets, close: () => settings.close() };
  }

  const seen = (): IncomingMessage => {
    const last = stub.seen.at(-1);
    if (last === undefined) throw new Error('nothing reached the upstream');
    return last;
  };

  it('go with every call, and win over what the caller sends', async () => {
    const { gateway, macaroon, secrets, close } = await configured(
      `    query: { api-version: "\${VERSION}", beta: "no & more" }\n` +
        `    headers: { OpenAI-Organization: "\${ORGANIZATION}", User-Agent: gate, OpenAI-Beta: none }\n`,
    );
    const headers = {
      'openai-organization': 'of-the-caller',
      'user-agent': 'of-the-caller',
      'openai-beta': 'responses=v1',
      authorization: `Bearer ${macaroon}`,
    };
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
    const path = '/v1/chat/completions?beta=true&api-version=1999';
    const response = await gateway.app.request(path, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    expect(seen().url).toBe('/openai/chat/completions?api-version=2024-10-21&beta=no%20%26%20more');
    expect(seen().headers).toMatchObject({
      authorization: 'Bearer key',
      'openai-organization': 'org-of-the-house',
      'user-agent': 'gate',
      'openai-beta': 'none',
    });

    const stored = await gateway.app.request('/v1/responses/resp_1?api%2dversion=1&limit=2', {
      headers,
    });
    expect(stored.status).toBe(200);
    expect(seen().url).toBe(
      '/openai/responses/resp_1?limit=2&api-version=2024-10-21&beta=no%20%26%20more',
    );
    expect(secrets).toEqual(expect.arrayContaining(['org-of-the-house', '2024-10-21']));
    await close();
  });

  it('are none unless said', async () => {
    const { gateway, macaroon, close } = await configured('');
    expect((await chat(gateway, macaroon, 'gpt-4o')).status).toBe(200);
    expect(seen().url).toBe('/openai/chat/completions');
    await close();
  });

  it.each([
    ['headers: { Authorization: x }', 'the header Authorization', 'the key is apiKey'],
    ['headers: { Content-Type: x }', 'the header Content-Type', 'that the gateway sets by itself'],
    ['headers: { Connection: x }', 'the name "Connection"', 'not about the connection'],
    ['headers: { Host: x }', 'the name "Host"', 'not about the connection'],
    [`headers: { a: "\${NONE}" }`, 'no variable NONE in the environment', 'it to be set'],
    ['headers: { a: $NONE }', 'a text of 5 characters', `\${NONE}: a $NONE without braces`],
    ['query: { a%3D: x }', 'the name "a%3D"', 'not percent-encoded'],
    ['query: x', '"x"', 'a map such as { api-version: 2024-10-21 }'],
  ])('%s is refused', (line, found, expected) => {
    const upstream = `    protocol: openai\n    baseUrl: https://x/v1\n    apiKey: k\n    models: [x]\n`;
    const yaml = `${MINIMAL}upstreams:\n  a:\n${upstream}    ${line}\n`;
    const [mistake] = mistakesOf({ yaml });
    expect(mistake).toContain(`found ${found}; expected`);
    expect(mistake).toContain(expected);
  });

  it('a path keeps what has other names', () => {
    const added = new Map([['b c', 'b%20c=2']]);
    expect(withQuery('/x', added)).toBe('/x?b%20c=2');
    expect(withQuery('/x?b+c=1&a=%zz&b%20c&&d', added)).toBe('/x?a=%zz&d&b%20c=2');
  });
});
