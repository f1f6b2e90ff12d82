// The official OpenAI SDK, unchanged: a base URL, and the macaroon as its key. It calls a model until
// the money is gone, and then sees one 402 that it does not retry.
//
//   BURSAR_MACAROON=… node examples/02-openai-sdk.js
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const gateway = process.env['BURSAR_GATEWAY'] ?? 'http://127.0.0.1:8787';
const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: process.env['BURSAR_MACAROON'] });

/** @param {number} n */
async function ask(n) {
  const { data, response } = await client.chat.completions
    .create({ model: 'gpt-4o', messages: [{ role: 'user', content: `Question ${n}` }] })
    .withResponse();
  const said = data.choices[0]?.message.content ?? '';
  const cost = response.headers.get('x-bursar-cost');
  const remaining = response.headers.get('x-bursar-remaining');
  console.log(`${n}: ${said.slice(0, 40)}…  cost ${cost}, remaining ${remaining}`);
}

let answered = 0;
try {
  while (answered < 1_000) await ask(++answered);
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  assert.equal(error.status, 402);
  assert.equal(error.code, 'budget_exhausted');
  console.log(`${answered}: ${error.status} ${error.code}: ${error.message}`);
}
