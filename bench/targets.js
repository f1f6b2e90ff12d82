// The six ways to the same upstream. Each has its own process on the servers' core.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answering, freePort, runOn, startOn } from './processes.js';

const SERVERS = 0;
/** Of the servers that are measured: `--cpu-prof --cpu-prof-dir=/tmp/prof`, say. */
const NODE_FLAGS = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
const here = fileURLToPath(new URL('.', import.meta.url));
const bursar = join(here, '../dist/cli/bin.js');

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string} url
 * @property {string} credential
 * @property {number | undefined} pid of the server, where it is one of those that are measured
 * @property {Record<string, string>} [env]
 * @typedef {Target & { meteredCredential: string }} GatewayTarget its other one has a budget in USD, too
 */

/** @param {number} upstreamPort @returns {Target} */
export function direct(upstreamPort) {
  return { name: 'upstream alone', url: chatUrl(upstreamPort), credential: 'none', pid: undefined };
}

/** @param {number} upstreamPort @returns {Promise<Target>} a Hono program that passes calls on */
export function passthrough(upstreamPort) {
  return program('bare pass-through', 'passthrough.js', upstreamPort);
}

/** @param {number} upstreamPort @returns {Promise<Target>} what the gateway is without enforcement */
export function unenforced(upstreamPort) {
  return program('own path, unenforced', 'unenforced.js', upstreamPort);
}

/** @param {string} name @param {string} file @param {number} upstreamPort @returns {Promise<Target>} */
async function program(name, file, upstreamPort) {
  const port = await freePort();
  const script = join(here, file);
  const { pid } = startOn(SERVERS, process.execPath, [
    ...NODE_FLAGS,
    script,
    `${port}`,
    `${upstreamPort}`,
  ]);
  await answering(`http://127.0.0.1:${port}/`);
  return { name, url: chatUrl(port), credential: 'none', pid };
}

/**
 * @param {string} name @param {string} ledger @param {string} folder @param {number} upstreamPort
 * @returns {Promise<GatewayTarget>}
 */
export async function gateway(name, ledger, folder, upstreamPort) {
  const port = await freePort();
  const env = { ...process.env, BURSAR_CONFIG: join(folder, 'bursar.yaml') };
  mkdirSync(folder, { recursive: true });
  await runOn(SERVERS, process.execPath, [bursar, 'init', '--dir', folder], env);
  writeFileSync(env.BURSAR_CONFIG, configuration(port, ledger, upstreamPort));
  const credential = await delegated(env, ['']);
  const meteredCredential = await delegated(env, ['', 'usd']);
  const { pid } = startOn(SERVERS, process.execPath, [...NODE_FLAGS, bursar, 'serve'], env);
  await answering(`http://127.0.0.1:${port}/healthz`);
  return { name, url: chatUrl(port), credential, meteredCredential, pid };
}

/** A child's macaroon, with budgets in these units that no run reaches. @param {NodeJS.ProcessEnv} env @param {string[]} units */
async function delegated(env, units) {
  const budgets = (/** @type {string} */ amount) =>
    units.flatMap((unit) => ['--budget', `${amount}${unit}`]);
  const mint = ['mint', '--holder', 'bench', ...budgets('9000000000')];
  const root = await runOn(
    SERVERS,
    process.execPath,
    [bursar, ...mint, '--expires', '24h', '--tools', 'gpt-*'],
    env,
  );
  const child = await runOn(
    SERVERS,
    process.execPath,
    [bursar, 'delegate', '--holder', 'child', ...budgets('8000000000'), '--expires', '12h'],
    { ...env, BURSAR_MACAROON: root.trim() },
  );
  return child.trim();
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
  const { pid } = startOn(SERVERS, process.execPath, [entry, `--port=${port}`, '--headless']);
  await answering(`http://127.0.0.1:${port}/`);
  return {
    name: '@portkey-ai/gateway (enforces nothing)',
    url: chatUrl(port),
    credential: 'none',
    pid,
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
    gpt-bench: 1
    gpt-4o-mini: 1
`;
}
