import { describe, expect, it } from 'vitest';
import { fingerprintOf, keyedReservationId } from '../../../gateway/reservations/idempotency.js';
import { readReserveBody } from '../../../gateway/reservations/read.js';
import { composeCaveats } from '../../../src/caveats/compose.js';
import { LedgerUnavailable } from '../../../src/ledger/contract.js';
import { attenuate } from '../../../src/macaroon/index.js';
import { deferred } from '../../support/deferred.js';
import { fc } from '../../support/property.js';
import { delegate, errorOf, gatewayUnderTest, modelLedger } from '../harness.js';
import { changesNothing, keyed, NOTHING, post, reserved, spentAndHeld } from './asking.js';

const search = { tool: 'web_search', credits: 7 };

async function outcomeOf(response: Response) {
  const { error, reservation } = (await response.json()) as {
    error?: { code: string };
    reservation?: string;
  };
  return { status: response.status, code: error?.code, reservation };
}

describe('an Idempotency-Key', () => {
  it('with the same body has the same answer, and there is one hold', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const first = await post(gateway, macaroon, '', search, keyed('job-42'));
    const text = await first.text();
    gateway.clock.nowMs += 60_000;
    // The same, in another spelling.
    const body = '{ "credits": "7.0", "tool": "web_search" }';
    const again = await post(gateway, macaroon, '', body, keyed('job-42'));
    expect([again.status, await again.text()]).toEqual([201, text]);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([
      null,
      'true',
    ]);
    expect((await spentAndHeld(gateway, macaroon)).held).toMatchObject({ credits: 7, calls: 1 });
  });

  it.each([
    ['another name', { tool: 'gpt-4o', credits: 7 }],
    ['another kind', { model: 'web_search', credits: 7 }],
    ['another amount', { tool: 'web_search', credits: 8 }],
    ['an amount that is left out', { tool: 'web_search' }],
    ['another time', { ...search, ttl: '5m' }],
    ['tags', { ...search, tags: { task: '1' } }],
    ['no tags at all', { ...search, tags: {} }],
  ])('with another body (%s) is refused, and names the reservation', async (_what, body) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reservation } = await reserved(gateway, macaroon, search, keyed('k'));
    const refused = await changesNothing(gateway, macaroon, async () => {
      const response = await post(gateway, macaroon, '', body, keyed('k'));
      expect(response.headers.get('x-bursar-reservation')).toBe(reservation);
      return response;
    });
    expect(refused).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    // Also once it is over.
    await post(gateway, macaroon, `/${reservation}/settle`);
    const later = await post(gateway, macaroon, '', body, keyed('k'));
    expect(await outcomeOf(later)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it.each([
    ['settled', (path: string) => `${path}/settle`],
    ['released', (path: string) => `${path}/release`],
  ])('of a reservation that was %s holds nothing again, and says so', async (_how, end) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reservation } = await reserved(gateway, macaroon, search, keyed('k'));
    await post(gateway, macaroon, end(`/${reservation}`));
    const before = await spentAndHeld(gateway, macaroon);
    const again = await post(gateway, macaroon, '', search, keyed('k'));
    expect(await outcomeOf(again)).toEqual({
      status: 409,
      code: 'reservation_resolved',
      reservation,
    });
    expect(await spentAndHeld(gateway, macaroon)).toEqual(before);
  });

  it('of a reservation past its deadline holds nothing again', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reservation } = await reserved(gateway, macaroon, search, keyed('k'));
    gateway.clock.nowMs += 600_000;
    const again = await post(gateway, macaroon, '', search, keyed('k'));
    expect(await outcomeOf(again)).toEqual({
      status: 409,
      code: 'reservation_resolved',
      reservation,
    });
  });

  it('at a price that has changed since is refused, since the answer would be another', async () => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reservation } = await reserved(gateway, macaroon, { tool: 'web_search' }, keyed('k'));
    const dearer = attenuate(macaroon, composeCaveats({ tools: 'web_search:9' }));
    const again = await post(gateway, dearer, '', { tool: 'web_search' }, keyed('k'));
    expect(await outcomeOf(again)).toEqual({
      status: 422,
      code: 'idempotency_key_reused',
      reservation,
    });
  });

  it("is the account's own: the same key of another account is another reservation", async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint();
    const macaroons = [
      root,
      delegate(root, 'a', '50'),
      delegate(root, 'b', '50'),
      await gateway.mint(),
    ];
    const ids = new Set<string>();
    for (const macaroon of macaroons) {
      ids.add((await reserved(gateway, macaroon, search, keyed('k'))).reservation);
    }
    expect(ids.size).toBe(macaroons.length);
    // Another macaroon of the same account is the same caller.
    const narrowed = attenuate(root, composeCaveats({ limits: [], tools: 'web_search' }));
    expect(ids).toContain((await reserved(gateway, narrowed, search, keyed('k'))).reservation);
  });

  it('finds the same hold at another gateway', async () => {
    const one = gatewayUnderTest();
    const { ledger } = one;
    const other = gatewayUnderTest({ ledger, keyRing: one.deps.keyRing });
    const macaroon = await one.mint();
    const ask = { tool: 'web_search' };
    const both = await Promise.all([
      reserved(one, macaroon, ask, keyed('k')),
      reserved(other, macaroon, ask, keyed('k')),
    ]);
    expect(both[1]).toEqual(both[0]);
    expect((await spentAndHeld(one, macaroon)).held).toMatchObject({ credits: 5, calls: 1 });
  });

  it.each([
    ['nothing', ''],
    ['a space', 'a b'],
    ['a comma, as when it was sent twice', 'a, a'],
    ['129 characters', 'k'.repeat(129)],
    ['a letter beyond ASCII', 'é'],
  ])('with %s is refused', async (_what, key) => {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const refused = await changesNothing(gateway, macaroon, () =>
      post(gateway, macaroon, '', search, keyed(key)),
    );
    expect(refused).toMatchObject({
      status: 400,
      code: 'invalid_request',
      param: 'Idempotency-Key',
    });
  });
});

