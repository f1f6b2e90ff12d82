import { beforeEach, describe, expect, it } from 'vitest';
import { composeCaveats, parseLimit } from '../../src/caveats/compose.js';
import { attenuate } from '../../src/macaroon/index.js';
import {
  bearer,
  chat,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  OPERATOR_KEY,
} from './harness.js';
import { accountOf, operate } from './operate.js';

let gateway: GatewayUnderTest;
let root = '';
let child = '';
let sibling = '';
beforeEach(async () => {
  gateway = gatewayUnderTest();
  root = await gateway.mint('100');
  child = delegate(root, 'scraper-1', '50');
  sibling = delegate(root, 'scraper-2', '50');
});

/** Status and code of a call; the code is empty where it was let through. */
async function outcome(macaroon: string, model?: string): Promise<[number, string]> {
  const response = await chat(gateway, macaroon, model);
  return [response.status, response.status === 200 ? '' : (await errorOf(response)).error.code];
}

const BARRED = [
  ['pause', 'account_paused'],
  ['revoke', 'account_revoked'],
  ['close', 'account_closed'],
] as const;

describe.each(BARRED)('after %s', (action, code) => {
  it('the account and everything below it is refused, and its siblings are not', async () => {
    const grandchild = delegate(child, 'parser', '5');
    const account = await accountOf(gateway, child);
    expect((await operate(gateway, action, { account })).status).toBe(200);
    expect(await outcome(child)).toEqual([403, code]);
    expect(await outcome(grandchild)).toEqual([403, code]);
    expect(await outcome(root)).toEqual([200, '']);
    expect(await outcome(sibling)).toEqual([200, '']);
    expect(gateway.upstream.seen).toHaveLength(2);
  });

  it('of a root, the whole tree is, and another root is not', async () => {
    const other = await gateway.mint('10');
    await operate(gateway, action, { account: await accountOf(gateway, root) });
    for (const macaroon of [root, child, sibling]) {
      expect(await outcome(macaroon)).toEqual([403, code]);
    }
    expect(await outcome(other)).toEqual([200, '']);
  });

  it('every route that would set something aside or spend answers 403, with the account', async () => {
    const account = await accountOf(gateway, child);
    await operate(gateway, action, { account });
    const post = { method: 'POST', headers: bearer(child) };
    const responses = [
      await chat(gateway, child),
      await gateway.app.request('/tools/web_search/q', { headers: bearer(child) }),
      await gateway.app.request('/bursar/v1/activate', post),
      await gateway.app.request('/bursar/v1/reservations', {
        ...post,
        body: '{"tool":"web_search"}',
      }),
    ];
    for (const response of responses) {
      expect([response.status, response.headers.get('x-bursar-account')]).toEqual([403, account]);
      expect(await errorOf(response)).toMatchObject({ account, error: { code } });
    }
    expect([gateway.upstream.seen, gateway.tool.seen]).toEqual([[], []]);
  });

  it('its balance can still be asked for, and says so', async () => {
    await operate(gateway, action, { account: await accountOf(gateway, child) });
    const standing = { pause: 'paused', revoke: 'revoked', close: 'closed' }[action];
    expect(await leafBalance(gateway, child)).toMatchObject({ holder: 'scraper-1', standing });
  });

  it('what was dispatched before is settled, and charged', async () => {
    const account = await accountOf(gateway, child);
    gateway.upstream.answer = async () => {
      await operate(gateway, action, { account });
      return { status: 200, body: '{}' };
    };
    expect(await outcome(child)).toEqual([200, '']);
    expect(await leafBalance(gateway, child)).toMatchObject({
      spent: { credits: 1, calls: 1 },
      held: { credits: 0, calls: 0 },
    });
  });

  it('of an account that was never charged, its first call is refused', async () => {
    const account = `${await accountOf(gateway, root)}/never-yet`;
    expect((await operate(gateway, action, { account })).status).toBe(200);
    expect(await outcome(delegate(root, 'never-yet', '5'))).toEqual([403, code]);
  });

  it('again changes nothing', async () => {
    const account = await accountOf(gateway, child);
    const first = await operate(gateway, action, { account });
    const again = await operate(gateway, action, { account });
    expect(first.body).toMatchObject({ before: 'open', replayed: false });
    expect(again.body).toMatchObject({
      before: first.body['standing'],
      standing: first.body['standing'],
      replayed: true,
    });
  });
});

