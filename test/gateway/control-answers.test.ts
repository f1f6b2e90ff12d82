import { describe, expect, it } from 'vitest';
import {
  type ActivateOutcome,
  type ControlOutcome,
  type Ledger,
  LedgerUnavailable,
  type LimitState,
  type TopUpOutcome,
} from '../../src/ledger/contract.js';
import { bearer, errorOf, gatewayUnderTest, modelLedger, NOW, OPERATOR_KEY } from './harness.js';

/** A ledger that answers what it is told, so that every answer is seen on its way to the wire. */
function answering(answers: Partial<Ledger>) {
  const inner = modelLedger(() => NOW);
  const ledger = new Proxy(inner, {
    get(target, name: keyof Ledger) {
      if (name === 'shared') return target.shared;
      return answers[name] ?? (target[name] as (...args: unknown[]) => unknown).bind(target);
    },
  });
  return gatewayUnderTest({ ledger });
}

const account = `main/${'a'.repeat(32)}/scraper-1`;
const CONTROLS = ['pause', 'resume', 'revoke', 'close'] as const;

function post(
  { app }: ReturnType<typeof gatewayUnderTest>,
  route: string,
  body: unknown,
  key = OPERATOR_KEY,
) {
  return app.request(`/bursar/v1/${route}`, {
    method: 'POST',
    headers: bearer(key),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function refusal(response: Response | Promise<Response>) {
  const answered = await response;
  const { error, ...rest } = await errorOf(answered);
  return { status: answered.status, code: error.code, message: error.message, ...rest };
}

describe.each(CONTROLS)('POST /bursar/v1/%s', (action) => {
  it('hands on the account, the action and who asks, and answers what came of it', async () => {
    const asked: unknown[] = [];
    const gateway = answering({
      control: async (request) => {
        asked.push(request);
        return { status: 'done', replayed: false, before: 'open', after: 'paused' };
      },
    });
    const response = await post(gateway, action, { account });
    expect([response.status, await response.json()]).toEqual([
      200,
      { account, standing: 'paused', before: 'open', replayed: false },
    ]);
    expect(asked).toEqual([{ account, action, actor: 'operator' }]);
  });

  const outcomes: [ControlOutcome, number, string][] = [
    [{ status: 'refused', reason: 'root_unknown' }, 404, 'account_unknown'],
    [{ status: 'refused', reason: 'final', standing: 'revoked' }, 409, 'account_final'],
  ];
  it.each(outcomes)('%j is %d %s, and names the account', async (outcome, status, code) => {
    const gateway = answering({ control: async () => outcome });
    expect(await refusal(post(gateway, action, { account }))).toMatchObject({
      status,
      code,
      account,
    });
  });

  it('no answer from the ledger is 503', async () => {
    const control = () => Promise.reject(new LedgerUnavailable('deadline', 'no answer'));
    expect(await refusal(post(answering({ control }), action, { account }))).toMatchObject({
      status: 503,
      code: 'ledger_unavailable',
    });
  });

  it.each([
    ['no body', '', 'JSON'],
    ['no account', {}, 'account: '],
    ['an account that is no text', { account: 7 }, 'account: '],
    ['a holder for an account', { account: 'scraper-1' }, 'TENANT/ROOT'],
    ['an empty account', { account: '' }, 'TENANT/ROOT'],
    ['a beginning of an account', { account: 'main/aaaa' }, 'TENANT/ROOT'],
    ['a slash too many', { account: `${account}/` }, 'TENANT/ROOT'],
    ['a list', [account], 'object'],
    ['a member too many', { account, subtree: false }, 'subtree'],
    ['the account twice', `{"account":"${account}","account":"main/b"}`, 'twice'],
  ])('%s is refused, and says why', async (_what, body, says) => {
    const { status, code, message } = await refusal(post(gatewayUnderTest(), action, body));
    expect([status, code]).toEqual([400, 'invalid_request']);
    expect(message).toContain(says);
  });

  it('is for the operator alone', async () => {
    const control = () => Promise.reject(new Error('asked without a key'));
    const gateway = answering({ control });
    for (const key of ['', 'x', await gateway.mint()]) {
      expect(await refusal(post(gateway, action, { account }, key))).toMatchObject({
        status: 401,
        code: 'invalid_operator_key',
      });
    }
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s is no route', async (method) => {
    const { app } = gatewayUnderTest();
    const url = `/bursar/v1/${action}?account=${account}`;
    expect((await app.request(url, { method, headers: bearer(OPERATOR_KEY) })).status).toBe(404);
  });
});

describe('POST /bursar/v1/topup', () => {
  const id = '0123456789abcdef0123456789abcdef';
  const toppedUp = { credits: 700_000_000, usd: 1 };

  it.each([
    ['500 credits', 'credits', 500_000_000],
    ['500credits', 'credits', 500_000_000],
    ['500', 'credits', 500_000_000],
    ['0.000001usd', 'usd', 1],
    ['7 calls', 'calls', 7_000_000],
  ])('%s is %s, %d micro-units', async (amount, unit, micros) => {
    const asked: unknown[] = [];
    const gateway = answering({
      topUp: async (request) => {
        asked.push(request);
        return { status: 'topped_up', toppedUp, replayed: false };
      },
    });
    const response = await post(gateway, 'topup', { account, amount, id });
    expect([response.status, await response.text()]).toEqual([
      200,
      `{"account":"${account}","id":"${id}","toppedUp":{"credits":700,"usd":0.000001},"replayed":false}`,
    ]);
    expect(asked).toEqual([{ account, unit, micros, id, actor: 'operator' }]);
  });

  it('without an id is one of its own each time', async () => {
    const ids: string[] = [];
    const gateway = answering({
      topUp: async (request) => {
        ids.push(request.id);
        return { status: 'topped_up', toppedUp, replayed: false };
      },
    });
    for (let i = 0; i < 2; i += 1) {
      const response = await post(gateway, 'topup', { account, amount: '1' });
      expect(((await response.json()) as { id: string }).id).toBe(ids[i]);
    }
    expect(new Set(ids).size).toBe(2);
    for (const one of ids) expect(one).toMatch(/^[0-9a-f]{32}$/);
  });

  type Reason = Extract<TopUpOutcome, { status: 'refused' }>['reason'];
  const reasons: [Reason, number, string][] = [
    ['root_unknown', 404, 'account_unknown'],
    ['final', 409, 'account_final'],
    ['id_conflict', 409, 'id_conflict'],
    ['too_many_top_ups', 409, 'too_many_top_ups'],
    ['amount_overflow', 400, 'invalid_request'],
  ];
  it.each(reasons)('%s is %d %s, and names the account', async (reason, status, code) => {
    const topUp = async () => ({ status: 'refused', reason }) as TopUpOutcome;
    const body = { account, amount: '1', id };
    expect(await refusal(post(answering({ topUp }), 'topup', body))).toMatchObject({
      status,
      code,
      account,
    });
  });

  it.each([
    ['no amount', { account }, 'amount'],
    ['a number', { account, amount: 500 }, 'amount'],
    ['nothing', { account, amount: '0' }, 'more than 0'],
    ['less than nothing', { account, amount: '-5' }, '"-5"'],
    ['an exponent', { account, amount: '1e3' }, '1e3'],
    ['a window', { account, amount: '5usd/day' }, 'without a window'],
    ['another unit', { account, amount: '5eur' }, 'credits, usd, tokens, calls'],
    ['half a call', { account, amount: '0.5calls' }, 'whole number'],
    ['seven decimals', { account, amount: '0.0000001' }, 'six decimals'],
    ['2^53', { account, amount: '9007199254.740992' }, 'below'],
    ['an id in capitals', { account, amount: '1', id: id.toUpperCase() }, 'lowercase hex'],
    ['a short id', { account, amount: '1', id: 'abc' }, 'lowercase hex'],
    ['an actor', { account, amount: '1', actor: 'me' }, 'actor'],
  ])('%s is refused, and says why', async (_what, body, says) => {
    const topUp = () => Promise.reject(new Error('asked all the same'));
    const { status, code, message } = await refusal(post(answering({ topUp }), 'topup', body));
    expect([status, code]).toEqual([400, 'invalid_request']);
    expect(message).toContain(says);
  });

  it('is for the operator alone', async () => {
    const gateway = gatewayUnderTest();
    const body = { account, amount: '1' };
    expect((await post(gateway, 'topup', body, await gateway.mint())).status).toBe(401);
  });
});

describe('POST /bursar/v1/activate', () => {
  const limit: LimitState = {
    account: 'main/a',
    unit: 'credits',
    window: 'life',
    limitMicros: 100_000_000,
    spentMicros: 0,
    heldMicros: 90_000_000,
    remainingMicros: 10_000_000,
  };
  const REFUSED = { status: 'refused', account: 'main/a' } as const;

  const outcomes: [ActivateOutcome, number, string][] = [
    [{ ...REFUSED, reason: 'root_unknown' }, 503, 'ledger_state_lost'],
    [{ ...REFUSED, reason: 'clock_ahead' }, 503, 'ledger_unavailable'],
    [{ ...REFUSED, reason: 'kid_mismatch' }, 401, 'invalid_macaroon'],
    [{ ...REFUSED, reason: 'expired' }, 401, 'expired'],
    [{ ...REFUSED, reason: 'account_paused' }, 403, 'account_paused'],
    [{ ...REFUSED, reason: 'account_revoked' }, 403, 'account_revoked'],
    [{ ...REFUSED, reason: 'account_closed' }, 403, 'account_closed'],
    [{ ...REFUSED, reason: 'too_many_accounts' }, 403, 'too_many_accounts'],
    [
      { ...REFUSED, reason: 'budget_exhausted', limit, requiredMicros: 20_000_000 },
      402,
      'budget_exhausted',
    ],
  ];
  it.each(outcomes)('%j is %d %s', async (outcome, status, code) => {
    const gateway = answering({ activate: async () => outcome });
    const response = await post(gateway, 'activate', '', await gateway.mint());
    expect(await refusal(response)).toMatchObject({ status, code });
  });

  it('says what is missing to set it aside', async () => {
    const outcome = { ...REFUSED, reason: 'budget_exhausted', limit, requiredMicros: 20_000_000 };
    const gateway = answering({ activate: async () => outcome as ActivateOutcome });
    const response = await post(gateway, 'activate', '', await gateway.mint());
    expect(await refusal(response)).toMatchObject({
      message:
        'No budget left for this carve-out: main/a has 10 credits remaining, 90 more held by open ' +
        'calls or carve-outs, and to set the carved budget aside takes 20.',
      unit: 'credits',
      remaining: 10,
      held: 90,
      required: 20,
    });
  });

  it.each([
    ['', 401],
    [OPERATOR_KEY, 401],
  ])('is not for the credential %j', async (credential, status) => {
    expect((await post(gatewayUnderTest(), 'activate', '', credential)).status).toBe(status);
  });

  it('takes no body, or one that says nothing', async () => {
    const activate = async () =>
      ({ status: 'activated', limits: [limit], replayed: true }) as const;
    const gateway = answering({ activate });
    const macaroon = await gateway.mint();
    for (const body of ['', '{}']) {
      const response = await post(gateway, 'activate', body, macaroon);
      expect([response.status, await response.json()]).toEqual([
        200,
        {
          account: expect.stringMatching(/^main\/[0-9a-f]{32}$/),
          replayed: true,
          limits: [
            {
              account: 'main/a',
              unit: 'credits',
              window: 'life',
              limit: 100,
              spent: 0,
              held: 90,
              remaining: 10,
            },
          ],
        },
      ]);
    }
    for (const body of [{ account }, { amount: '5' }, '[]', 'x']) {
      expect((await post(gateway, 'activate', body, macaroon)).status).toBe(400);
    }
  });
});
