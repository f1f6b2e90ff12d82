import { describe, expect, it } from 'vitest';
import { keyedReservationId } from '../../../gateway/reservations/idempotency.js';
import { MAX_TTL_MS } from '../../../src/ledger/contract.js';
import { chat, delegate, errorOf, gatewayUnderTest, NOW } from '../harness.js';
import {
  changesNothing,
  keyed,
  NOTHING,
  post,
  reserved,
  spentAndHeld,
  withHold,
} from './asking.js';

const OPERATIONS = ['settle', 'release', 'extend'] as const;

describe('settling a reservation', () => {
  it('charges what it cost, and gives back the rest', async () => {
    const { gateway, macaroon, hold } = await withHold('100', { credits: 20 });
    const { reservation, account } = hold;
    const response = await post(gateway, macaroon, `/${reservation}/settle`, { credits: '3.25' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      reservation,
      account,
      status: 'settled',
      charged: { credits: 3.25, calls: 1 },
    });
    expect(response.headers.get('x-bursar-cost')).toBe('3.25 credits');
    expect(await spentAndHeld(gateway, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 3.25, calls: 1 },
      held: NOTHING,
    });
  });

  it.each([['{}'], ['']])('with a body of %j charges what was held', async (body) => {
    const { gateway, macaroon, hold } = await withHold();
    await post(gateway, macaroon, `/${hold.reservation}/settle`, body);
    expect((await spentAndHeld(gateway, macaroon)).spent).toMatchObject({ credits: 5, calls: 1 });
  });

  it('again is the same answer, and with another cost it is over', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const path = `/${hold.reservation}/settle`;
    const first = await (await post(gateway, macaroon, path, { credits: 4 })).text();
    const again = await post(gateway, macaroon, path, { credits: '4.0' });
    expect([again.status, await again.text()]).toEqual([200, first]);
    const other = await changesNothing(gateway, macaroon, () =>
      post(gateway, macaroon, path, { credits: 3 }),
    );
    expect(other).toMatchObject({ status: 409, code: 'reservation_resolved' });
    expect((await spentAndHeld(gateway, macaroon)).spent).toMatchObject({ credits: 4 });
  });

  it.each([
    ['more credits than are held', { credits: '5.000001' }, 422, 'above_hold', null],
    ['a unit that is not held', { usd: '0.000001' }, 422, 'above_hold', null],
    ['more calls than are held', { credits: 5, calls: 2 }, 422, 'above_hold', null],
    ['a negative cost', { credits: -1 }, 400, 'invalid_request', 'credits'],
    ['NaN', { credits: 'NaN' }, 400, 'invalid_request', 'credits'],
    ['a fraction of a micro-unit', { credits: '1.0000001' }, 400, 'invalid_request', 'credits'],
    ['2^53', { credits: '9007199254.740992' }, 400, 'invalid_request', 'credits'],
    ['an unknown unit', { euros: 1 }, 400, 'invalid_request', 'euros'],
    ['what is no cost', { tool: 'web_search' }, 400, 'invalid_request', 'tool'],
  ])('with %s is refused, and the hold stays', async (_what, cost, status, code, param) => {
    const { gateway, macaroon, hold } = await withHold();
    const path = `/${hold.reservation}/settle`;
    const refused = await changesNothing(gateway, macaroon, () =>
      post(gateway, macaroon, path, cost),
    );
    expect(refused).toMatchObject({ status, code, param });
    expect((await post(gateway, macaroon, path, { credits: 5 })).status).toBe(200);
  });

  it('after the deadline corrects, once, what was presumed spent', async () => {
    const { gateway, macaroon, hold } = await withHold();
    gateway.clock.nowMs += 600_000;
    await gateway.ledger.sweep('main', 10);
    expect((await spentAndHeld(gateway, macaroon)).spent).toMatchObject({ credits: 5 });
    const path = `/${hold.reservation}/settle`;
    expect((await post(gateway, macaroon, path, { credits: 2 })).status).toBe(200);
    expect((await spentAndHeld(gateway, macaroon)).spent).toMatchObject({ credits: 2 });
    expect((await post(gateway, macaroon, path, { credits: 1 })).status).toBe(409);
  });
});

