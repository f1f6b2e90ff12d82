import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { BIN, bursar, emptyFolder, type Serving, serve } from '../cli/harness.js';
import { blocks, readPage, shown } from './page.js';

const page = readPage('docs/budgets.md');
const cwd = emptyFolder();
let gateway: Serving;

beforeAll(async () => {
  await bursar(['init'], { cwd });
  const config = join(cwd, '.bursar', 'bursar.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('127.0.0.1:8787', '127.0.0.1:0'));
  gateway = await serve({ cwd });
  // What npx finds in a clone.
  mkdirSync(join(cwd, 'bin'));
  const npx = join(cwd, 'bin', 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(npx, 0o755);
});

/** In one shell, as when pasted. */
async function paste(script: string): Promise<{ readonly out: string; readonly err: string }> {
  const PATH = `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`;
  const shell = spawn('bash', ['-e', '-o', 'pipefail'], {
    cwd,
    env: { PATH, BURSAR_GATEWAY: gateway.url },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  shell.stdin.end(script.replaceAll('http://127.0.0.1:8787', gateway.url));
  const ended = once(shell, 'exit');
  const [out, err] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  expect(await ended, `${out}\n${err}`).toEqual([0, null]);
  return { out, err };
}

describe('the page on budgets', () => {
  it('is linked from the README', () => {
    expect(readPage('README.md')).toContain('](docs/budgets.md)');
  });

  it('shows what happens when it is pasted in order', async () => {
    const steps = blocks(page, 'sh tour');
    const promised = blocks(page, 'text');
    expect([steps.length, promised.length]).toEqual([3, 3]);
    const { out } = await paste(steps.join('\necho ==========\n'));
    for (const [place, output] of out.split('==========\n').entries()) {
      expect(output).toMatch(shown(promised[place] ?? ''));
    }
  });
});
