import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, bursar, emptyFolder, START, serve } from './harness.js';

/** A folder with a configuration that listens on a free port. */
async function configured(): Promise<string> {
  const cwd = emptyFolder();
  await bursar(['init'], { cwd });
  const config = join(cwd, '.bursar', 'bursar.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('127.0.0.1:8787', '127.0.0.1:0'));
  return cwd;
}

const MINT = ['mint', '--holder', 'a', '--budget', '1', '--expires', '1h'];

describe('serve', () => {
  it('says in its first line what serves what, and nothing on standard output', async () => {
    const gateway = await serve({
      cwd: await configured(),
      env: { OPENAI_API_KEY: 'sk-canary-canary' },
    });
    expect(JSON.parse(gateway.logLines[0] ?? '')).toMatchObject({
      msg:
        'openai serves gpt-* o*; ' +
        'anthropic is off (its apiKey is empty: set ANTHROPIC_API_KEY); ' +
        'sandbox is off (it answers only while every provider is off: openai is on)',
    });
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    await gateway.stop();
    expect(gateway.out()).toBe('');
    expect(gateway.logLines.join('\n')).not.toContain('canary');
  });

  it('says that the ledger does not answer, and serves for when it does', async () => {
    const cwd = await configured();
    const config = join(cwd, '.bursar', 'bursar.yaml');
    const text = readFileSync(config, 'utf8');
    // Port 9 is for discarding, and nothing listens there.
    const down = text.replace('sqlite:ledger.db', 'redis://agent:canary-canary@127.0.0.1:9/0');
    writeFileSync(config, down);
    const gateway = await serve({ cwd });
    await expect.poll(() => gateway.logLines.at(-1)).toContain('the ledger does not answer');
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    await gateway.stop();
    expect(gateway.logLines.join('\n')).not.toContain('canary');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with status 0', async (signal) => {
    const gateway = await serve({ cwd: await configured() });
    gateway.child.kill(signal);
    expect(await gateway.gone).toBe(0);
    expect(gateway.logLines.at(-1)).toContain('"stopped"');
  });

  it('goes on when nobody takes its log any more', async () => {
    const gateway = await serve({ cwd: await configured() });
    gateway.child.stderr?.destroy();
    // Each of these is logged.
    for (let call = 0; call < 3; call++) {
      expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
    }
    expect(await gateway.stop()).toBe(0);
  });

  it('a second signal ends it at once, though a call is open', async () => {
    const cwd = await configured();
    const gateway = await serve({ cwd });
    const macaroon = (await bursar(MINT, { cwd })).out.trim();
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    // The gateway asks for the body once it waits for it, and the body never comes.
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${macaroon}\r\n` +
        'content-length: 9\r\nexpect: 100-continue\r\n\r\n',
    );
    await once(socket, 'data');
    gateway.child.kill('SIGTERM');
    await expect.poll(() => gateway.logLines.at(-1)).toContain('stopping');
    const ended = gateway.gone;
    // Within a second it is taken for the same request, as npm sends it twice.
    const repeat = setInterval(() => gateway.child.kill('SIGTERM'), 200);
    expect(await ended).toBe(1);
    clearInterval(repeat);
    socket.destroy();
  });

  it('keys rotated and retired take effect without a restart', async () => {
    const cwd = await configured();
    const gateway = await serve({ cwd });
    const macaroon = (await bursar(MINT, { cwd })).out.trim();
    const balance = () => bursar(['balance', '--gateway', gateway.url], { input: macaroon });
    expect((await balance()).status).toBe(0);
    const [kid = ''] =
      (await bursar(['keys', 'list'], { cwd })).out.split('\n')[1]?.split(' ') ?? [];
    await bursar(['keys', 'rotate'], { cwd });
    await bursar(['keys', 'retire', kid, '--yes'], { cwd });
    await expect.poll(async () => (await balance()).status, { timeout: 10_000 }).toBe(1);
    await gateway.stop();
  });
});

describe('serve --welcome', () => {
  /** `npx` in a folder that is no clone: the built command itself. */
  function withNpx(cwd: string): string {
    const folder = join(cwd, 'bin');
    mkdirSync(folder);
    symlinkSync(process.execPath, join(folder, 'node'));
    writeFileSync(join(folder, 'npx'), `#!/bin/sh\nshift\nexec node '${BIN}' "$@"\n`);
    chmodSync(join(folder, 'npx'), 0o755);
    return `${folder}:${process.env['PATH'] ?? ''}`;
  }

  it('prints commands of which each works when pasted, whole or line by line', async () => {
    const cwd = await configured();
    const gateway = await serve({ cwd }, ['--welcome']);
    await expect.poll(() => gateway.out()).toContain('bursar tree');
    const env = { PATH: withNpx(cwd) };
    const output = execFileSync('/bin/sh', ['-e'], {
      cwd,
      env,
      input: gateway.out(),
      encoding: 'utf8',
    });
    expect(output.match(/^HTTP \d+$/gm)).toEqual(['HTTP 200', 'HTTP 200', 'HTTP 402']);
    expect(output).toContain('"code":"budget_exhausted"');
    expect(output.match(/^first-agent +2 +16 +0 +1000 +984 +credits$/gm)).toHaveLength(2);
    expect(output.match(/^└─ scraper-[0-9a-f]+ +1 +15 +0 +20 +5 +credits$/gm)).toHaveLength(2);
    expect(await gateway.stop()).toBe(0);
  });

  it('gives the macaroon of before away again, while there is enough left of it', async () => {
    const cwd = await configured();
    const given = async () => {
      const gateway = await serve({ cwd }, ['--welcome']);
      await expect.poll(() => gateway.out()).toContain('bursar tree');
      await gateway.stop();
      return /BURSAR_MACAROON=([\w-]{100,})/.exec(gateway.out())?.[1] ?? '';
    };
    const first = await given();
    expect(await given()).toBe(first);
    await bursar(['close', 'first-agent'], { cwd });
    expect(await given()).not.toBe(first);
  });

  it('the macaroon stays out of the log', async () => {
    const gateway = await serve({ cwd: await configured() }, ['--welcome']);
    await expect.poll(() => gateway.out()).toContain('bursar tree');
    await gateway.stop();
    const macaroon = /BURSAR_MACAROON=([\w-]{100,})/.exec(gateway.out())?.[1] ?? '';
    expect(macaroon).not.toBe('');
    expect(gateway.logLines.join('\n')).not.toContain(macaroon);
  });
});

describe('npm start', () => {
  it('serves with a welcome in this very process, and passes the exit status on', async () => {
    const gateway = await serve({ cwd: await configured() }, [], START);
    await expect.poll(() => gateway.out()).toContain('export BURSAR_MACAROON=');
    expect(await gateway.stop()).toBe(0);
  });

  it('makes a configuration where there is none', async () => {
    const cwd = emptyFolder();
    // Its port is the usual one, which may be taken here: either way it was made before.
    const started = await serve({ cwd }, [], START).catch((error: Error) => error);
    expect(existsSync(join(cwd, '.bursar', 'bursar.yaml'))).toBe(true);
    if (started instanceof Error)
      expect(started.message).toContain('something listens there already');
    else expect(await started.stop()).toBe(0);
  });

  it('keeps to the configuration that there is', async () => {
    const cwd = await configured();
    const before = readFileSync(join(cwd, '.bursar', 'keys.json'), 'utf8');
    const gateway = await serve({ cwd }, [], START);
    await gateway.stop();
    expect(readFileSync(join(cwd, '.bursar', 'keys.json'), 'utf8')).toBe(before);
  });
});
