// Code that spends by itself, without the proxy: it holds the money first, works, and settles what
// the work really cost.
//
//   BURSAR_MACAROON=… node examples/04-reservations.js
import assert from 'node:assert/strict';
import { BudgetExhausted, createReservationClient, NothingSpent } from 'bursar/client';

const gateway = process.env['BURSAR_GATEWAY'] ?? 'http://127.0.0.1:8787';
const macaroon = process.env['BURSAR_MACAROON'];
if (macaroon === undefined) throw new Error('expected a macaroon in $BURSAR_MACAROON');

const bursar = createReservationClient({ gateway, macaroon, fetch });

// gpt-4o-mini costs 1 credit a call here, and that is held at the least. This asks for 3, since
// nobody knows yet how long the text will be.
const ask = { model: 'gpt-4o-mini', credits: 3, ttl: '2m', tags: { task: 'translate' } };

const { value, charged } = await bursar.spend(ask, async (hold) => {
  console.log(`${hold.held.credits} credits are held until ${hold.deadline.toISOString()}`);
  return { value: 'Guten Tag', cost: { credits: '1.5' } };
});
assert.equal(charged.credits, '1.5');
console.log(`${value}: charged ${charged.credits} credits`);

// Work that certainly spent nothing gives its hold back. Whatever else it throws is charged in full,
// since nobody knows what it spent.
await assert.rejects(
  bursar.spend(ask, async () => {
    throw new NothingSpent('the translator is closed');
  }),
  NothingSpent,
);

// The same key is the same hold, also after a crash, and at every gateway.
const idempotencyKey = `translate-${Date.now()}`;
const first = await bursar.reserve(ask, { idempotencyKey });
const again = await bursar.reserve(ask, { idempotencyKey });
assert.equal(again.reservation, first.reservation);
await bursar.release(first.reservation);

await assert.rejects(bursar.reserve({ ...ask, credits: 1_000 }), (error) => {
  assert.ok(error instanceof BudgetExhausted);
  console.log(`${error.required} credits: refused, ${error.remaining} remain, ${error.held} held`);
  return true;
});
