import { describe, expect, it } from 'vitest';
import { mint } from '../macaroon/fixtures.js';
import { account, ROOT_A } from './fake-gateway.js';
import { NOW_MS, runInside } from './harness.js';

describe('bursar activate', () => {
  const macaroon = mint();
  const carved = account(`${ROOT_A}/w`, 'w', {
    setAside: [{ unit: 'credits', amount: 50, used: 16, until: '2026-01-31T13:00:00Z' }],
  });

  async function activate(replayed: boolean, path: unknown[], args: readonly string[] = []) {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const name = String(url).split('/').at(-1) ?? '';
      asked.push([init?.method, name, new Headers(init?.headers).get('authorization')]);
      const body =
        name === 'activate'
          ? { account: `${ROOT_A}/w`, replayed, limits: [] }
          : { account: `${ROOT_A}/w`, path };
      return Response.json(body);
    };
    const env = { BURSAR_GATEWAY: 'http://gateway', BURSAR_MACAROON: macaroon };
    return { ...(await runInside(['activate', ...args], { env, fetch })), asked };
  }

  it('asks with the macaroon itself, and shows what is set aside', async () => {
    const { status, out, err, asked } = await activate(false, [account(ROOT_A, 'r'), carved]);
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(
      `${ROOT_A}/w\n\n` +
        'HOLDER  CALLS  SPENT  HELD  LIMIT  REMAINING  UNIT\n' +
        'r           0     16     0    100         84  credits\n' +
        '└─ w        0     16     0    100         84  credits\n\n' +
        `${'SET ASIDE FOR'.padEnd(ROOT_A.length + 4)}AMOUNT  USED  LEFT  UNIT     UNTIL\n` +
        `${ROOT_A}/w      50    16    34  credits  2026-01-31T13:00:00Z (in 1h 0m)\n`,
    );
    expect(NOW_MS).toBe(Date.parse('2026-01-31T12:00:00Z'));
    expect(asked).toEqual([
      ['POST', 'activate', `Bearer ${macaroon}`],
      ['GET', 'balance', `Bearer ${macaroon}`],
    ]);
  });

  it('says when it was so already, and when nothing is carved', async () => {
    expect((await activate(true, [carved])).err).toBe('note: all of it was set aside already\n');
    expect((await activate(true, [account(ROOT_A, 'r')])).err).toContain('nothing to set aside');
  });

  it('--json is what the gateway said', async () => {
    expect(JSON.parse((await activate(false, [], ['--json'])).out)).toEqual({
      account: `${ROOT_A}/w`,
      replayed: false,
      limits: [],
    });
  });

  it('is never given the macaroon as an argument', async () => {
    const { status, err, asked } = await activate(false, [], [macaroon]);
    expect([status, asked]).toEqual([2, []]);
    expect(err).toContain('process lists');
    expect(err).not.toContain(macaroon);
  });

  it('without a macaroon is wrong usage', async () => {
    expect((await runInside(['activate'])).status).toBe(2);
  });
});
