// Delegation needs no Bursar code either: here with the npm package `macaroon`. Any library for
// libmacaroons' format will do, in any language.
//
//   BURSAR_MACAROON=… node examples/03-any-macaroon-library.js
import assert from 'node:assert/strict';
import { decodeMacaroon } from 'bursar';
import { importMacaroon } from 'macaroon';

const mine = process.env['BURSAR_MACAROON'];
if (mine === undefined) throw new Error('expected a macaroon in $BURSAR_MACAROON');

const theirs = importMacaroon(mine);
const hour = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
for (const caveat of ['holder = summariser', 'budget = 15 credits', `expires = ${hour}`]) {
  theirs.addFirstPartyCaveat(caveat);
}
// V2 JSON in base64url: this package's own binary export breaks off at four caveats.
const sent = Buffer.from(JSON.stringify(theirs.exportJSON())).toString('base64url');
assert.equal(decodeMacaroon(sent).unprovedCaveats.at(-3), 'holder = summariser');

const gateway = process.env['BURSAR_GATEWAY'] ?? 'http://127.0.0.1:8787';
const response = await fetch(`${gateway}/bursar/v1/balance`, {
  headers: { authorization: `Bearer ${sent}` },
});
assert.equal(response.status, 200);
const { account } = /** @type {{ account: string }} */ (await response.json());
assert.match(account, /\/summariser$/);
console.log(`the gateway knows it as ${account}`);
