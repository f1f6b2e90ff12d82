// The gateway's own path with nothing enforced: the same Hono server, the same upstream client, the same
// headers passed in both directions, the same way to write the answer. But no credential is looked at,
// nothing is parsed, priced, counted or written down. What is left over this is what enforcement costs.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { deliver } from '../dist/gateway/deliver.js';
import { leavingOf } from '../dist/gateway/node-env.js';
import { headersForUpstream } from '../dist/gateway/upstream/headers.js';
import { createHttpUpstream } from '../dist/gateway/upstream/http.js';

const [port = 0, upstreamPort = 0] = process.argv.slice(2).map(Number);
const upstream = createHttpUpstream({
  baseUrl: `http://127.0.0.1:${upstreamPort}/v1`,
  timeoutMs: 30_000,
});
const NOTHING_TO_SETTLE = Promise.resolve();

/** @type {Hono<import('../dist/gateway/node-env.js').NodeEnv>} */
const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const answer = await upstream.send({
    method: 'POST',
    path: '/chat/completions',
    headers: headersForUpstream(c.req.raw.headers, { authorization: 'Bearer upstream-key' }),
    body: new Uint8Array(await c.req.arrayBuffer()),
    signal: leavingOf(c),
    ended: () => {},
  });
  return deliver(answer, {}, NOTHING_TO_SETTLE, c.env.outgoing);
});
createAdaptorServer({ fetch: app.fetch }).listen(port, '127.0.0.1');
// Ends by itself, so that a profile is written.
process.once('SIGTERM', () => process.exit(0));