describe('two requests with one key at once', () => {
  it('the second is told so, and there is no second hold', async () => {
    const asked = deferred();
    const answer = deferred();
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reserve } = gateway.ledger;
    gateway.ledger.reserve = async (request) => {
      asked.resolve();
      await answer.promise;
      return reserve.call(gateway.ledger, request);
    };
    const first = reserved(gateway, macaroon, search, keyed('k'));
    await asked.promise;
    for (const body of [search, { tool: 'web_search' }]) {
      const second = await post(gateway, macaroon, '', body, keyed('k'));
      expect(await outcomeOf(second)).toMatchObject({ status: 409, code: 'idempotency_in_flight' });
    }
    answer.resolve();
    const { reservation } = await first;
    expect(await reserved(gateway, macaroon, search, keyed('k'))).toMatchObject({ reservation });
    expect((await spentAndHeld(gateway, macaroon)).held).toMatchObject({ credits: 7, calls: 1 });
  });
});

describe('a ledger that does not answer a reservation', () => {
  /** The hold is made, and its answer is lost on the way. */
  async function withLostAnswer() {
    const gateway = gatewayUnderTest();
    const macaroon = await gateway.mint();
    const { reserve } = gateway.ledger;
    let lose = true;
    gateway.ledger.reserve = async (request) => {
      const outcome = await reserve.call(gateway.ledger, request);
      if (!lose) return outcome;
      lose = false;
      throw new LedgerUnavailable('deadline', 'no answer in time');
    };
    return { gateway, macaroon };
  }

  it('leaves the hold where a key will find it, and names it', async () => {
    const { gateway, macaroon } = await withLostAnswer();
    const failed = await outcomeOf(await post(gateway, macaroon, '', search, keyed('k')));
    expect(failed).toMatchObject({ status: 503, code: 'ledger_unavailable' });
    const { reservation } = await reserved(gateway, macaroon, search, keyed('k'));
    expect(reservation).toBe(failed.reservation);
    expect((await spentAndHeld(gateway, macaroon)).held).toMatchObject({ credits: 7, calls: 1 });
  });

  it('has it released where nobody can ever know its id', async () => {
    const { gateway, macaroon } = await withLostAnswer();
    const failed = await outcomeOf(await post(gateway, macaroon, '', search));
    expect(failed).toEqual({ status: 503, code: 'ledger_unavailable', reservation: undefined });
    await gateway.resolver.drain(1_000);
    expect(await spentAndHeld(gateway, macaroon)).toEqual({ spent: NOTHING, held: NOTHING });
  });

  it.each(['settle', 'release', 'extend'] as const)('%s says so too', async (operation) => {
    const ledger = modelLedger(() => Date.UTC(2026, 5, 1, 12));
    const gateway = gatewayUnderTest({ ledger });
    const macaroon = await gateway.mint();
    const { reservation } = await reserved(gateway, macaroon, search);
    ledger[operation] = () => Promise.reject<never>(new LedgerUnavailable('deadline', 'no answer'));
    const response = await post(gateway, macaroon, `/${reservation}/${operation}`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect([response.status, await errorOf(response)]).toEqual([
      503,
      expect.objectContaining({
        error: expect.objectContaining({
          code: 'ledger_unavailable',
          message: expect.stringContaining('send it again'),
        }),
        reservation,
      }),
    ]);
  });
});

describe('what a key is made of', () => {
  const account = `main/${'0'.repeat(32)}`;
  const text = fc.string({ unit: 'binary-ascii', maxLength: 20 });

  it('law: accounts and keys that differ give ids that differ, of their own root', () => {
    const holder = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,6}$/);
    const pair = fc.tuple(fc.array(holder, { maxLength: 3 }), fc.stringMatching(/^[!-+\-~]{1,8}$/));
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        const [one, other] = [a, b].map(([holders, key]) =>
          keyedReservationId([account, ...holders].join('/'), key),
        );
        const same = a[0].join('/') === b[0].join('/') && a[1] === b[1];
        expect(one === other).toBe(same);
        expect(one).toMatch(/^r1\.main\.0{32}\.[0-9a-f]{32}$/);
      }),
    );
  });

  it('law: a fingerprint tells apart whatever a body asks for, and fits the ledger', () => {
    const micros = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
    const ask = fc.record({
      kind: fc.constantFrom('tool' as const, 'model' as const),
      name: fc.constantFrom('a', 'b'),
      asked: fc.record({ credits: micros, usd: micros, calls: micros }).map(withoutUndefined),
      ttlMs: fc.constantFrom(undefined, 1_000, 2_000),
      tags: fc.option(fc.dictionary(fc.constantFrom('x', 'y'), text, { maxKeys: 2 }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(ask, ask, (a, b) => {
        const [one, other] = [fingerprintOf(a), fingerprintOf(b)];
        expect(one === other).toBe(sorted(a) === sorted(b));
        expect(one.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('does not depend on how the body spells it', () => {
    const bodies = [
      '{"tool":"a","credits":5,"tags":{"x":"1","y":"2"}}',
      ' {"tags":{"y":"2","x":"1"},"credits":"5.00","tool":"\\u0061"} ',
    ];
    const [one, other] = bodies.map((body) => fingerprintOf(readReserveBody(Buffer.from(body))));
    expect(one).toBe(other);
  });
});

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
