import { randomBytes } from 'node:crypto';
import {
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseKeyRing } from '../../src/macaroon/index.js';
import { bursar, emptyFolder, type Result, runInside } from './harness.js';

interface KeyView {
  readonly kid: string;
  readonly status: string;
}

let cwd = '';
let file = '';
const output: Result[] = [];

async function keys(...args: string[]): Promise<Result> {
  const result = await inside('keys', ...args);
  output.push(result);
  return result;
}

function inside(...args: string[]): Promise<Result> {
  return runInside(args, { cwd, randomBytes });
}

async function listed(): Promise<KeyView[]> {
  return (JSON.parse((await keys('list', '--json')).out) as { keys: KeyView[] }).keys;
}

beforeEach(async () => {
  cwd = emptyFolder();
  file = join(cwd, '.bursar', 'keys.json');
  await inside('init');
});

describe('keys', () => {
  it('rotate prints the new minting key; the old one goes on verifying', async () => {
    const [old] = await listed();
    const { status, out } = await keys('rotate');
    expect(status).toBe(0);
    expect(await listed()).toMatchObject([
      { kid: old?.kid, status: 'verifying' },
      { kid: out.trim(), status: 'minting' },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(cwd, '.bursar'))).not.toContain('keys.json.new');
  });

  it('retire says which accounts a key takes with it, and removes it when it is told --yes', async () => {
    const terms = ['--holder', 'a', '--budget', '1', '--expires', '1h'];
    const minted = await inside('mint', ...terms, '--json');
    const { account } = JSON.parse(minted.out) as { account: string };
    const [old] = await listed();
    await keys('rotate');
    const asked = await keys('retire', old?.kid ?? '');
    expect({ status: asked.status, out: asked.out }).toEqual({ status: 2, out: '' });
    expect(asked.err).toMatch(/^warning: without k\w+, every macaroon minted under it/);
    expect(asked.err).toContain(`${account} (a)`);
    expect(asked.err).toContain('nothing was changed');
    expect(await listed()).toHaveLength(2);
    const { status, out, err } = await keys('retire', old?.kid ?? '', '--yes');
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain(`${account} (a)`);
    expect(await listed()).toHaveLength(1);
  });

  it('retire works without the ledger, and says that it could not be asked', async () => {
    const config = join(cwd, '.bursar', 'bursar.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('sqlite:ledger.db', 'redis://127.0.0.1:9/0'));
    const [old] = await listed();
    await keys('rotate');
    const { status, err } = await keys('retire', old?.kid ?? '', '--yes');
    expect(status).toBe(0);
    expect(err).toContain("the ledger can't tell");
    expect(await listed()).toHaveLength(1);
  });

  it('a refusal changes nothing', async () => {
    const before = readFileSync(file, 'utf8');
    const [minting] = await listed();
    expect((await keys('retire', minting?.kid ?? '')).status).toBe(1);
    expect((await keys('retire', 'k0')).status).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(join(cwd, '.bursar'))).not.toContain('keys.json.new');
  });

  it('of changes at once, each is made whole or refused', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, () => bursar(['keys', 'rotate'], { cwd })),
    );
    const made = results.filter(({ status }) => status === 0).map(({ out }) => out.trim());
    expect(made.length).toBeGreaterThan(0);
    for (const { status, err } of results) {
      if (status !== 0) expect(err).toContain('another command is changing');
    }
    const kids = (await listed()).map(({ kid }) => kid);
    expect(kids.slice(1).sort()).toEqual(made.sort());
  });

  it('a link to the ring stays a link', async () => {
    const elsewhere = join(emptyFolder(), 'ring.json');
    renameSync(file, elsewhere);
    symlinkSync(elsewhere, file);
    await keys('rotate');
    expect(parseKeyRing(readFileSync(elsewhere, 'utf8')).keys).toHaveLength(2);
  });

  it('no output has ever held a secret', async () => {
    await keys('rotate');
    await keys('list');
    const secrets = [...readFileSync(file, 'utf8').matchAll(/"secret": "([^"]+)"/g)].map(
      ([, secret = '']) => secret,
    );
    expect(secrets).toHaveLength(2);
    const everything = output.map(({ out, err }) => out + err).join('');
    for (const secret of secrets) expect(everything).not.toContain(secret);
  });
});
