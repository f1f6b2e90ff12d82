import { describe, expect, it } from 'vitest';
import { operator, type Reply, ROOT_A, refused, type Seen } from './fake-gateway.js';
import type { Result } from './harness.js';

describe('bursar topup', () => {
  const toppedUp: Reply = ({ body }) => {
    const { account: name, id } = body as { account: string; id: string };
    return { body: { account: name, id, toppedUp: { credits: 700.5 }, replayed: false } };
  };

  it('raises the limit once, by an id of its own', async () => {
    const result = await operator(['topup', 'research', '500credits'], toppedUp);
    expect(result).toMatchObject({
      status: 0,
      out: `${ROOT_A} topped up by 500 credits; by 700.5 credits in all\n`,
      err: '',
      posts: [
        {
          path: 'topup',
          body: {
            account: ROOT_A,
            amount: '500credits',
            id: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
        },
      ],
    });
  });

  it.each(['500', '500 credits', '0.5usd', '3calls'])('takes %s', async (amount) => {
    const { status, posts } = await operator(['topup', 'research', amount], toppedUp);
    expect([status, posts[0]?.body]).toMatchObject([0, { amount }]);
  });

  it('tells of a unit in which the account has no limit', async () => {
    const { status, err } = await operator(['topup', 'research', '5usd'], toppedUp);
    expect([status, err]).toEqual([
      0,
      `note: ${ROOT_A} was last seen with no limit in usd, only in credits: a top-up raises a ` +
        'limit, and gives none\n',
    ]);
  });

  const id = 'f'.repeat(32);
  it('by an id that was used already says that nothing was raised', async () => {
    const reply: Reply = () => ({
      body: { account: ROOT_A, id, toppedUp: { credits: 500 }, replayed: true },
    });
    const { out, posts } = await operator(['topup', 'research', '500', '--id', id], reply);
    expect(out).toBe(`${ROOT_A} was topped up by this id already; by 500 credits in all\n`);
    expect(posts[0]?.body).toMatchObject({ id });
  });

  it('that nobody knows the outcome of says how to try again', async () => {
    const failing = () => refused('ledger_unavailable', 503);
    const { status, err, posts } = await operator(['topup', 'research', '500'], failing);
    const { id: sent = '' } = (posts[0]?.body ?? {}) as { id?: string };
    expect(status).toBe(1);
    expect(err).toContain(`to try again without raising it twice, add --id ${sent}\n`);
  });

  it('that was refused does not', async () => {
    const { status, err } = await operator(['topup', 'research', '500'], () =>
      refused('account_final', 409),
    );
    expect([status, err]).toEqual([1, 'error: No. (account_final, from http://gateway)\n']);
  });

  it.each([
    ['no amount', ['research'], "missing required argument 'amount'"],
    ['nothing', ['research', '0'], 'more than 0'],
    ['a window', ['research', '500credits/day'], 'without a window'],
    ['an unknown unit', ['research', '500eur'], 'credits, usd, tokens, calls'],
    ['the unit first', ['research', 'usd5'], '"usd5"'],
    ['the amount in two arguments', ['research', '500', 'credits'], 'too many arguments'],
    ['the amount first', ['500credits', 'research'], '"research"'],
    ['a short id', ['research', '5', '--id', 'abc'], '--id: found "abc"'],
  ])('%s is wrong usage, and nothing is asked', async (_what, args, says) => {
    const result: Result & { seen: readonly Seen[] } = await operator(['topup', ...args], toppedUp);
    expect([result.status, result.out, result.seen]).toEqual([2, '', []]);
    expect(result.err).toContain(says);
  });
});