describe('releasing a reservation', () => {
  it('gives all of it back, and again is the same answer', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const { reservation, account } = hold;
    for (const _time of ['first', 'again']) {
      const response = await post(gateway, macaroon, `/${reservation}/release`);
      expect([response.status, await response.json()]).toEqual([
        200,
        { reservation, account, status: 'released', charged: NOTHING },
      ]);
    }
    expect(await spentAndHeld(gateway, macaroon)).toEqual({ spent: NOTHING, held: NOTHING });
  });

  it('is refused after it was settled, and past its deadline', async () => {
    const { gateway, macaroon, hold } = await withHold();
    await post(gateway, macaroon, `/${hold.reservation}/settle`);
    const late = await reserved(gateway, macaroon, { tool: 'web_search', ttl: '1s' });
    gateway.clock.nowMs += 1_000;
    for (const { reservation } of [hold, late]) {
      const refused = await changesNothing(gateway, macaroon, () =>
        post(gateway, macaroon, `/${reservation}/release`),
      );
      expect(refused).toMatchObject({ status: 409, code: 'reservation_resolved' });
    }
  });

  it('takes no body that says something', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const refused = await changesNothing(gateway, macaroon, () =>
      post(gateway, macaroon, `/${hold.reservation}/release`, { credits: 1 }),
    );
    expect(refused).toMatchObject({ status: 400, code: 'invalid_request', param: 'credits' });
  });
});

describe('extending a reservation', () => {
  it('moves its deadline on, never back, and to a day after it was made at the most', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const extend = async (ttl: string) => {
      const response = await post(gateway, macaroon, `/${hold.reservation}/extend`, { ttl });
      expect(response.status).toBe(200);
      return ((await response.json()) as { deadline: string }).deadline;
    };
    expect(await extend('15m')).toBe(new Date(NOW + 900_000).toISOString());
    expect(await extend('1s')).toBe(new Date(NOW + 900_000).toISOString());
    gateway.clock.nowMs += 60_000;
    expect(await extend('24h')).toBe(new Date(NOW + MAX_TTL_MS).toISOString());
  });

  it('without a time adds the one that the gateway is configured with', async () => {
    const { gateway, macaroon, hold } = await withHold();
    gateway.clock.nowMs += 1_000;
    const response = await post(gateway, macaroon, `/${hold.reservation}/extend`, '');
    expect(await response.json()).toMatchObject({
      deadline: new Date(NOW + 601_000).toISOString(),
    });
  });

  it.each([['0s'], ['999ms'], ['25h'], ['-1s'], ['1e3s'], ['soon'], [60]])(
    'by %j is refused',
    async (ttl) => {
      const { gateway, macaroon, hold } = await withHold();
      const path = `/${hold.reservation}/extend`;
      const response = await post(gateway, macaroon, path, { ttl });
      expect([response.status, (await errorOf(response)).error]).toEqual([
        400,
        expect.objectContaining({ code: 'invalid_request', param: 'ttl' }),
      ]);
    },
  );

  it('is refused once it is over', async () => {
    const { gateway, macaroon, hold } = await withHold();
    await post(gateway, macaroon, `/${hold.reservation}/settle`);
    const response = await post(gateway, macaroon, `/${hold.reservation}/extend`);
    expect(response.status).toBe(409);
  });
});

describe('while an account is paused', () => {
  it('nothing is reserved or extended, and what is open can be ended', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const other = await reserved(gateway, macaroon, { model: 'gpt-4o' });
    await gateway.ledger.control({ account: hold.account, action: 'pause', actor: 'a test' });
    for (const path of ['', `/${hold.reservation}/extend`]) {
      const body = path === '' ? { tool: 'web_search' } : {};
      const refused = await changesNothing(gateway, macaroon, () =>
        post(gateway, macaroon, path, body),
      );
      expect(refused).toMatchObject({ status: 403, code: 'account_paused' });
    }
    expect((await post(gateway, macaroon, `/${hold.reservation}/settle`)).status).toBe(200);
    expect((await post(gateway, macaroon, `/${other.reservation}/release`)).status).toBe(200);
    expect(await spentAndHeld(gateway, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 5, calls: 1 },
      held: NOTHING,
    });
  });
});

