import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { bursar, emptyFolder, runInside, serve } from './harness.js';

const inside = (args: readonly string[], cwd: string) =>
  runInside(args, { cwd, randomBytes, clock: Date.now });

const MINT = ['mint', '--holder', 'lab', '--budget', '100', '--expires', '1h'];

/** A folder whose ring is where a secret store would have it. */
async function configured(setting: (file: string) => string) {
  const cwd = emptyFolder();
  await inside(['init'], cwd);
  const config = join(cwd, '.bursar', 'bursar.yaml');
  const ring = join(cwd, 'store.json');
  renameSync(join(cwd, '.bursar', 'keys.json'), ring);
  const text = readFileSync(config, 'utf8').replace('127.0.0.1:8787', '127.0.0.1:0');
  writeFileSync(config, text.replace('keys: keys.json', setting(ring)));
  return { cwd, ring };
}

const kidsOf = async (cwd: string) =>
  (
    JSON.parse((await inside(['keys', 'list', '--json'], cwd)).out) as {
      keys: { kid: string }[];
    }
  ).keys;

describe('a key ring from a command', () => {
  it('serves, mints and lists; SIGHUP reads it again, and a failure is told by /readyz', async () => {
    const { cwd, ring } = await configured((file) => `keysCommand: [cat, ${file}]`);
    const [key] = await kidsOf(cwd);
    const macaroon = (await inside(MINT, cwd)).out.trim();
    const gateway = await serve({ cwd });
    const balance = async () =>
      (await fetch(`${gateway.url}/bursar/v1/balance`, { headers: { 'x-api-key': macaroon } }))
        .status;
    const ready = async () => {
      const response = await fetch(`${gateway.url}/readyz`);
      return [response.status, await response.json()];
    };
    expect([await balance(), await ready()]).toEqual([200, [200, { ready: true }]]);

    const good = readFileSync(ring, 'utf8');
    writeFileSync(ring, 'canary');
    gateway.child.kill('SIGHUP');
    const part = { part: 'key_ring', why: expect.stringContaining('the one of before stays') };
    await vi.waitFor(async () =>
      expect(await ready()).toEqual([200, { ready: true, degraded: [part] }]),
    );
    expect(await balance()).toBe(200);

    writeFileSync(ring, good.replaceAll(key?.kid ?? '', 'another'));
    gateway.child.kill('SIGHUP');
    await vi.waitFor(async () => expect(await ready()).toEqual([200, { ready: true }]));
    expect(await balance()).toBe(401);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.logLines.join('\n')).not.toContain('canary');
  });

  it('is not changed here', async () => {
    const { cwd } = await configured((file) => `keysCommand: [cat, ${file}]`);
    const { status, err } = await inside(['keys', 'rotate'], cwd);
    expect(status).toBe(1);
    expect(err).toContain(
      'error: the key ring comes from a command (keysCommand): change it there',
    );
  });
});

describe('a key ring from a descriptor', () => {
  it('is read once, and serves', async () => {
    const { cwd, ring } = await configured(() => 'keys: fd:3');
    const prelude = `exec 3<'${ring}';`;
    const minted = await bursar(MINT, { cwd, prelude });
    expect(minted.status).toBe(0);
    const gateway = await serve({ cwd, prelude });
    const headers = { 'x-api-key': minted.out.trim() };
    expect((await fetch(`${gateway.url}/bursar/v1/balance`, { headers })).status).toBe(200);
    await gateway.stop();
  });

  it('that is not there is refused', async () => {
    const { cwd } = await configured(() => 'keys: fd:77');
    const { status, err } = await inside(['serve'], cwd);
    expect(status).toBe(1);
    expect(err).toContain(
      "keys: found descriptor 77, which can't be read (EBADF); expected a pipe or file",
    );
  });
});
