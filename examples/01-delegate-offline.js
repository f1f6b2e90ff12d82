// An agent cuts sub-allowances for its sub-agents: no server, no key, no permission asked. It takes
// nothing but the macaroon that it was given.
//
//   BURSAR_MACAROON=… node examples/01-delegate-offline.js
import assert from 'node:assert/strict';
import { attenuate, composeCaveats, decodeMacaroon, parseLimit } from 'bursar';

const mine = process.env['BURSAR_MACAROON'];
if (mine === undefined) throw new Error('expected a macaroon in $BURSAR_MACAROON');

/** @param {string} holder @param {string} budget */
function delegate(holder, budget) {
  const expiresAtMs = Date.now() + 3_600_000;
  const terms = { holder, limits: [parseLimit(budget)], tools: 'gpt-4o-mini,web_*', expiresAtMs };
  return attenuate(/** @type {string} */ (mine), composeCaveats(terms));
}

for (const [holder, budget] of /** @type {const} */ ([
  ['scraper-1', '20'],
  ['scraper-2', '20'],
])) {
  const theirs = delegate(holder, budget);
  const { unprovedCaveats } = decodeMacaroon(theirs);
  assert.equal(unprovedCaveats.at(-4), `holder = ${holder}`);
  console.log(`${holder} gets ${budget} credits at most, out of mine: ${theirs.length} characters`);
}
