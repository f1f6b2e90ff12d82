// What the gateway is compared with: the shortest program in Hono that passes a call on and its answer
// back, by the upstream client that the gateway has, undici's Pool. It streams what comes back, leaves
// hop-by-hop headers behind, puts the provider's key in place of the caller's, and lets go of a call
// whose caller has left: what a team runs that has no budgets.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Pool } from 'undici';

const [port = 0, upstreamPort = 0] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, {
  pipelining: 1,
  headersTimeout: 30_000,
  bodyTimeout: 30_000,
});
/** RFC 9110 §7.6.1. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const FROM_UPSTREAM = new Set(HOP_BY_HOP);
const FROM_CALLER = new Set([...HOP_BY_HOP, 'host', 'content-length', 'authorization']);

const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const headers = [...c.req.raw.headers].filter(([name]) => !FROM_CALLER.has(name));
  const answer = await pool.request({
    method: 'POST',
    path: c.req.path,
    headers: { ...Object.fromEntries(headers), authorization: 'Bearer upstream-key' },
    body: new Uint8Array(await c.req.arrayBuffer()),
    signal: c.req.raw.signal,
  });
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!FROM_UPSTREAM.has(name)) c.header(name, String(value));
  }
  c.status(/** @type {import('hono/utils/http-status').StatusCode} */ (answer.statusCode));
  return c.body(ReadableStream.from(answer.body));
});
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
// Ends by itself, so that a profile is written.
process.once('SIGTERM', () => process.exit(0));
