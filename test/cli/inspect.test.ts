import { describe, expect, it } from 'vitest';
import { mint, rootId } from '../macaroon/fixtures.js';
import { bursar, runInside } from './harness.js';

const account = `main/${rootId}`;
const chain = mint([
  'holder = research-agent',
  'budget = 1000 credits',
  'tools = gpt-4o:15,gpt-4o-mini:1,web_search:5',
  'expires = 2026-02-01T12:00:00Z',
  'holder = scraper-1',
  'budget = 2000 credits',
  'budget = 5.5 usd',
  'tools = gpt-*:3',
  'expires = 2026-02-07T12:00:00Z',
]);
const ESCAPE = '\u001b[';

function inspect(args: readonly string[] = [], colors = false, macaroon = chain) {
  return runInside(['inspect', ...args], { env: { BURSAR_MACAROON: macaroon }, colors });
}

describe('inspect', () => {
  it('shows the accounts, what is effective, and which caveats have no effect and why', async () => {
    const { status, out, err } = await inspect();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "Nothing is proved here: this is what the macaroon says of itself. Only a gateway with its key can tell.

      identifier   b1.k6bac6644.main.0123456789abcdef0123456789abcdef
      fingerprint  84f30d936080abe7956c801c839e4ecf

      Accounts that it charges
        HOLDER          LIMITS                 ACCOUNT
        research-agent  1000 credits           main/0123456789abcdef0123456789abcdef
        └─ scraper-1    2000 credits, 5.5 usd  main/0123456789abcdef0123456789abcdef/scraper-1

      What is effective
        at most 1000 credits, by the limit of research-agent
        at most 5.5 usd, by the limit of scraper-1
        only gpt-4o:15, gpt-4o-mini:3 (credits a call, at least)
        expires 2026-02-01T12:00:00Z (in 1d 0h)

      Caveats, in order
        #  CAVEAT
        1  holder = research-agent
        2  budget = 1000 credits
        3  tools = gpt-4o:15,gpt-4o-mini:1,web_search:5
        4  expires = 2026-02-01T12:00:00Z
        5  holder = scraper-1
        6  budget = 2000 credits                         no effect: research-agent is limited to 1000 credits already
        7  budget = 5.5 usd
        8  tools = gpt-*:3
        9  expires = 2026-02-07T12:00:00Z                no effect: it expires at 2026-02-01T12:00:00Z already
      "
    `);
  });

  it('says first, and in JSON too, that nothing is proved', async () => {
    expect((await inspect()).out).toMatch(/^Nothing is proved here/);
    expect(JSON.parse((await inspect(['--json'])).out)).toMatchObject({ proved: false });
  });

  it('--json has the same, for programs', async () => {
    expect(JSON.parse((await inspect(['--json'])).out)).toEqual({
      proved: false,
      identifier: expect.stringMatching(new RegExp(`^b1\\.k[0-9a-f]{8}\\.main\\.${rootId}$`)),
      fingerprint: '84f30d936080abe7956c801c839e4ecf',
      kid: expect.stringMatching(/^k[0-9a-f]{8}$/),
      tenant: 'main',
      account: `${account}/scraper-1`,
      path: [
        {
          account,
          holder: 'research-agent',
          limits: [{ unit: 'credits', window: 'life', limit: 1000 }],
          expires: '2026-02-01T12:00:00Z',
        },
        {
          account: `${account}/scraper-1`,
          holder: 'scraper-1',
          limits: [
            { unit: 'credits', window: 'life', limit: 2000 },
            { unit: 'usd', window: 'life', limit: 5.5 },
          ],
          expires: '2026-02-07T12:00:00Z',
        },
      ],
      effective: {
        limits: [
          { account, unit: 'credits', window: 'life', limit: 1000 },
          { account: `${account}/scraper-1`, unit: 'usd', window: 'life', limit: 5.5 },
        ],
        tools: ['gpt-4o:15', 'gpt-4o-mini:3'],
        expires: '2026-02-01T12:00:00Z',
        expired: false,
      },
      caveats: [
        { caveat: 'holder = research-agent', effective: true },
        { caveat: 'budget = 1000 credits', effective: true },
        { caveat: 'tools = gpt-4o:15,gpt-4o-mini:1,web_search:5', effective: true },
        { caveat: 'expires = 2026-02-01T12:00:00Z', effective: true },
        { caveat: 'holder = scraper-1', effective: true },
        {
          caveat: 'budget = 2000 credits',
          effective: false,
          why: 'research-agent is limited to 1000 credits already',
        },
        { caveat: 'budget = 5.5 usd', effective: true },
        { caveat: 'tools = gpt-*:3', effective: true },
        {
          caveat: 'expires = 2026-02-07T12:00:00Z',
          effective: false,
          why: 'it expires at 2026-02-01T12:00:00Z already',
        },
      ],
    });
  });

  it('shows windows, and what will be set aside, for whom and until when', async () => {
    const carved = mint([
      'holder = research-agent',
      'budget = 1000 credits',
      'budget = 50 credits/hour',
      'expires = 2026-02-01T12:00:00Z',
      'holder = reviewer',
      'budget = 200 credits carved',
      'expires = 2026-02-03T12:00:00Z',
      'holder = parser',
      'budget = 5 calls/minute',
      'expires = 2026-01-31T13:00:00Z',
    ]);
    const { status, out } = await inspect([], false, carved);
    expect(status).toBe(0);
    expect(out).toContain('research-agent  1000 credits, 50 credits/hour');
    expect(out).toContain('└─ reviewer     200 credits carved');
    expect(out.slice(out.indexOf('What is effective'), out.indexOf('Caveats'))).toBe(
      'What is effective\n' +
        '  at most 200 credits, by the limit of reviewer\n' +
        '  at most 50 credits/hour, by the limit of research-agent\n' +
        '  at most 5 calls/minute, by the limit of parser\n' +
        '  200 credits set aside for reviewer from its first use, until 2026-02-01T12:00:00Z\n' +
        '  every model and tool that has a price\n' +
        '  expires 2026-01-31T13:00:00Z (in 1h 0m)\n\n',
    );
    expect(JSON.parse((await inspect(['--json'], false, carved)).out)).toMatchObject({
      path: [
        { limits: [{ window: 'life' }, { window: 'hour', limit: 50 }] },
        { limits: [{ window: 'life', limit: 200, carved: true }] },
        { limits: [{ unit: 'calls', window: 'minute', limit: 5 }] },
      ],
    });
  });

  it('says that it has expired', async () => {
    const expired = mint(['holder = a', 'budget = 1 credits', 'expires = 2026-01-31T11:00:00Z']);
    expect((await inspect([], false, expired)).out).toContain('(expired 1h 0m ago)');
    expect(JSON.parse((await inspect(['--json'], false, expired)).out)).toMatchObject({
      effective: { expired: true },
    });
  });

  it('shows what is written in a macaroon that any gateway refuses, and status 1', async () => {
    const odd = mint(['holder = a', 'color = red']);
    const { status, out, err } = await inspect([], false, odd);
    expect(status).toBe(1);
    expect(out).toContain('\n  holder = a\n  color = red\n');
    expect(out).toMatch(/^Nothing is proved here/);
    expect(err).toContain('error: any gateway refuses this macaroon: caveat "color = red"');
    expect(JSON.parse((await inspect(['--json'], false, odd)).out)).toMatchObject({
      proved: false,
      refused: expect.stringContaining('color = red'),
      caveats: ['holder = a', 'color = red'],
    });
  });

  it('never shows the signature, which is the secret in it', async () => {
    const { out } = await inspect(['--json']);
    expect(out).not.toContain(chain.slice(-20));
  });
});

describe('colours', () => {
  it('are for terminals alone, and the text is the same without them', async () => {
    const [plain, colored] = [await inspect(), await inspect([], true)];
    expect(plain.out).not.toContain(ESCAPE);
    expect(colored.out).toContain(ESCAPE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
    expect(colored.out.replace(/\u001b\[\d+m/g, '')).toBe(plain.out);
  });

  it.each([{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }, { TERM: 'xterm-256color' }])(
    'a pipe gets none, whatever the environment says: %o',
    async (env) => {
      const { out } = await bursar(['inspect'], { input: chain, env });
      expect(out).toContain('research-agent');
      expect(out).not.toContain(ESCAPE);
    },
  );
});