describe.each([
  ['revoke', 'account_revoked'],
  ['close', 'account_closed'],
] as const)('after a %s', (action, code) => {
  it('nothing is reserved; what was open is presumed spent, and settled once', async () => {
    const { gateway, macaroon, hold } = await withHold();
    const other = await reserved(gateway, macaroon, { model: 'gpt-4o' });
    await gateway.ledger.control({ account: hold.account, action, actor: 'a test' });
    const tries: [path: string, status: number, code: string][] = [
      ['', 403, code],
      [`/${hold.reservation}/extend`, 409, 'reservation_resolved'],
      [`/${other.reservation}/release`, 409, 'reservation_resolved'],
    ];
    for (const [path, status, expected] of tries) {
      const body = path === '' ? { tool: 'web_search' } : {};
      const refused = await changesNothing(gateway, macaroon, () =>
        post(gateway, macaroon, path, body),
      );
      expect(refused).toMatchObject({ status, code: expected });
    }
    const settled = await post(gateway, macaroon, `/${hold.reservation}/settle`, { credits: 2 });
    expect(settled.status).toBe(200);
    expect(await spentAndHeld(gateway, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 17, calls: 2 },
      held: NOTHING,
    });
  });
});

describe.each(OPERATIONS)('to %s', (operation) => {
  /** Refused in one way, whatever the reason: byte for byte. */
  async function isUnknown(
    gateway: ReturnType<typeof gatewayUnderTest>,
    macaroon: string,
    reservation: string,
  ): Promise<void> {
    const response = await post(gateway, macaroon, `/${reservation}/${operation}`);
    const never = reservation.replace(/[0-9a-f]{32}$/, '0'.repeat(32));
    const unknown = await post(gateway, macaroon, `/${never}/${operation}`);
    expect(response.status).toBe(404);
    const body = await response.text();
    expect(body).toBe(await unknown.text());
    expect(body).toContain('"reservation_unknown"');
    expect(body).not.toContain('released');
  }

  it("another account's reservation is as unknown as one that never was", async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('100');
    const child = delegate(root, 'a', '50');
    const { reservation } = await reserved(gateway, child, { tool: 'web_search' });
    // The parent, a sibling, a grandchild, and another tree altogether.
    const strangers = [root, delegate(root, 'b', '50'), delegate(child, 'c', '5')];
    for (const stranger of [...strangers, await gateway.mint('100')]) {
      await isUnknown(gateway, stranger, reservation);
    }
    expect((await spentAndHeld(gateway, root)).held).toMatchObject({ credits: 5 });
    expect((await post(gateway, child, `/${reservation}/${operation}`)).status).toBe(200);
  });

  it("the gateway's own hold is as unknown, before and after it ended", async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint('100');
    const holds: string[] = [];
    const { reserve } = gateway.ledger;
    gateway.ledger.reserve = (request) => {
      holds.push(request.reservation);
      return reserve.call(gateway.ledger, request);
    };
    let whileOpen = 0;
    gateway.upstream.answer = async () => {
      await isUnknown(gateway, macaroon, holds[0] ?? '');
      whileOpen += 1;
      return { status: 200, body: '{}' };
    };
    const response = await chat(gateway, macaroon, 'gpt-4o');
    expect([response.status, whileOpen]).toEqual([200, 1]);
    expect(response.headers.get('x-bursar-reservation')).toBe(holds[0]);
    await isUnknown(gateway, macaroon, holds[0] ?? '');
    expect(await spentAndHeld(gateway, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 15, calls: 1 },
      held: NOTHING,
    });
  });

  it.each(['x', 'r1.main.0.0', '__proto__', '%2e%2e', 'r1.main.'.padEnd(5_000, '0')])(
    'what is no id (%#) is unknown',
    async (reservation) => {
      const gateway = gatewayUnderTest();
      const response = await post(gateway, await gateway.mint(), `/${reservation}/${operation}`);
      expect(response.status).toBe(404);
    },
  );

  it('leaves no mark of an id that was never reserved', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const [{ account } = { account: '' }] = (await gateway.ledger.roots(1)).map(
      ({ state }) => state,
    );
    const reservation = keyedReservationId(account, 'later');
    await isUnknown(gateway, macaroon, reservation);
    // A root that never was is not a ledger that has lost one.
    await isUnknown(gateway, macaroon, `r1.main.${'0'.repeat(32)}.${'1'.repeat(32)}`);
    const made = await reserved(gateway, macaroon, { tool: 'web_search' }, keyed('later'));
    expect(made.reservation).toBe(reservation);
  });
});
