// The five ways to the same upstream. Each has its own process on the servers' core.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answering, freePort, runOn, startOn } from './processes.js';

const SERVERS = 0;
const here = fileURLToPath(new URL('.', import.meta.url));
const bursar = join(here, '../dist/cli/bin.js');

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string} url
 * @property {string} credential
 * @property {Record<string, string>} [env]
 */

/** @param {number} upstreamPort @returns {Target} */
export function direct(upstreamPort) {
  return { name: 'upstream alone', url: chatUrl(upstreamPort), credential: 'none' };
}

/** @param {number} upstreamPort @returns {Promise<Target>} */
export async function passthrough(upstreamPort) {
  const port = await freePort();
  startOn(SERVERS, process.execPath, [join(here, 'passthrough.js'), `${port}`, `${upstreamPort}`]);
  await answering(`http://127.0.0.1:${port}/`);
  return { name: 'bare pass-through', url: chatUrl(port), credential: 'none' };
}

/**
 * @param {string} name @param {string} ledger @param {string} folder @param {number} upstreamPort
 * @returns {Promise<Target>}
 */
export async function gateway(name, ledger, folder, upstreamPort) {
  const port = await freePort();
  const env = { ...process.env, BURSAR_CONFIG: join(folder, 'bursar.yaml') };
  mkdirSync(folder, { recursive: true });
  await runOn(SERVERS, process.execPath, [bursar, 'init', '--dir', folder], env);
  writeFileSync(env.BURSAR_CONFIG, configuration(port, ledger, upstreamPort));
  const root = await runOn(
    SERVERS,
    process.execPath,
    [
      bursar,
      'mint',
      '--holder',
      'bench',
      '--budget',
      '9000000000',
      '--expires',
      '24h',
      '--tools',
      'gpt-*',
    ],
    env,
  );
  const child = await runOn(
    SERVERS,
    process.execPath,
    [bursar, 'delegate', '--holder', 'child', '--budget', '8000000000', '--expires', '12h'],
    { ...env, BURSAR_MACAROON: root.trim() },
  );
  startOn(SERVERS, process.execPath, [bursar, 'serve'], env);
  await answering(`http://127.0.0.1:${port}/healthz`);
  return { name, url: chatUrl(port), credential: child.trim() };
}

/** @param {number} upstreamPort @returns {Promise<Target | undefined>} where it is installed */
export async function portkey(upstreamPort) {
  let entry;
  try {
    entry = createRequire(import.meta.url).resolve('@portkey-ai/gateway/build/start-server.js');
  } catch {
    return undefined;
  }
  const port = await freePort();
  startOn(SERVERS, process.execPath, [entry, `--port=${port}`, '--headless']);
  await answering(`http://127.0.0.1:${port}/`);
  return {
    name: '@portkey-ai/gateway (enforces nothing)',
    url: chatUrl(port),
    credential: 'none',
    env: { BENCH_CUSTOM_HOST: `http://127.0.0.1:${upstreamPort}/v1` },
  };
}

/** @returns {Promise<string>} its URL */
export async function redis(/** @type {string} */ folder) {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  startOn(SERVERS, 'redis-server', [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--loglevel', 'warning'],
  ]);
  return `redis://127.0.0.1:${port}/0`;
}

/** @param {number} port */
function chatUrl(port) {
  return `http://127.0.0.1:${port}/v1/chat/completions`;
}

/** @param {number} port @param {string} ledger @param {number} upstreamPort */
function configuration(port, ledger, upstreamPort) {
  return `listen: 127.0.0.1:${port}
ledger: ${ledger}
stateDir: state
keys: keys.json
operatorKeyFile: operator.key
upstreams:
  bench:
    protocol: openai
    baseUrl: http://127.0.0.1:${upstreamPort}/v1
    apiKey: upstream-key
    models: ["gpt-*"]
tools:
  costs:
    gpt-4o-mini: 1
`;
}
