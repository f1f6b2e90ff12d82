import { describe, expect, it } from 'vitest';
import { OPERATOR_KEY, operator, type Reply, ROOT_A } from './fake-gateway.js';

const PRINT = 'ab'.repeat(16);
const expires = '2026-02-01T12:00:00Z';
const revoked =
  (replayed = false): Reply =>
  () => ({ body: { account: ROOT_A, fingerprint: PRINT, expires, replayed } });

describe('bursar revoke, of one macaroon', () => {
  it('--macaroon sends the one in the environment, and shows its fingerprint alone', async () => {
    const env = { BURSAR_MACAROON: 'AgELsecret' };
    const { status, out, err, posts } = await operator(['revoke', '--macaroon'], revoked(), env);
    expect({ status, out, err }).toEqual({
      status: 0,
      out: `macaroon ${PRINT} of ${ROOT_A} is revoked, with all that were made from it; it expires ${expires}\n`,
      err: '',
    });
    const authorization = `Bearer ${OPERATOR_KEY}`;
    const body = { macaroon: 'AgELsecret' };
    expect(posts).toEqual([{ method: 'POST', path: 'revoke', body, authorization }]);
  });

  it('--fingerprint goes by the root of the account, until it expires where that is said', async () => {
    const args = ['revoke', '--fingerprint', PRINT];
    const below = await operator([...args, `${ROOT_A}/writer`], revoked(true));
    expect(below.posts.map(({ body }) => body)).toEqual([{ account: ROOT_A, fingerprint: PRINT }]);
    expect(below.out).toContain('was revoked already');
    const until = await operator([...args, '--expires', expires, 'research'], revoked());
    expect(until.posts.map(({ body }) => body)).toEqual([
      { account: ROOT_A, fingerprint: PRINT, expires },
    ]);
  });

  it('--json is what the gateway said', async () => {
    const args = ['revoke', '--fingerprint', PRINT, 'research', '--json'];
    const { out } = await operator(args, revoked());
    expect(JSON.parse(out)).toEqual({
      account: ROOT_A,
      fingerprint: PRINT,
      expires,
      replayed: false,
    });
  });

  it.each([
    ['a macaroon as an argument', ['--macaroon', 'AgEL'], 'found an argument'],
    ['both', ['--macaroon', '--fingerprint', PRINT], 'expected one of them'],
    ['a fingerprint without an account', ['--fingerprint', PRINT], 'found no account'],
    ['an expiry without a fingerprint', ['--expires', expires, 'research'], '--fingerprint'],
  ])('%s is wrong usage', async (_what, args, says) => {
    const { status, err, posts } = await operator(['revoke', ...args], revoked());
    expect([status, posts]).toEqual([2, []]);
    expect(err).toContain(says);
  });
});
