import { beforeEach, describe, expect, it } from 'vitest';
import { attenuate, decodeMacaroon, fingerprintOf } from '../../src/macaroon/index.js';
import {
  bearer,
  chat,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  NOW,
} from './harness.js';
import { accountOf, operate } from './operate.js';

let gateway: GatewayUnderTest;
/** On the same ledger. */
let other: GatewayUnderTest;
let root = '';
let child = '';
/** Of the same account as `child`, and not made from it. */
let twin = '';
beforeEach(async () => {
  gateway = gatewayUnderTest();
  const { ledger, deps } = gateway;
  other = gatewayUnderTest({ ledger, keyRing: deps.keyRing });
  root = await gateway.mint('100');
  child = delegate(root, 'scraper-1', '50');
  twin = delegate(root, 'scraper-1', '49');
});

const printOf = (macaroon: string) => fingerprintOf(decodeMacaroon(macaroon).signature);

async function outcome(at: GatewayUnderTest, macaroon: string): Promise<[number, string]> {
  const response = await chat(at, macaroon);
  return [response.status, response.status === 200 ? '' : (await errorOf(response)).error.code];
}

const REVOKED = [403, 'macaroon_revoked'];
const FINE = [200, ''];

/** A macaroon made from another by many caveats that change little. */
function madeFrom(macaroon: string, times: number): string {
  let made = macaroon;
  for (let n = 0; n < times; n++) made = attenuate(made, [`tools = gpt-*:${n % 2}`]);
  return made;
}

describe('a macaroon that is revoked', () => {
  it('is refused at every gateway from then on, with all made from it; nothing else is', async () => {
    const made = [madeFrom(child, 1), madeFrom(child, 20), delegate(child, 'parser', '5')];
    for (const macaroon of [child, ...made, twin, root]) {
      for (const at of [gateway, other]) expect(await outcome(at, macaroon)).toEqual(FINE);
    }
    const { status, body } = await operate(gateway, 'revoke', { macaroon: child });
    expect([status, body]).toEqual([
      200,
      {
        account: await accountOf(gateway, root),
        fingerprint: printOf(child),
        expires: new Date(NOW + 24 * 3_600_000).toISOString().replace('.000', ''),
        replayed: false,
      },
    ]);
    for (const at of [other, gateway]) {
      for (const macaroon of [child, ...made]) expect(await outcome(at, macaroon)).toEqual(REVOKED);
      for (const macaroon of [twin, root]) expect(await outcome(at, macaroon)).toEqual(FINE);
      // Made after it was revoked, and never seen before.
      expect(await outcome(at, delegate(madeFrom(child, 3), 'late', '1'))).toEqual(REVOKED);
    }
    expect(await leafBalance(gateway, child)).toMatchObject({ standing: 'open' });
  });

  it('one more is met by a gateway that knows of the first', async () => {
    await operate(gateway, 'revoke', { macaroon: child });
    expect(await outcome(other, twin)).toEqual(FINE);
    await operate(gateway, 'revoke', { macaroon: twin });
    for (const at of [other, gateway]) {
      expect(await outcome(at, twin)).toEqual(REVOKED);
      expect(await outcome(at, child)).toEqual(REVOKED);
      expect(await outcome(at, root)).toEqual(FINE);
    }
  });

  it('every route that would spend, set aside or end a hold answers 403, with the account', async () => {
    const post = (path: string, body: string, key: Record<string, string> = {}) =>
      other.app.request(`/bursar/v1/${path}`, {
        method: 'POST',
        headers: { ...bearer(child), ...key },
        body,
      });
    const key = { 'idempotency-key': 'k-1' };
    const reserve = () => post('reservations', '{"tool":"web_search"}', key);
    const { reservation } = (await (await reserve()).json()) as { reservation: string };
    await operate(gateway, 'revoke', { macaroon: root });
    other.upstream.seen.length = 0;
    const responses = [
      await chat(other, child),
      await other.app.request('/tools/web_search/q', { headers: bearer(child) }),
      await other.app.request('/v1/responses/resp_1', { headers: bearer(child) }),
      await post('activate', ''),
      await reserve(),
      await post('reservations', '{"tool":"web_search"}'),
      await post(`reservations/${reservation}/settle`, '{}'),
      await post(`reservations/${reservation}/release`, ''),
      await post(`reservations/${reservation}/extend`, '{}'),
    ];
    for (const response of responses) {
      expect([response.status, (await errorOf(response)).error.code]).toEqual(REVOKED);
      expect(response.headers.get('x-bursar-account')).toMatch(/\/scraper-1$/);
    }
    expect([other.upstream.seen, other.tool.seen]).toEqual([[], []]);
    expect(other.denied.at(-1)?.cause).toBe('macaroon_revoked');
  });

  it('what it dispatched before is settled, and charged', async () => {
    gateway.upstream.answer = async () => {
      await operate(gateway, 'revoke', { macaroon: child });
      return { status: 200, body: '{}' };
    };
    expect(await outcome(gateway, child)).toEqual(FINE);
    expect(await leafBalance(gateway, child)).toMatchObject({
      spent: { credits: 1, calls: 1 },
      held: { credits: 0, calls: 0 },
    });
  });

  it('is named by its fingerprint alone, with its root; again changes nothing', async () => {
    const account = await accountOf(gateway, root);
    const named = { account, fingerprint: printOf(child) };
    const first = await operate(gateway, 'revoke', named);
    expect(first.body).toMatchObject({ ...named, replayed: false });
    const again = await operate(other, 'revoke', { macaroon: child });
    expect(again.body).toMatchObject({ ...named, replayed: true });
    expect(await outcome(other, child)).toEqual(REVOKED);
  });

  it('its signature is nowhere: not in the answer, the log or the journal', async () => {
    const { body } = await operate(gateway, 'revoke', { macaroon: child });
    await outcome(gateway, child);
    const { signature } = decodeMacaroon(child);
    const { entries } = await gateway.ledger.journal({ tenant: 'main', after: 0, max: 99 });
    const said = JSON.stringify([body, gateway.lines, entries]);
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      expect(said).not.toContain(Buffer.from(signature).toString(form));
    }
    expect(said).not.toContain(child);
    expect(said).toContain(printOf(child));
  });

  it('a root without one takes no second trip to the ledger, and the others one, once', async () => {
    let asked = 0;
    const reserve = gateway.ledger.reserve.bind(gateway.ledger);
    gateway.ledger.reserve = (request) => {
      asked++;
      return reserve(request);
    };
    await operate(gateway, 'revoke', { macaroon: child });
    const elsewhere = await gateway.mint('10');
    for (const macaroon of [elsewhere, twin, twin, elsewhere, root])
      await outcome(gateway, macaroon);
    expect(asked).toBe(6);
    // Known by then, it is refused without asking.
    await outcome(gateway, child);
    expect(asked).toBe(6);
  });
});

