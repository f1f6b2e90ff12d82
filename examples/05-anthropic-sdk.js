// The official Anthropic SDK, unchanged: a base URL, and the macaroon as its key. Each call is held at
// the most that it can cost, and charged what it used.
//
//   BURSAR_MACAROON=… node examples/05-anthropic-sdk.js
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';

const gateway = process.env['BURSAR_GATEWAY'] ?? 'http://127.0.0.1:8787';
const macaroon = process.env['BURSAR_MACAROON'];
if (macaroon === undefined) throw new Error('expected a macaroon in $BURSAR_MACAROON');

/** @typedef {{ cost: { usd: number }, usage: { input: number, output: number } }} Call */

const client = new Anthropic({ baseURL: gateway, apiKey: macaroon });
const model = 'claude-opus-5';
/** @type {Anthropic.MessageParam[]} */
const messages = [{ role: 'user', content: 'What is a macaroon?' }];

const { data, response } = await client.messages
  .create({ model, max_tokens: 200, messages })
  .withResponse();
console.log(data.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));
console.log(`cost ${response.headers.get('x-bursar-cost')}`);

// A stream's headers are long gone when its cost is known: the call's id is in them.
const stream = client.messages.stream({ model, max_tokens: 200, messages });
stream.on('text', (text) => process.stdout.write(text));
await stream.finalMessage();
const id = stream.response?.headers.get('x-bursar-reservation');
const asked = await fetch(`${gateway}/bursar/v1/calls/${id}`, {
  headers: { 'x-api-key': macaroon },
});
const { cost, usage } = /** @type {Call} */ (await asked.json());
console.log(`\ncost ${cost.usd} usd for ${usage.input} tokens in and ${usage.output} out`);

// More than there is: one request, and the error says what would fit.
const greedy = client.messages.stream({ model, max_tokens: 100_000_000, messages });
await assert.rejects(greedy.finalMessage(), (error) => {
  assert.ok(error instanceof Anthropic.APIError);
  assert.equal(error.status, 402);
  assert.equal(error.type, 'billing_error');
  const { affordableOutput } = /** @type {{ affordableOutput: number }} */ (error.error);
  console.log(`402 ${error.type}: at most ${affordableOutput} tokens of output would fit`);
  return true;
});
