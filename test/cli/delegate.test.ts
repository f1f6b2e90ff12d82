import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { readAllowance } from '../../src/caveats/index.js';
import { decodeMacaroon, verifyMacaroon } from '../../src/macaroon/index.js';
import { caveats, mint, ring, rootId } from '../macaroon/fixtures.js';
import { fc } from '../support/property.js';
import { bursar, emptyFolder, NOW_MS, runInside } from './harness.js';

const parent = mint(caveats.slice(0, 3));
const account = `main/${rootId}`;

function prove(macaroon: string) {
  return readAllowance(verifyMacaroon(macaroon, ring, nodeCrypto));
}

function delegate(args: readonly string[], macaroon = parent) {
  return runInside(['delegate', ...args], { env: { BURSAR_MACAROON: macaroon } });
}

describe('delegate', () => {
  it('prints the macaroon alone, and the gateway accepts it', async () => {
    const args = [
      '--holder',
      'scraper-1',
      '--budget',
      '200',
      '--budget',
      '5usd',
      '--tools',
      'gpt-*:2',
    ];
    const { status, out, err } = await delegate([...args, '--expires', '1h']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^[\w-]+\n$/);
    expect(prove(out.trim())).toMatchObject({
      path: [
        { account },
        {
          account: `${account}/scraper-1`,
          limits: [
            { unit: 'credits', limitMicros: 200_000_000 },
            { unit: 'usd', limitMicros: 5_000_000 },
          ],
        },
      ],
      tools: [[{ name: 'gpt-', prefix: true, priceMicros: 2_000_000 }]],
      expiresAtMs: NOW_MS + 3_600_000,
    });
  });

  it('works in an empty folder, with no home and no other variable, and leaves nothing there', async () => {
    const cwd = emptyFolder();
    const result = await bursar(['delegate', '--holder', 'a', '--budget', '1'], {
      cwd,
      input: `${parent}\n`,
    });
    expect(result).toMatchObject({ status: 0, err: '' });
    expect(prove(result.out.trim()).path).toHaveLength(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('narrows the same account without --holder', async () => {
    const { out } = await delegate(['--budget', '300']);
    expect(prove(out.trim()).path).toMatchObject([
      { account, limits: [{}, { limitMicros: 300_000_000 }] },
    ]);
  });

  it.each(['minute', 'hour', 'day', 'week', 'month'] as const)(
    'takes a budget a %s',
    async (window) => {
      const { status, out, err } = await delegate([
        '--holder',
        'a',
        '--budget',
        `20credits/${window}`,
      ]);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(prove(out.trim()).path.at(-1)?.limits).toEqual([
        { unit: 'credits', window, limitMicros: 20_000_000, carved: false },
      ]);
    },
  );

  it('--carved sets aside what is for life, and leaves what is per window a ceiling', async () => {
    const args = ['--holder', 'a', '--budget', '20credits/day', '--budget', '200', '--carved'];
    const { status, out, err } = await delegate([...args, '--expires', '1h']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(decodeMacaroon(out.trim()).unprovedCaveats.slice(3)).toEqual([
      'holder = a',
      'budget = 200 credits carved',
      'budget = 20 credits/day',
      'expires = 2026-01-31T13:00:00Z',
    ]);
    expect(prove(out.trim()).path.at(-1)?.carveEndsMs).toBe(NOW_MS + 3_600_000);
  });

  it('--carved of more than the parent has is given out with a warning', async () => {
    const { status, err } = await delegate(['--holder', 'a', '--budget', '1001', '--carved']);
    expect({ status, err }).toEqual({
      status: 0,
      err:
        'warning: 1001 credits can not be set aside for a, and all its calls will be refused: ' +
        'research-agent is limited to 1000 credits\n',
    });
    expect((await delegate(['--holder', 'a', '--budget', '1000', '--carved'])).err).toBe('');
  });

  it.each([
    ['no budget', ['--holder', 'a'], 2, 'expected a --budget with it'],
    ['windows alone', ['--holder', 'a', '--budget', '5/day'], 2, 'has no window'],
    ['a unit that the parent does not limit', ['--holder', 'a', '--budget', '5usd'], 1, 'in usd'],
    [
      'two of one unit',
      ['--holder', 'a', '--budget', '5', '--budget', '6'],
      1,
      "only an account's first budget of a unit",
    ],
    ['the root itself', ['--budget', '5'], 1, 'carved'],
  ])('--carved with %s is refused', async (_what, args, expected, says) => {
    const { status, out, err } = await delegate([...args, '--carved']);
    expect({ status, out }).toEqual({ status: expected, out: '' });
    expect(err).toContain(says);
  });

  it('--unique gives two children of one name accounts of their own', async () => {
    const accounts = await Promise.all(
      [1, 2].map(async () => {
        const { out } = await bursar(['delegate', '--holder', 'a', '--unique'], { input: parent });
        return prove(out.trim()).path.at(-1)?.account;
      }),
    );
    for (const one of accounts) expect(one).toMatch(new RegExp(`^${account}/a-[0-9a-f]{8}$`));
    expect(new Set(accounts).size).toBe(2);
  });

  it('--json is one record', async () => {
    const { out } = await delegate(['--holder', 'a', '--json']);
    const record = JSON.parse(out) as Record<string, string>;
    expect(record).toEqual({
      macaroon: expect.any(String),
      account: `${account}/a`,
      expires: '2030-01-01T00:00:00Z',
    });
    expect(prove(record['macaroon'] ?? '').path).toHaveLength(2);
  });

  it('says of what has no effect why, and gives it out all the same', async () => {
    const { status, out, err } = await delegate([
      '--holder',
      'a',
      '--budget',
      '2000',
      '--expires',
      '2031-01-01T00:00:00Z',
    ]);
    expect(status).toBe(0);
    expect(prove(out.trim()).expiresAtMs).toBe(Date.parse('2030-01-01T00:00:00Z'));
    expect(err.split('\n')).toEqual([
      'note: "budget = 2000 credits" has no effect: research-agent is limited to 1000 credits already',
      'note: "expires = 2031-01-01T00:00:00Z" has no effect: it expires at 2030-01-01T00:00:00Z already',
      '',
    ]);
  });

  it('warns of a macaroon that has expired', async () => {
    const expired = mint(['holder = a', 'budget = 1 credits', 'expires = 2026-01-31T12:00:00Z']);
    const { status, err } = await delegate(['--holder', 'b'], expired);
    expect({ status, err }).toEqual({
      status: 0,
      err: 'warning: the macaroon expired at 2026-01-31T12:00:00Z, and what is cut from it has expired too\n',
    });
  });

  it('says that the pipe was not read when the variable is set', async () => {
    const other = mint();
    const { out, err } = await runInside(['delegate', '--holder', 'b'], {
      env: { BURSAR_MACAROON: parent },
      stdin: other,
    });
    expect(prove(out.trim()).path.at(-1)?.account).toBe(`${account}/b`);
    expect(err).toContain('did not read standard input');
  });

  it.each([
    [
      'version 1',
      'MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsvCjAwMjZpZGVudGlmaWVyIHdlIHVzZWQgb3VyIHNlY3JldCBrZXkKMDAyZnNpZ25hdHVyZSDj2eApCFJsTAA5rhURQRXZf91ovyujebNCqvD2F9BVLwo',
      'version 1',
    ],
    [
      'an unknown caveat',
      mint([...caveats.slice(0, 3), 'color = red']),
      'any gateway refuses: caveat "color = red"',
    ],
    [
      'no root of ours',
      mint(['budget = 1 credits']),
      'any gateway refuses: caveats: expected the first to be holder',
    ],
    [
      '64 caveats already',
      mint([...caveats.slice(0, 3), ...Array<string>(61).fill('tools = *')]),
      'found 66 caveats, expected at most 64',
    ],
    [
      '16 accounts already',
      mint([...caveats.slice(0, 3), ...Array.from({ length: 15 }, (_, i) => `holder = h${i}`)]),
      'expected at most 16',
    ],
  ])('refuses: %s', async (_what, macaroon, says) => {
    const { status, out, err } = await delegate(['--holder', 'a'], macaroon);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(says);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('law: what is delegated has every caveat of its parent, then its own', async () => {
    const holders = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,20}$/);
    const amounts = fc.integer({ min: 0, max: 5_000 });
    await fc.assert(
      fc.asyncProperty(holders, amounts, async (holder, amount) => {
        const { out } = await delegate([`--holder=${holder}`, '--budget', String(amount)]);
        expect(decodeMacaroon(out.trim()).unprovedCaveats).toEqual([
          ...caveats.slice(0, 3),
          `holder = ${holder}`,
          `budget = ${amount} credits`,
          // The parent's own, which closes the child's part.
          caveats.find((line) => line.startsWith('expires')),
        ]);
        expect(prove(out.trim()).path.at(-1)?.account).toBe(`${account}/${holder}`);
      }),
    );
  });
});
