import { describe, expect, it } from 'vitest';
import {
  AmountError,
  BudgetExhausted,
  type ClientOptions,
  createReservationClient,
  type Fetch,
  NothingSpent,
  NotSettled,
  Refused,
  ReservationResolved,
  Unavailable,
} from '../../src/client/index.js';
import { LedgerUnavailable } from '../../src/ledger/contract.js';
import { formatMicros } from '../../src/money/micros.js';
import { delegate, type GatewayUnderTest, gatewayUnderTest, NOW } from '../gateway/harness.js';
import { NOTHING, spentAndHeld } from '../gateway/reservations/asking.js';
import { fc } from '../support/property.js';

const gateway = 'http://gateway.test';

/** A client of a gateway inside the test. It waits for nothing between its tries. */
async function connected(budget: string | string[] = '100', more: Partial<ClientOptions> = {}) {
  const under = gatewayUnderTest();
  const macaroon = await under.mint(budget);
  const waits: number[] = [];
  const client = createReservationClient({
    gateway,
    macaroon,
    fetch: fetchFrom(under),
    wait: async (ms) => {
      waits.push(ms);
    },
    ...more,
  });
  return { under, macaroon, client, waits };
}

function fetchFrom({ app }: Pick<GatewayUnderTest, 'app'>): Fetch {
  return async (url, init) => app.request(url, init);
}

/** A gateway that answers from a list, and remembers what it was sent. */
function scripted(answers: readonly (Error | readonly [status: number, body: string])[]) {
  const sent: Parameters<Fetch>[] = [];
  const fetch: Fetch = async (...request) => {
    const answer = answers[sent.length] ?? new Error('nobody there');
    sent.push(request);
    if (answer instanceof Error) throw answer;
    const [status, body] = answer;
    return { status, text: async () => body };
  };
  const wait = async () => undefined;
  const client = createReservationClient({ gateway, macaroon: 'm', fetch, wait });
  return { client, sent };
}

const HELD =
  '{"reservation":"r","account":"a","held":{"credits":5},"deadline":"2026-06-01T12:00:00.000Z"}';

describe('the client', () => {
  it('reserves, extends, and settles below the hold', async () => {
    const { client, under, macaroon } = await connected(['100', '5usd']);
    const ask = { tool: 'web_search', credits: '7.25', usd: '0.1', ttl: '5m', tags: { task: '1' } };
    const hold = await client.reserve(ask);
    expect(hold).toEqual({
      reservation: expect.stringMatching(/^r1\.main\./),
      account: expect.stringMatching(/^main\//),
      held: { credits: '7.25', usd: '0.1', calls: '1' },
      deadline: new Date(NOW + 300_000),
    });
    expect(await client.extend(hold.reservation, '10m')).toEqual(new Date(NOW + 600_000));
    expect(await client.settle(hold.reservation, { credits: 6, usd: '0.05' })).toEqual({
      reservation: hold.reservation,
      charged: { credits: '6', usd: '0.05', calls: '1' },
    });
    expect(await spentAndHeld(under, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 6, usd: 0.05, calls: 1 },
      held: NOTHING,
    });
  });

  it('releases', async () => {
    const { client, under, macaroon } = await connected();
    const { reservation } = await client.reserve({ model: 'gpt-4o' });
    await client.release(reservation);
    await client.release(reservation);
    expect(await spentAndHeld(under, macaroon)).toEqual({ spent: NOTHING, held: NOTHING });
    await expect(client.settle(reservation)).rejects.toThrow(ReservationResolved);
  });

  it('says how much is left where a budget is exhausted', async () => {
    const under = gatewayUnderTest();
    const macaroon = delegate(await under.mint('100'), 'scraper-1', '20.5');
    const client = createReservationClient({ gateway, macaroon, fetch: fetchFrom(under) });
    const { account } = await client.reserve({ tool: 'web_search' });
    const refused = await client.reserve({ tool: 'web_search', credits: 16 }).catch((e) => e);
    expect(refused).toBeInstanceOf(BudgetExhausted);
    expect(refused).toMatchObject({
      status: 402,
      code: 'budget_exhausted',
      account,
      unit: 'credits',
      remaining: '15.5',
      held: '5',
      required: '16',
      resetsAt: undefined,
    });
  });

  it('says when to come again where a window will help', async () => {
    const { client } = await connected('10credits/hour');
    await client.reserve({ tool: 'web_search' });
    await expect(client.reserve({ tool: 'web_search', credits: 6 })).rejects.toMatchObject({
      remaining: '5',
      resetsAt: new Date(NOW + 3_600_000),
    });
  });

  it('tells what else was refused by its code', async () => {
    const { client } = await connected();
    await expect(client.reserve({ tool: 'nobody' })).rejects.toMatchObject({
      name: 'Refused',
      status: 422,
      code: 'price_unknown',
    });
    await expect(client.settle('../../healthz')).rejects.toMatchObject({
      code: 'reservation_unknown',
    });
    const { reservation } = await client.reserve({ tool: 'web_search' });
    await expect(client.settle(reservation, { credits: 6 })).rejects.toMatchObject({
      code: 'above_hold',
    });
    await expect(client.reserve({ tool: 'x'.repeat(300) })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'tool',
    });
  });

  it('law: an amount arrives to the last micro-unit, and comes back so', async () => {
    const { client } = await connected('9007199254.740991');
    const micros = fc.oneof(
      fc.integer({ min: 5_000_000, max: Number.MAX_SAFE_INTEGER - 1 }),
      // A counter that reaches the last one is full for good.
      fc.integer({ min: 1, max: 1_000 }).map((less) => Number.MAX_SAFE_INTEGER - less),
    );
    await fc.assert(
      fc.asyncProperty(micros, async (amount) => {
        const credits = formatMicros(amount);
        const { held, reservation } = await client.reserve({ tool: 'web_search', credits });
        await client.release(reservation);
        expect(held.credits).toBe(credits);
      }),
    );
  });

  it.each([0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -1, '1e3', '0.0000001', ''])(
    'sends no amount %j',
    async (credits) => {
      const { client, sent } = scripted([]);
      const reserving = client.reserve({ tool: 'web_search', credits });
      await expect(reserving).rejects.toSatisfy(
        (error) => error instanceof TypeError || error instanceof AmountError,
      );
      expect(sent).toEqual([]);
    },
  );
});

