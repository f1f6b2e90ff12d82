import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, runInside, serve } from './harness.js';

const inside = (args: readonly string[], cwd: string) =>
  runInside(args, { cwd, randomBytes, clock: Date.now });

type Line = Record<string, unknown>;

it('has one line for every request: what it was, who asked, what it cost, why it was refused', async () => {
  const cwd = emptyFolder();
  await inside(['init'], cwd);
  const config = join(cwd, '.bursar', 'bursar.yaml');
  const file = join(cwd, 'access.log');
  const text = readFileSync(config, 'utf8').replace('127.0.0.1:8787', '127.0.0.1:0');
  writeFileSync(config, `${text}\naccessLog: ${file}\nlimits: { body: 1KiB }\n`);
  const mint = ['mint', '--holder', 'lab', '--budget', '16', '--expires', '1h'];
  const macaroon = (await inside(mint, cwd)).out.trim();
  const gateway = await serve({ cwd });
  const ask = async (path: string, body?: string, key = macaroon) => {
    const init = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(gateway.url + path, { ...init, headers: { 'x-api-key': key } });
    await response.text();
    return response;
  };
  const chat = (more: object) =>
    JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...more });
  const chatPath = '/v1/chat/completions';

  const first = await ask(`${chatPath}?key=canary`, chat({}));
  await ask(chatPath, chat({}));
  await ask(chatPath, chat({ model: 'gpt-4o-mini', stream: true }));
  await ask(chatPath, chat({ n: -1, model: 7 }));
  await ask(chatPath, chat({}), 'canary');
  await ask(chatPath, JSON.stringify({ pad: 'x'.repeat(100_000) }));
  await ask('/tools/unheard?q=canary');
  await ask(`/no/${macaroon}`);
  await ask('/bursar/v1/balance');
  await new Promise((resolve) => {
    const { hostname, port } = new URL(gateway.url);
    request({ hostname, port, path: 'http://elsewhere/' }, resolve).end();
  });

  const account = first.headers.get('x-bursar-account');
  const reservation = first.headers.get('x-bursar-reservation');
  const read = (from: string) =>
    readFileSync(from, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  await expect.poll(() => read(file).length).toBe(10);
  const base = { level: 'info', msg: 'call', time: expect.any(String), ms: expect.any(Number) };
  // Its client was still sending, so that its line comes once the connection is closed.
  const tooLarge = (line: Line) => line['status'] === 413;
  expect(read(file).find(tooLarge)).toEqual({
    ...{ ...base, method: 'POST', path: chatPath, account },
    ...{ status: 413, code: 'body_too_large' },
  });
  const rest = read(file).filter((line) => !tooLarge(line));
  const lines = rest.toSorted((a, b) => String(a['time']).localeCompare(String(b['time'])));
  const call = { ...base, method: 'POST', path: chatPath };
  const got = { ...base, method: 'GET' };
  const held = { account, name: 'gpt-4o', reservation };
  expect(lines[0]).toEqual({
    ...call,
    ...held,
    status: 200,
    cost: { credits: 15, calls: 1, tokens: 30, usd: 0.00024 },
  });
  const refused = { account, status: 402, code: 'budget_exhausted' };
  expect(lines[1]).toEqual({ ...call, ...refused, name: 'gpt-4o' });
  expect(lines[2]).toMatchObject({ status: 200, name: 'gpt-4o-mini', cost: { credits: 1 } });
  expect(lines[3]).toEqual({
    ...call,
    account,
    status: 400,
    code: 'invalid_request',
    param: 'model',
  });
  expect(lines[4]).toEqual({ ...call, status: 401, code: 'invalid_macaroon' });
  expect(lines[5]).toEqual({
    ...{ ...got, account, name: 'unheard', path: '/tools/unheard' },
    ...{ status: 404, code: 'not_routed' },
  });
  expect(lines[6]).toMatchObject({ path: '/no/[redacted]', status: 404, account });
  expect(lines[7]).toEqual({ ...got, account, path: '/bursar/v1/balance', status: 200 });
  expect(lines[8]).toMatchObject({ status: 400, code: 'invalid_request' });

  // A log that was moved away is begun again at SIGHUP.
  renameSync(file, `${file}.1`);
  gateway.child.kill('SIGHUP');
  await expect.poll(() => gateway.logLines.join('\n')).toContain('configuration read again');
  await ask('/bursar/v1/balance');
  expect(await gateway.stop()).toBe(0);
  expect(read(file)).toHaveLength(1);
  expect(readFileSync(`${file}.1`, 'utf8')).not.toMatch(/canary/);
  expect(gateway.out()).toBe('');
});

it('refuses a file that can not be written, at the start', async () => {
  const cwd = emptyFolder();
  await inside(['init'], cwd);
  const config = join(cwd, '.bursar', 'bursar.yaml');
  writeFileSync(config, `${readFileSync(config, 'utf8')}\naccessLog: /proc/none/access.log\n`);
  const { status, err } = await inside(['serve'], cwd);
  expect(status).toBe(1);
  expect(err).toContain("accessLog: /proc/none/access.log can't be written (ENOENT)");
});
