import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { emptyFolder, runInside, type Serving, serve } from './harness.js';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
});

/** An upstream that says its name in each answer, and the key that it was called with. */
async function named(name: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const said = JSON.stringify({
        from: name,
        key: String(request.headers['x-key']).split('-')[0],
      });
      setTimeout(() => response.setHeader('content-type', 'application/json').end(said), 2);
    });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const inside = (args: readonly string[], cwd: string) =>
  runInside(args, { cwd, randomBytes, clock: Date.now });

interface Changing {
  readonly url: string;
  readonly cost: number;
  readonly key?: string;
  readonly more?: string;
  readonly listen?: string;
}

async function configured(first: Changing) {
  const cwd = emptyFolder();
  await inside(['init'], cwd);
  const folder = join(cwd, '.bursar');
  const file = join(folder, 'bursar.yaml');
  const write = ({ url, cost, key = 'k', more = '', listen = '127.0.0.1:0' }: Changing) =>
    writeFileSync(
      file,
      `listen: ${listen}\noperatorKeyFile: operator.key\nlimits: { drain: 5s }\n${more}` +
        `tools:\n  costs: { t: ${cost} }\n  endpoints: { t: { url: ${url}, headers: { x-key: ${key} } } }\n`,
    );
  mkdirSync(join(folder, 'state'), { recursive: true });
  write(first);
  const macaroon = (
    await inside(['mint', '--holder', 'lab', '--budget', '100000', '--expires', '1h'], cwd)
  ).out.trim();
  return { cwd, folder, write, headers: { 'x-api-key': macaroon } };
}

const called = async ({ url }: Serving, headers: Record<string, string>) => {
  const response = await fetch(`${url}/tools/t`, { headers });
  const { from, key } = (await response.json()) as { from?: string; key?: string };
  return { status: response.status, from, key, cost: response.headers.get('x-bursar-cost') };
};

async function hangUp(gateway: Serving, message: string): Promise<string> {
  const from = gateway.logLines.length;
  gateway.child.kill('SIGHUP');
  await expect.poll(() => gateway.logLines.slice(from).join('\n')).toContain(message);
  return gateway.logLines.slice(from).join('\n');
}

const TAKEN = 'configuration read again';

describe('SIGHUP', () => {
  it('drops no call and no cent under 32 connections, and never mixes old and new', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const { cwd, write, headers } = await configured({ url: a, cost: 1 });
    const gateway = await serve({ cwd });
    let isOver = false;
    const results: Awaited<ReturnType<typeof called>>[] = [];
    const work = async () => {
      while (!isOver) results.push(await called(gateway, headers));
    };
    const workers = Array.from({ length: 32 }, work);
    for (let turn = 0; turn < 4; turn++) {
      write(turn % 2 === 0 ? { url: b, cost: 2 } : { url: a, cost: 1 });
      await hangUp(gateway, TAKEN);
      const seen = results.length;
      await vi.waitUntil(() => results.length > seen + 32);
    }
    isOver = true;
    await Promise.all(workers);
    const kinds = new Set(results.map(({ status, from, cost }) => `${status} ${from} ${cost}`));
    expect(kinds).toEqual(new Set(['200 a 1 credits', '200 b 2 credits']));
    const sum = results.reduce((total, { cost }) => total + Number.parseInt(cost ?? '', 10), 0);
    const balance = await fetch(`${gateway.url}/bursar/v1/balance`, { headers });
    const { path } = (await balance.json()) as { path: { spent: object; held: object }[] };
    expect(path.at(-1)).toMatchObject({ spent: { credits: sum, calls: results.length } });
    expect(await gateway.stop()).toBe(0);
  });

  it('keeps the old settings where the new ones have a mistake, and says which', async () => {
    const a = await named('a');
    const { cwd, folder, write, headers } = await configured({ url: a, cost: 1 });
    const gateway = await serve({ cwd });
    write({ url: a, cost: 3, key: 'canary-canary', more: 'lissten: x\n' });
    const said = await hangUp(gateway, 'the settings of before stay');
    expect(said).toContain('lissten: found an unknown name');
    expect(await called(gateway, headers)).toMatchObject({ cost: '1 credits', key: 'k' });

    const operator = readFileSync(join(folder, 'operator.key'), 'utf8').trim();
    writeFileSync(join(folder, 'operator.key'), randomBytes(32).toString('hex'));
    writeFileSync(join(folder, 'other.yaml'), 'models:\n  m: { input: x }\n');
    write({ url: a, cost: 3, more: 'prices: other.yaml\n' });
    expect(await hangUp(gateway, 'the settings of before stay')).toContain('other.yaml');
    const asked = (key: string) =>
      fetch(`${gateway.url}/bursar/v1/accounts`, { headers: { 'x-api-key': key } });
    expect((await asked(operator)).status).toBe(200);

    // Mended, all of it is taken over: the cost, the key, the operator's key.
    write({ url: a, cost: 3, key: 'canary-canary' });
    await hangUp(gateway, TAKEN);
    expect(await called(gateway, headers)).toMatchObject({
      cost: '3 credits',
      key: 'canary',
    });
    expect((await asked(operator)).status).toBe(401);

    // What only a start takes over is named, and the rest is taken over.
    const more = 'ledger: sqlite:other.db\nkeys: other.json\nledgerTimeout: 2s\n';
    write({ url: a, cost: 2, more, listen: '127.0.0.1:1' });
    expect(await hangUp(gateway, 'wait for a restart')).toContain(
      '"settings":["listen","ledger","ledgerTimeout","keys"]',
    );
    expect(await called(gateway, headers)).toMatchObject({ status: 200, cost: '2 credits' });
    await gateway.stop();
    expect(gateway.logLines.join('\n')).not.toContain('canary');
  });

  it('while it starts and while it stops ends nothing undrained', async () => {
    const a = await named('a');
    const { cwd, headers, write } = await configured({ url: a, cost: 1 });
    const early = await serve({ cwd }, [], undefined, (line, child) => {
      if (!line.includes('"listening"') && child.killed === false) {
        write({ url: a, cost: 4 });
        child.kill('SIGHUP');
      }
    });
    await expect.poll(() => early.logLines.join('\n')).toContain(TAKEN);
    expect(await called(early, headers)).toMatchObject({ cost: '4 credits' });
    early.child.kill('SIGTERM');
    for (let i = 0; i < 20; i++) early.child.kill('SIGHUP');
    expect(await early.gone).toBe(0);
    expect(early.logLines.at(-1)).toContain('"stopped"');
  });
});
