import { once } from 'node:events';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePair } from '../support/certificates.js';
import { bursar, emptyFolder, serve } from './harness.js';

const DASH_KEY = 'dash-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1';
const MINT = ['mint', '--holder', 'lab', '--budget', '100', '--expires', '1h'];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** A gateway with TLS, a listener for the operator, and a key that only reads. */
async function configured() {
  const cwd = emptyFolder();
  await bursar(['init'], { cwd });
  const folder = join(cwd, '.bursar');
  const config = join(folder, 'bursar.yaml');
  const pair = makePair();
  copyFileSync(pair.cert, join(folder, 'cert.pem'));
  copyFileSync(pair.key, join(folder, 'key.pem'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const text = readFileSync(config, 'utf8').replace('127.0.0.1:8787', `127.0.0.1:${port}`);
  writeFileSync(config, text);
  appendFileSync(
    config,
    `adminListen: 127.0.0.1:${adminPort}\n` +
      'tls: {cert: cert.pem, key: key.pem}\n' +
      `operatorKeys: [{name: dash, key: "${DASH_KEY}", scope: [read]}]\n`,
  );
  return {
    cwd,
    ca: pair.cert,
    url: `https://127.0.0.1:${port}`,
    admin: `https://127.0.0.1:${adminPort}`,
  };
}

describe('the commands and a gateway with TLS and a listener for the operator', () => {
  it('find both addresses by the configuration, and trust who they are told to', async () => {
    const { cwd, ca, url, admin } = await configured();
    const gateway = await serve({ cwd });
    expect(gateway.url).toBe(url);
    expect(gateway.logLines.join('\n')).toContain(`"adminUrl":"${admin}"`);
    const env = { NODE_EXTRA_CA_CERTS: ca };
    // One address for all commands: the operator's are sent to the other one.
    for (const address of [url, url.replace('127.0.0.1', 'localhost'), admin]) {
      const minted = await bursar(MINT, { cwd, env: { ...env, BURSAR_GATEWAY: address } });
      expect(minted).toMatchObject({ status: 0, err: expect.stringContaining('for lab') });
      const macaroon = minted.out.trim();
      // Without a word, the configured one.
      const balance = await bursar(['balance'], {
        cwd,
        env: { ...env, BURSAR_MACAROON: macaroon },
      });
      expect(balance).toMatchObject({ status: 0, err: '' });
    }

    const elsewhere = { ...env, BURSAR_OPERATOR_KEY: DASH_KEY, BURSAR_GATEWAY: admin };
    const tree = await bursar(['tree'], { cwd: emptyFolder(), env: elsewhere });
    expect(tree).toMatchObject({ status: 0, out: expect.stringContaining('lab') });
    const refused = await bursar(MINT, { cwd: emptyFolder(), env: elsewhere });
    expect(refused).toMatchObject({
      status: 1,
      err:
        'error: This needs an operator key with the scope mint; "dash" has the scope read. ' +
        `(operator_scope_missing, from ${admin})\n`,
    });

    const lost = await bursar(['tree', '--gateway', url], {
      cwd: emptyFolder(),
      env: { ...env, BURSAR_OPERATOR_KEY: DASH_KEY },
    });
    expect(lost.status).toBe(1);
    expect(lost.err).toContain('Where the gateway has an adminListen');

    const untrusted = await bursar(['tree', '--gateway', url], { cwd });
    expect(untrusted).toMatchObject({
      status: 1,
      err: expect.stringMatching(/is not trusted \(\w+\): set NODE_EXTRA_CA_CERTS to a file/),
    });
    await gateway.stop();
  });
});
