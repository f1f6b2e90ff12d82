import { describe, expect, it } from 'vitest';
import { OPERATOR_KEY, operator, type Reply, ROOT_A, ROOT_B, refused } from './fake-gateway.js';
import { runInside } from './harness.js';

const ACTIONS = ['pause', 'resume', 'revoke', 'close'] as const;

function done(standing: string, before: string, more: object = {}): Reply {
  return ({ body }) => ({
    body: { ...(body as object), standing, before, replayed: standing === before, ...more },
  });
}

describe.each(ACTIONS)('bursar %s', (action) => {
  const standing = { pause: 'paused', resume: 'open', revoke: 'revoked', close: 'closed' }[action];

  it.each([
    ["a root's holder", 'research', ROOT_A],
    ['a unique beginning', 'main/b', ROOT_B],
    ['a whole root', ROOT_A, ROOT_A],
    ['an account below a root', `${ROOT_A}/scraper-2`, `${ROOT_A}/scraper-2`],
    ['a unique beginning of one', `${ROOT_A}/w`, `${ROOT_A}/writer`],
  ])('takes %s', async (_what, text, target) => {
    const { status, out, err, posts } = await operator([action, text], done(standing, 'x1'));
    // An answer of another version is told, not shown.
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('not what this version expects: before');
    expect(posts).toEqual([
      {
        method: 'POST',
        path: action,
        body: { account: target },
        authorization: `Bearer ${OPERATOR_KEY}`,
      },
    ]);
  });

  it('says what the account is now, and was', async () => {
    const before = action === 'resume' ? 'paused' : 'open';
    const { status, out, err } = await operator([action, 'research'], done(standing, before));
    expect({ status, out, err }).toEqual({
      status: 0,
      out: `${ROOT_A} is ${standing}; it was ${before}\n`,
      err: '',
    });
  });

  it('says when nothing changed', async () => {
    const { status, out } = await operator([action, 'research'], done(standing, standing));
    expect([status, out]).toEqual([0, `${ROOT_A} is ${standing}; as it was already\n`]);
  });

  it('--json is what the gateway said', async () => {
    const { out } = await operator([action, 'research', '--json'], done(standing, 'open'));
    expect(JSON.parse(out)).toMatchObject({ account: ROOT_A, standing, before: 'open' });
  });

  it('--exact takes the name of an account that made no call yet', async () => {
    const fresh = `${ROOT_A}/new-one`;
    const { status, posts } = await operator([action, '--exact', fresh], done(standing, 'open'));
    expect([status, posts.map(({ body }) => body)]).toEqual([0, [{ account: fresh }]]);
  });

  it.each([
    ['several', `${ROOT_A}/scraper`, 1, 'could be any of 2 accounts'],
    ['several roots', 'main/', 1, 'could be any of 2 accounts'],
    ['none', 'nobody', 1, 'found no root with the holder "nobody"'],
    ['one that made no call', `${ROOT_A}/new-one`, 1, '--exact'],
    ['an empty name', '', 2, 'found ""'],
    ['--exact with a beginning', '--exact=', 2, 'error: '],
  ])('%s is refused, and nothing is sent', async (_what, text, status, says) => {
    const result = await operator([action, text], done(standing, 'open'));
    expect([result.status, result.out, result.posts]).toEqual([status, '', []]);
    expect(result.err).toContain(says);
  });

  it('tells when a beginning was taken that could be a name', async () => {
    const { err } = await operator([action, `${ROOT_A}/wri`], done(standing, 'open'));
    expect(err).toContain(`note: took ${ROOT_A}/writer, the only one that begins so; --exact`);
  });

  it('--exact wants the whole name', async () => {
    const result = await operator([action, '--exact', 'research'], done(standing, 'open'));
    expect([result.status, result.posts]).toEqual([2, []]);
    expect(result.err).toContain('expected the whole name with --exact');
  });

  it.each([
    [
      'no account',
      [],
      action === 'revoke' ? 'found no account' : "missing required argument 'account'",
    ],
    ['two accounts', ['research', 'billing'], 'too many arguments'],
  ])('%s is wrong usage', async (_what, args, says) => {
    const result = await operator([action, ...args], done(standing, 'open'));
    expect([result.status, result.posts]).toEqual([2, []]);
    expect(result.err).toContain(says);
  });

  it('what is final is a refusal', async () => {
    const reply = () => refused('account_final', 409, `${ROOT_A} is revoked, for good.`);
    const { status, out, err } = await operator([action, 'research'], reply);
    expect([status, out]).toEqual([1, '']);
    expect(err).toBe(
      `error: ${ROOT_A} is revoked, for good. (account_final, from http://gateway)\n`,
    );
  });

  it('has a help with an example', async () => {
    const { status, out } = await runInside([action, '--help']);
    expect(status).toBe(0);
    expect(out).toContain(`Example:\n  $ bursar ${action} `);
    expect(out.replace(/\s+/g, ' ')).toContain('and of all accounts below it');
  });
});

describe('bursar resume', () => {
  it('tells of an account above that still lets nothing through', async () => {
    const barredBy = { account: ROOT_A, standing: 'paused' };
    const reply = done('open', 'paused', { barredBy });
    const { status, err } = await operator(['resume', `${ROOT_A}/writer`], reply);
    expect([status, err]).toEqual([
      0,
      `note: nothing is let through all the same, since ${ROOT_A} is paused\n`,
    ]);
    expect(
      (await operator(['resume', 'research'], done('open', 'paused', { barredBy: null }))).err,
    ).toBe('');
  });
});
