import { describe, expect, it } from 'vitest';
import { mint } from '../macaroon/fixtures.js';
import { NOW_MS, type Result, runInside } from './harness.js';

/** The commands of the operator against a gateway that answers what it is told. */
const ROOT_A = `main/a1${'0'.repeat(30)}`;
const ROOT_B = `main/b1${'0'.repeat(30)}`;
const OPERATOR_KEY = '6c1d8f0b27ae94536c1d8f0b27ae9453f';
const ACTIONS = ['pause', 'resume', 'revoke', 'close'] as const;

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | null;
}

type Reply = (seen: Seen) => { readonly status?: number; readonly body: unknown };

const zero = { credits: 0, usd: 0, tokens: 0, calls: 0 };

function account(name: string, holder: string, more: object = {}) {
  const limits = [
    { unit: 'credits', window: 'life', limit: 100, spent: 16, held: 0, remaining: 84 },
  ];
  return {
    account: name,
    holder,
    standing: 'open',
    limits,
    spent: { ...zero, credits: 16 },
    held: zero,
    toppedUp: {},
    setAside: [],
    ...more,
  };
}

const facts = { holder: 'x', kid: 'k1', expires: '2026-02-01T12:00:00Z', labels: {} };
const children = [
  { ...account(`${ROOT_A}/scraper-1`, 'scraper-1'), children: [] },
  { ...account(`${ROOT_A}/scraper-2`, 'scraper-2'), children: [] },
  { ...account(`${ROOT_A}/writer`, 'writer'), children: [] },
];

/** What `GET accounts` answers. */
function lookUp(path: string): unknown {
  const asked = new URLSearchParams(path.split('?')[1]).get('account');
  const roots = [
    { ...account(ROOT_A, 'research'), root: facts },
    { ...account(ROOT_B, 'billing'), root: facts },
  ];
  if (asked === null) return { roots };
  const own = account(asked, asked.split('/').at(-1) ?? '');
  return { account: asked, root: facts, path: [own], children, truncated: false };
}

async function operator(args: readonly string[], reply: Reply) {
  const seen: Seen[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const { method = 'GET', body, headers } = init ?? {};
    const one = {
      method,
      path: String(url).replace('http://gateway/bursar/v1/', ''),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
      authorization: new Headers(headers).get('authorization'),
    };
    seen.push(one);
    if (method === 'GET' && one.path.startsWith('accounts')) {
      return Response.json(lookUp(one.path));
    }
    const { status = 200, body: answer } = reply(one);
    return Response.json(answer, { status });
  };
  const env = { BURSAR_GATEWAY: 'http://gateway', BURSAR_OPERATOR_KEY: OPERATOR_KEY };
  const result = await runInside(args, { env, fetch });
  return { ...result, posts: seen.filter(({ method }) => method === 'POST'), seen };
}

const refused = (code: string, status: number, message = 'No.') => ({
  status,
  body: { error: { message, type: 'x', code, param: null } },
});

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
    ['no account', [], "missing required argument 'account'"],
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
