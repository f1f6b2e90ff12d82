import { expect, it, onTestFinished, vi } from 'vitest';
import { chatRequest, child, fleet } from './fleet.js';
import { httpStub } from './http-upstream.js';

const PROVIDER_KEY = 'canary-provider-key-5d1f0c';
const TOOL_KEY = 'canary-tool-key-77ab31';

/** Every way to be refused that a caller has, with the macaroon in each place it can stand. */
function attempts(macaroon: string): [string, RequestInit][] {
  const chat = '/v1/chat/completions';
  const good = chatRequest(macaroon);
  const auth = { authorization: `Bearer ${macaroon}` };
  return [
    [chat, good],
    [chat, { ...good, headers: { ...auth, 'x-api-key': child(macaroon, 'other', 1) } }],
    [chat, { ...good, headers: { authorization: macaroon } }],
    [chat, { ...good, headers: { authorization: `Bearer ${macaroon.slice(0, -4)}AAAA` } }],
    [chat, { ...good, headers: { authorization: `Bearer ${macaroon}, Bearer ${macaroon}` } }],
    [chat, { ...good, body: `{"model":"${macaroon}"}` }],
    [chat, { ...good, body: `{"${macaroon}":1,"${macaroon}":2}` }],
    [chat, { ...good, body: '{"model":"unrouted"}' }],
    [chat, { ...good, body: '{"model":"gpt-broken"}' }],
    [chat, { ...good, body: '{"model":"gpt-refused"}' }],
    [chat, chatRequest(child(macaroon, 'poor', 0))],
    [`/tools/web_search?key=${macaroon}`, { headers: auth }],
    [`/tools/${macaroon}`, { headers: auth }],
    [`/bursar/v1/accounts?account=${macaroon}`, { headers: auth }],
    ['/bursar/v1/macaroons', { ...good, body: JSON.stringify({ holder: macaroon }) }],
    ['/bursar/v1/balance', { headers: auth }],
    [`/${macaroon}`, { headers: auth }],
    ['/metrics', {}],
  ];
}

it('no macaroon, key or provider secret is in any log line, answer or metric', async () => {
  const upstream = await httpStub((request, response) => {
    if (request.url === '/search') return response.socket?.resetAndDestroy();
    // A provider that quotes the key it was given, as OpenAI does.
    const status = Number(request.headers['content-length']) % 2 === 0 ? 401 : 500;
    return response
      .writeHead(status, { 'www-authenticate': PROVIDER_KEY })
      .end(
        status === 401
          ? `{"error":"Incorrect API key provided: ${request.headers.authorization}"}`
          : '{}',
      );
  });
  onTestFinished(() => upstream.close());
  const gateways = fleet(
    'sqlite:ledger.db',
    `upstreams:
  stub:
    protocol: openai
    baseUrl: ${upstream.url}/v1
    apiKey: ${PROVIDER_KEY}
    models: ["gpt-*"]
tools:
  defaultCost: 1
  endpoints:
    web_search:
      url: ${upstream.url}/search
      headers: { x-key: ${TOOL_KEY} }`,
  );
  const macaroon = await gateways.mint('1000');
  const serving = await gateways.start();
  const answers: string[] = [];
  for (const [path, init] of attempts(macaroon)) {
    const response = await fetch(`${serving.url}${path}`, init);
    const headers = JSON.stringify([...response.headers]);
    answers.push(`${path.slice(0, 20)}: ${response.status} ${headers} ${await response.text()}`);
  }
  const operator = { authorization: `Bearer ${gateways.operatorKey}` };
  await (await fetch(`${serving.url}/bursar/v1/accounts`, { headers: operator })).text();
  expect(await serving.stop()).toBe(0);
  await vi.waitFor(() => expect(serving.logLines.at(-1)).toContain('stopped'));
  // Enough happened for something to leak: refusals in the log, failures of the upstream among them.
  expect(serving.logLines.length).toBeGreaterThan(10);

  const signature = macaroon.slice(-24);
  for (const secret of [signature, PROVIDER_KEY, TOOL_KEY, gateways.operatorKey]) {
    for (const line of serving.logLines) expect(line).not.toContain(secret);
    expect(serving.out()).not.toContain(secret);
    for (const answer of answers) {
      // A caller's own words may come back to that caller in an error about them.
      if (secret !== signature) expect(answer).not.toContain(secret);
    }
  }
});
