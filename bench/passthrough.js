// What the gateway is compared with: Hono on Node, the same upstream client, and nothing else. No
// credential is looked at, nothing is parsed, priced, counted or written down.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Pool } from 'undici';

const [port = 0, upstreamPort = 0] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { pipelining: 1 });

const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const upstream = await pool.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: 'Bearer upstream-key' },
    body: new Uint8Array(await c.req.arrayBuffer()),
  });
  return new Response(await upstream.body.bytes(), {
    status: upstream.statusCode,
    headers: { 'content-type': String(upstream.headers['content-type']) },
  });
});
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
