import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PROBLEM_CODES } from '../../gateway/api/problem-codes.js';
import { loadConfig } from '../../gateway/config/load.js';
import { type FreshCopy, freshCopy } from '../support/fresh-copy.js';
import { listenLocally } from '../support/listen.js';
import { blocks, readPage } from './page.js';

const readme = readPage('README.md');

/** The environment of somebody who has nothing set up, and no key with any provider. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, NO_COLOR: '1' };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listenLocally(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('the tour of the README, pasted in order', () => {
  let clone: FreshCopy;
  let gateway: ChildProcess;
  let port: number;
  let printed = '';
  let logged = '';

  beforeAll(async () => {
    clone = freshCopy();
    port = await freePort();
    const env = plainEnvironment();
    // Only the port is another than a reader's: somebody may be running a gateway here.
    execFileSync('npx', ['bursar', 'init'], { cwd: clone.folder, env, stdio: 'pipe' });
    const config = join(clone.folder, '.bursar/bursar.yaml');
    const written = readFileSync(config, 'utf8');
    expect(written).toContain('listen: 127.0.0.1:8787');
    writeFileSync(config, written.replace('127.0.0.1:8787', `127.0.0.1:${port}`));
    gateway = spawn('npm', ['start'], {
      cwd: clone.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    gateway.stdout?.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
    });
    gateway.stderr?.setEncoding('utf8').on('data', (chunk) => {
      logged += chunk;
    });
    await vi.waitFor(
      async () => {
        expect(gateway.exitCode, logged).toBeNull();
        expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      },
      { timeout: 30_000, interval: 100 },
    );
  });

  afterAll(async () => {
    gateway.kill('SIGTERM');
    if (gateway.exitCode === null) await once(gateway, 'exit');
    clone.remove();
  });

  async function paste(script: string): Promise<string> {
    const shell = spawn('bash', ['-e', '-o', 'pipefail'], {
      cwd: clone.folder,
      env: { ...plainEnvironment(), BURSAR_GATEWAY: `http://127.0.0.1:${port}` },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    shell.stdin.end(script.replaceAll('127.0.0.1:8787', `127.0.0.1:${port}`));
    const ended = once(shell, 'exit');
    const [output, errors] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect(await ended, `${output}\n${errors}`).toEqual([0, null]);
    return output;
  }

  it('shows what it promises', async () => {
    const steps = blocks(readme, 'sh tour');
    expect(steps).toHaveLength(6);
    // One shell, as when pasted; a line between the steps tells their outputs apart.
    const output = await paste(steps.join('\necho ==========\n'));
    const [minted, inspected, paid, refused, sdk, tree] = output.split('==========\n');
    expect(minted).toBe('');
    expect(inspected).toContain('scraper-1');
    expect(paid).toMatch(/^HTTP\/1\.1 200 /);
    expect(paid).toContain('x-bursar-cost: 15 credits');
    expect(paid).toContain('x-bursar-remaining: 5 credits');
    expect(paid).toContain('sandbox');
    expect(refused).toMatch(/^HTTP\/1\.1 402 /);
    expect(refused).toContain('"code":"budget_exhausted"');
    // 100 − 15 of the child leaves 85 for five calls of 15; the sixth is refused.
    expect(sdk).toMatch(/^6: 402 budget_exhausted: /m);
    expect(tree).toContain('scraper-1');
    expect(tree).toContain('research-agent-prod');
  });

  it('and every numbered example runs, and finds what it expects', async () => {
    const programs = readdirSync(new URL('../../examples', import.meta.url)).sort();
    expect(programs.length).toBeGreaterThan(2);
    // 04 states no dollars, which a limit in them asks for; 05 calls a model without a price in credits.
    const budgets: Readonly<Record<string, string>> = { '04': '50', '05': '5usd' };
    const budget = (name: string) => `--budget ${budgets[name.slice(0, 2)] ?? '50 --budget 5usd'}`;
    const mint = (name: string) =>
      `export BURSAR_MACAROON=$(npx bursar mint --holder e ${budget(name)} --expires 1h)`;
    const output = await paste(
      programs.map((name) => `${mint(name)}\nnode examples/${name}`).join('\n'),
    );
    expect(output).toContain('scraper-1 gets 20 credits at most');
    expect(output).toMatch(/^4: 402 budget_exhausted: /m);
    expect(output).toMatch(/the gateway knows it as main\/[0-9a-f]{32}\/summariser/);
    expect(output).toContain('Guten Tag: charged 1.5 credits');
    expect(output).toMatch(/^402 billing_error: at most \d+ tokens of output would fit$/m);
    expect(output).toMatch(/^all of them together: 0\.00\d+ of 0\.05 usd$/m);
  });

  it('and what npm start printed works when it is pasted', async () => {
    const output = await paste(printed.slice(printed.indexOf('# A macaroon for')));
    expect(output.match(/^HTTP \d+$/gm)).toEqual(['HTTP 200', 'HTTP 200', 'HTTP 402']);
    expect(output).toContain('scraper-');
  });
});

describe('the README', () => {
  it('shows a configuration that loads', () => {
    const [yaml = ''] = blocks(readme, 'yaml config');
    const file = join('/', 'bursar.yaml');
    expect(() => loadConfig(file, { read: () => ({ text: yaml, mode: 0o600 }) })).not.toThrow();
  });

  it('and the page on errors name every code that a caller can see', () => {
    const page = readPage('docs/errors.md');
    for (const code of PROBLEM_CODES) expect(page).toContain(`\`${code}\``);
  });

  it('names no file that is not there', () => {
    for (const [, target = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(() => readFileSync(new URL(`../../${target}`, import.meta.url)), target).not.toThrow();
    }
  });
});
