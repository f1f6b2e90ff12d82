import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bursar,
  emptyFolder,
  type Result,
  type Serving,
  type Surroundings,
  serve,
} from './harness.js';

/** A whole round with processes of their own: init, serve, mint, delegate, calls, balance, tree. */
const cwd = emptyFolder();
let gateway: Serving;
const results: Result[] = [];

async function run(args: readonly string[], around: Surroundings = {}): Promise<Result> {
  const result = await bursar(args, { cwd, ...around });
  results.push(result);
  return result;
}

const MINT = [
  'mint',
  '--holder',
  'research',
  '--budget',
  '1000',
  '--expires',
  '24h',
  '--tools',
  'gpt-4o:15,gpt-4o-mini:1',
];

async function chat(macaroon: string, model: string): Promise<number> {
  const { status, body } = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${macaroon}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] }),
  });
  await body?.cancel();
  return status;
}

beforeAll(async () => {
  await run(['init']);
  const config = join(cwd, '.bursar', 'bursar.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('127.0.0.1:8787', '127.0.0.1:0'));
  gateway = await serve({ cwd });
});

describe.each([
  ['the configured ledger', () => ({})],
  ['a gateway', () => ({ env: { BURSAR_GATEWAY: gateway.url } })],
])('a round, minting and looking by %s', (source, around) => {
  const holder = source.includes('ledger') ? 'research-1' : 'research-2';
  let macaroon = '';
  let account = '';
  let child = '';
  /** What the model's tokens cost is counted beside the credits, and limited nowhere here. */
  const ROWS = new RegExp(
    `^${holder} +2 +16 +0 +1000 +984 +credits\n +[0-9.]+ +0 +- +- +usd\n +[0-9]+ +0 +- +- +tokens\n` +
      '└─ scraper-1 +1 +15 +0 +20 +5 +credits\n',
    'm',
  );

  it('mint prints the macaroon alone, and tells of the account beside it', async () => {
    const args = MINT.map((arg) => (arg === 'research' ? holder : arg));
    const { status, out, err } = await run([...args, '--label', 'team=ml'], around());
    expect(status).toBe(0);
    expect(out).toMatch(/^[\w-]+\n$/);
    account = /^opened (main\/[0-9a-f]{32}) for /.exec(err)?.[1] ?? '';
    macaroon = out.trim();
    expect(account).not.toBe('');
  });

  it('calls are let through, until the child has no budget left', async () => {
    const delegated = await run(['delegate', '--holder', 'scraper-1', '--budget', '20'], {
      input: macaroon,
    });
    child = delegated.out.trim();
    expect(await chat(macaroon, 'gpt-4o-mini')).toBe(200);
    expect(await chat(child, 'gpt-4o')).toBe(200);
    expect(await chat(child, 'gpt-4o')).toBe(402);
  });

  it('balance shows what is left on every account of the path', async () => {
    const { out } = await run(['balance', '--gateway', gateway.url], {
      env: { BURSAR_MACAROON: child },
    });
    expect(out).toMatch(
      new RegExp(`^${account}/scraper-1\n\nHOLDER +CALLS +SPENT +HELD +LIMIT +REMAINING +UNIT\n`),
    );
    expect(out).toMatch(ROWS);
  });

  it('balance --json is what the gateway said', async () => {
    const { out } = await run(['balance', '--json', '--gateway', gateway.url], { input: child });
    expect(JSON.parse(out)).toMatchObject({
      account: `${account}/scraper-1`,
      path: [
        { account, limits: [{ unit: 'credits', limit: 1000, spent: 16, held: 0, remaining: 984 }] },
        { limits: [{ unit: 'credits', limit: 20, spent: 15, held: 0, remaining: 5 }] },
      ],
    });
  });

  it.each([
    ['the account', () => account],
    ['a beginning of it', () => account.slice(0, 30)],
    ["the holder's name", () => holder],
  ])('tree shows one root by %s', async (_what, name) => {
    const { status, out } = await run(['tree', name()], around());
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^${account}\nexpires .*, key k[0-9a-f]{8}, labels team=ml\n`));
    expect(out).toMatch(ROWS);
  });

  it('tree shows one account below a root, under the ones that it draws on', async () => {
    const { out } = await run(['tree', `${account}/scr`], around());
    expect(out).toMatch(new RegExp(`^${account}/scraper-1\n`));
    expect(out).toMatch(/└─ scraper-1 +1 +15 /);
  });

  it('tree without a name lists the roots', async () => {
    const { out } = await run(['tree'], around());
    expect(out).toMatch(new RegExp(`^${holder} +2 +16 +0 +1000 +984 +credits +${account} `, 'm'));
    const { out: json } = await run(['tree', '--json'], around());
    expect(JSON.parse(json)).toMatchObject({
      roots: expect.arrayContaining([expect.objectContaining({ account })]),
    });
  });

  it("the gateway's refusal is shown with its code", async () => {
    // Another signature, whichever this one is.
    const forged = `${macaroon.slice(0, -2)}${macaroon.endsWith('AA') ? 'QQ' : 'AA'}`;
    const { status, out, err } = await run(['balance', '--gateway', gateway.url], {
      input: forged,
    });
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(`(invalid_macaroon, from ${gateway.url})`);
  });
});

describe('the operator', () => {
  it("with another key than the gateway's is refused", async () => {
    const env = {
      BURSAR_OPERATOR_KEY: '6c1d8f0b27ae94536c1d8f0b27ae9453f',
      BURSAR_GATEWAY: gateway.url,
    };
    const { status, err } = await bursar(['tree'], { cwd: emptyFolder(), env });
    expect(status).toBe(1);
    expect(err).toContain('(invalid_operator_key, from');
  });

  it('without a configuration takes the key from the environment', async () => {
    const key = readFileSync(join(cwd, '.bursar', 'operator.key'), 'utf8').trim();
    const env = { BURSAR_OPERATOR_KEY: key, BURSAR_GATEWAY: gateway.url };
    expect((await bursar(['tree'], { cwd: emptyFolder(), env })).status).toBe(0);
  });
});

describe('what was written', () => {
  it('has no colours, and no secret but the macaroons that were asked for', () => {
    const key = readFileSync(join(cwd, '.bursar', 'operator.key'), 'utf8').trim();
    const ring = readFileSync(join(cwd, '.bursar', 'keys.json'), 'utf8');
    const secret = /"secret": "([^"]+)"/.exec(ring)?.[1] ?? '';
    const everything = [...results.map(({ out, err }) => out + err), ...gateway.logLines].join(
      '\n',
    );
    expect(everything).not.toContain('\u001b[');
    expect(everything).not.toContain(key);
    expect(secret).not.toBe('');
    expect(everything).not.toContain(secret);
  });
});
