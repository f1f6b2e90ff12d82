import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { emptyFolder } from '../cli/harness.js';
import { atEndOfFile } from '../support/end-of-file.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

it('what npm packs installs in an empty folder, and serves a call from there', async () => {
  const cwd = emptyFolder();
  const npm = (args: readonly string[], from: string) =>
    execFileSync('npm', [...args, '--silent'], { cwd: from, encoding: 'utf8' });
  npm(['pack', '--pack-destination', cwd], ROOT);
  const [tarball = ''] = readdirSync(cwd).filter((name) => name.endsWith('.tgz'));
  npm(['init', '-y'], cwd);
  npm(['install', '--omit=dev', tarball], cwd);

  const bin = join(cwd, 'node_modules/.bin/bursar');
  const bursar = (...args: string[]) => execFileSync(bin, args, { cwd, encoding: 'utf8' }).trim();
  bursar('init');
  const macaroon = bursar('mint', '--holder', 'a', '--budget', '100', '--expires', '1h');
  const gateway = spawn(bin, ['serve'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  atEndOfFile(() => gateway.kill('SIGKILL'));
  const ended = once(gateway, 'close');
  let url: string | undefined;
  for await (const line of createInterface({ input: gateway.stderr })) {
    url = /"url":"(http[^"]+)"/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${macaroon}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-bursar-cost')).toContain('15 credits');
  gateway.kill('SIGTERM');
  await ended;
});
