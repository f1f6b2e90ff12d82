// A research agent with a few cents. It cuts a part of them for each of its sub-agents, offline; they
// call models in parallel, and take a cheaper model when told 402. However they race, together they
// never spend more than the agent has.
//
//   BURSAR_MACAROON=… node examples/06-research-agent.js
import assert from 'node:assert/strict';
import { attenuate, composeCaveats, parseLimit } from 'bursar';
import OpenAI from 'openai';

const gateway = process.env['BURSAR_GATEWAY'] ?? 'http://127.0.0.1:8787';
const mine = process.env['BURSAR_MACAROON'];
if (mine === undefined) throw new Error('expected a macaroon in $BURSAR_MACAROON');

/** @typedef {{ path: { spent: { usd: number }, held: { usd: number } }[] }} Balance */

/** The best first. */
const MODELS = ['gpt-4o', 'gpt-4o-mini'];

/** @param {string} macaroon @param {string} holder @param {string} budget */
function delegate(macaroon, holder, budget) {
  const expiresAtMs = Date.now() + 600_000;
  return attenuate(macaroon, composeCaveats({ holder, limits: [parseLimit(budget)], expiresAtMs }));
}

/**
 * One sub-agent: asks the best model that it can pay.
 * @param {string} holder @param {string} macaroon @param {string} question
 */
async function research(holder, macaroon, question) {
  const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: macaroon });
  for (const model of MODELS) {
    try {
      const { data, response } = await client.chat.completions
        .create({
          model,
          max_completion_tokens: 1_500,
          messages: [{ role: 'user', content: question }],
        })
        .withResponse();
      console.log(`${holder}: ${model}, cost ${response.headers.get('x-bursar-cost')}`);
      return { holder, model, answer: data.choices[0]?.message.content ?? '' };
    } catch (error) {
      if (!(error instanceof OpenAI.APIError) || error.status !== 402) throw error;
      console.log(`${holder}: ${model} is too dear: ${error.message}`);
    }
  }
  return { holder, model: undefined, answer: '' };
}

const agent = delegate(mine, `research-${Date.now()}`, '0.05usd');
const findings = await Promise.all(
  [
    { holder: 'reader', budget: '0.04usd', question: 'What does the paper on macaroons prove?' },
    { holder: 'skimmer-1', budget: '0.002usd', question: 'Who cites it?' },
    { holder: 'skimmer-2', budget: '0.002usd', question: 'Who does not?' },
    { holder: 'broke', budget: '0.0001usd', question: 'And who would?' },
  ].map(({ holder, budget, question }) =>
    research(holder, delegate(agent, holder, budget), question),
  ),
);
assert.deepEqual(
  findings.map(({ model }) => model),
  ['gpt-4o', 'gpt-4o-mini', 'gpt-4o-mini', undefined],
);

const asked = await fetch(`${gateway}/bursar/v1/balance`, {
  headers: { authorization: `Bearer ${agent}` },
});
const { path } = /** @type {Balance} */ (await asked.json());
const [{ spent, held }] = /** @type {[Balance['path'][0]]} */ (path.slice(-1));
assert.ok(spent.usd > 0 && spent.usd <= 0.05);
assert.equal(held.usd, 0);
console.log(`all of them together: ${spent.usd} of 0.05 usd`);