describe('resume', () => {
  it('ends a pause, and says what still bars the account above it', async () => {
    const [above, account] = [await accountOf(gateway, root), await accountOf(gateway, child)];
    await operate(gateway, 'pause', { account: above });
    await operate(gateway, 'pause', { account });
    expect((await operate(gateway, 'resume', { account })).body).toEqual({
      account,
      standing: 'open',
      before: 'paused',
      replayed: false,
      barredBy: { account: above, standing: 'paused' },
    });
    expect(await outcome(child)).toEqual([403, 'account_paused']);
    expect((await operate(gateway, 'resume', { account: above })).body).toMatchObject({
      barredBy: null,
    });
    expect(await outcome(child)).toEqual([200, '']);
  });

  it.each(['revoke', 'close'] as const)(
    'does not undo %s, and nothing else does',
    async (final) => {
      const account = await accountOf(gateway, child);
      await operate(gateway, final, { account });
      const others = ['pause', 'resume', final === 'revoke' ? 'close' : 'revoke'] as const;
      for (const action of others) {
        const { status, body } = await operate(gateway, action, { account });
        expect([status, body]).toMatchObject([409, { account, error: { code: 'account_final' } }]);
      }
      const topUp = await operate(gateway, 'topup', { account, amount: '5' });
      expect(topUp).toMatchObject({ status: 409, body: { error: { code: 'account_final' } } });
    },
  );
});

describe('of a root that the ledger does not know', () => {
  const account = `main/${'0'.repeat(32)}/x`;
  it.each(['pause', 'resume', 'revoke', 'close', 'topup'] as const)('%s is 404', async (action) => {
    const body = action === 'topup' ? { account, amount: '5' } : { account };
    expect(await operate(gateway, action, body)).toMatchObject({
      status: 404,
      body: { account, error: { code: 'account_unknown' } },
    });
  });
});

describe('topup', () => {
  const id = 'ab'.repeat(16);

  it('lets calls through that had no budget left', async () => {
    const poor = delegate(root, 'poor', '10');
    expect(await outcome(poor, 'gpt-4o')).toEqual([402, 'budget_exhausted']);
    const account = await accountOf(gateway, poor);
    const { body } = await operate(gateway, 'topup', { account, amount: '5 credits' });
    expect(body).toMatchObject({ account, toppedUp: { credits: 5 }, replayed: false });
    expect(await outcome(poor, 'gpt-4o')).toEqual([200, '']);
    expect(await leafBalance(gateway, poor)).toMatchObject({
      toppedUp: { credits: 5 },
      limits: [{ unit: 'credits', limit: 15, spent: 15, remaining: 0 }],
    });
  });

  it('raises the root that its macaroon and its genesis both limit', async () => {
    const account = await accountOf(gateway, root);
    await operate(gateway, 'topup', { account, amount: '0.5' });
    expect((await leafBalance(gateway, root)).limits).toMatchObject([{ limit: 100.5 }]);
    const shown = await gateway.app.request('/bursar/v1/accounts', {
      headers: bearer(OPERATOR_KEY),
    });
    expect(await shown.json()).toMatchObject({
      roots: [{ limits: [{ limit: 100.5, remaining: 100.5 }], toppedUp: { credits: 0.5 } }],
    });
  });

  it('raises no limit that a holder added to tighten itself', async () => {
    const tight = attenuate(child, composeCaveats({ limits: [parseLimit('10')] }));
    await operate(gateway, 'topup', { account: await accountOf(gateway, child), amount: '50' });
    expect((await leafBalance(gateway, tight)).limits).toMatchObject([
      { limit: 100 },
      { limit: 10 },
    ]);
    expect(await outcome(tight, 'gpt-4o')).toEqual([402, 'budget_exhausted']);
  });

  it('by the same id counts once, and another one of that id is refused', async () => {
    const account = await accountOf(gateway, child);
    for (const replayed of [false, true]) {
      const { body } = await operate(gateway, 'topup', { account, amount: '5', id });
      expect(body).toMatchObject({ id, replayed, toppedUp: { credits: 5 } });
    }
    for (const other of [
      { account, amount: '6' },
      { account, amount: '5 usd' },
    ]) {
      expect(await operate(gateway, 'topup', { ...other, id })).toMatchObject({
        status: 409,
        body: { account, error: { code: 'id_conflict', param: 'id' } },
      });
    }
    expect((await leafBalance(gateway, child)).limits).toMatchObject([{ limit: 55 }]);
  });

  it('that would reach 2^53 is refused, and nothing changed', async () => {
    const account = await accountOf(gateway, root);
    const amount = '9007199254.740991';
    expect(await operate(gateway, 'topup', { account, amount })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param: 'amount' } },
    });
    expect((await leafBalance(gateway, root)).limits).toMatchObject([{ limit: 100 }]);
  });
});