describe('a client that gets no decision', () => {
  it('sends the same again, with the same key, until somebody decides', async () => {
    const { client, sent } = scripted([
      new Error('reset'),
      [503, '{"error":{"message":"down","code":"ledger_unavailable"}}'],
      [409, '{"error":{"message":"busy","code":"idempotency_in_flight"}}'],
      [201, HELD],
    ]);
    await client.reserve({ tool: 'web_search' });
    const keys = sent.map(([, { headers }]) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toEqual(Array(4).fill(expect.stringMatching(/^[0-9a-f]{32}$/)));
    expect(new Set(sent.map(([, { body }]) => body)).size).toBe(1);
    await client.reserve({ tool: 'web_search' }).catch(() => undefined);
    expect(sent.at(-1)?.[1].headers['idempotency-key']).not.toBe(keys[0]);
  });

  it('finds the hold whose answer was lost, and holds nothing twice', async () => {
    const under = gatewayUnderTest();
    const macaroon = await under.mint();
    const waits: number[] = [];
    let lost = 2;
    const client = createReservationClient({
      gateway,
      macaroon,
      fetch: async (url, init) => {
        const response = await under.app.request(url, init);
        if (lost-- > 0) throw new TypeError('fetch failed');
        return response;
      },
      wait: async (ms) => {
        waits.push(ms);
      },
    });
    await client.reserve({ tool: 'web_search' });
    expect((await spentAndHeld(under, macaroon)).held).toMatchObject({ credits: 5, calls: 1 });
    expect(waits).toEqual([200, 400]);
  });

  it.each([
    [[502, '<html>bad gateway</html>'] as const, 'HTTP 502'],
    [[200, 'hello'] as const, 'HTTP 200'],
    [[500, '{"error":{"message":"oops","code":"internal_error"}}'] as const, 'oops'],
    [new TypeError('fetch failed'), 'fetch failed'],
  ])('gives up after its tries, and says what it knows (%#)', async (answer, message) => {
    const { client, sent } = scripted(Array(9).fill(answer));
    const failed = await client
      .reserve({ tool: 'a' }, { idempotencyKey: 'job-42' })
      .catch((error) => error);
    expect(failed).toBeInstanceOf(Unavailable);
    expect(failed).toMatchObject({
      idempotencyKey: 'job-42',
      message: expect.stringContaining(message),
    });
    expect(sent).toHaveLength(4);
  });

  it('stops at once when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    let sent = 0;
    const { client, waits } = await connected('100', {
      fetch: (_url, { signal }) => {
        sent += 1;
        const aborted = new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
        stop.abort(reason);
        return aborted;
      },
    });
    const reserving = client.reserve({ tool: 'a' }, { signal: stop.signal });
    await expect(reserving).rejects.toBe(reason);
    expect([sent, waits]).toEqual([1, []]);
  });

  it('gives a try that takes too long up, and makes another', async () => {
    let tries = 0;
    const { client } = await connected('100', {
      timeoutMs: 5,
      fetch: async (_url, { signal }) => {
        tries += 1;
        if (tries === 3) return { status: 201, text: async () => HELD };
        return new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    expect(await client.reserve({ tool: 'a' })).toMatchObject({ reservation: 'r' });
  });

  it('sends the macaroon to no other place', async () => {
    const { client, sent } = scripted([[201, HELD]]);
    await client.reserve({ tool: 'a' });
    expect(sent).toMatchObject([
      [`${gateway}/bursar/v1/reservations`, { redirect: 'error', method: 'POST' }],
    ]);
  });
});

describe('spend', () => {
  it('charges what the work cost, and answers what it made', async () => {
    const { client, under, macaroon } = await connected();
    const spent = await client.spend({ tool: 'web_search', credits: 20 }, async ({ held }) => {
      expect((await spentAndHeld(under, macaroon)).held).toMatchObject({ credits: 20 });
      return { value: `found with ${held.credits}`, cost: { credits: '12.5' } };
    });
    expect(spent).toMatchObject({ value: 'found with 20', charged: { credits: '12.5' } });
    expect(await spentAndHeld(under, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 12.5, calls: 1 },
      held: NOTHING,
    });
  });

  it('does no work where nothing could be held', async () => {
    const { client } = await connected('4');
    let worked = false;
    const spending = client.spend({ tool: 'web_search' }, async () => {
      worked = true;
      return { value: 1 };
    });
    await expect(spending).rejects.toThrow(BudgetExhausted);
    expect(worked).toBe(false);
  });

  it.each([
    ['threw', () => Promise.reject(new Error('broken'))],
    [
      'threw before it began',
      () => {
        throw new Error('broken');
      },
    ],
  ])('charges all of the hold for work that %s, since nobody knows', async (_how, work) => {
    const { client, under, macaroon } = await connected();
    await expect(client.spend({ tool: 'web_search' }, work)).rejects.toThrow('broken');
    expect(await spentAndHeld(under, macaroon)).toEqual({
      spent: { ...NOTHING, credits: 5, calls: 1 },
      held: NOTHING,
    });
  });

  it('gives the hold back for work that says that it spent nothing', async () => {
    const { client, under, macaroon } = await connected();
    const error = new NothingSpent('the supplier is closed');
    const work = () => Promise.reject(error);
    await expect(client.spend({ tool: 'web_search' }, work)).rejects.toBe(error);
    expect(await spentAndHeld(under, macaroon)).toEqual({ spent: NOTHING, held: NOTHING });
  });

  it('keeps what the work made where it could not be charged', async () => {
    const { client, under, macaroon } = await connected();
    under.ledger.settle = () => Promise.reject(new LedgerUnavailable('deadline', 'no answer'));
    const failed = await client
      .spend({ tool: 'web_search' }, async () => ({ value: 'a picture', cost: { credits: 1 } }))
      .catch((error) => error);
    expect(failed).toBeInstanceOf(NotSettled);
    expect(failed.cause).toBeInstanceOf(Unavailable);
    expect(failed).toMatchObject({ value: 'a picture', reservation: failed.cause.reservation });
    expect((await spentAndHeld(under, macaroon)).held).toMatchObject({ credits: 5 });
  });

  it('settles a cost above the hold as refused, never as cut', async () => {
    const { client, under, macaroon } = await connected();
    const failed = await client
      .spend({ tool: 'web_search' }, async () => ({ value: 1, cost: { credits: 9 } }))
      .catch((error) => error);
    expect(failed).toBeInstanceOf(NotSettled);
    expect(failed.cause).toBeInstanceOf(Refused);
    expect(failed.cause).toMatchObject({ code: 'above_hold' });
    expect((await spentAndHeld(under, macaroon)).held).toMatchObject({ credits: 5 });
  });
});