describe('to revoke a macaroon', () => {
  it.each([
    ['no macaroon', { macaroon: 'AgEL' }, 400, 'macaroon'],
    ['both', { macaroon: 'AgEL', account: 'main/x' }, 400, 'macaroon'],
    ['nothing', {}, 400, 'account'],
    ['no root', { fingerprint: 'a'.repeat(32) }, 400, 'account'],
    ['an expiry alone', { account: `main/${'0'.repeat(32)}`, expires: 'x' }, 400, 'fingerprint'],
  ])('%s is named', async (_what, body, status, param) => {
    const answer = await operate(gateway, 'revoke', body as Record<string, string>);
    expect([answer.status, answer.body['error']]).toMatchObject([status, { param }]);
  });

  it('a root that is not known, and one that has expired, are told', async () => {
    const unknown = { account: `main/${'0'.repeat(32)}`, fingerprint: 'a'.repeat(32) };
    expect((await operate(gateway, 'revoke', unknown)).body).toMatchObject({
      error: { code: 'account_unknown' },
    });
    const account = await accountOf(gateway, root);
    const over = { account, fingerprint: 'a'.repeat(32), expires: '2020-01-01T00:00:00Z' };
    expect((await operate(gateway, 'revoke', over)).body).toMatchObject({
      error: { code: 'macaroon_expired' },
    });
    for (const wrong of [
      { account, fingerprint: 'A' },
      { account: `${account}/a`, fingerprint: 'a'.repeat(32) },
    ]) {
      expect((await operate(gateway, 'revoke', wrong)).status).toBe(400);
    }
  });
});
