// Starting and stopping what is measured, each pinned to its core.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** @type {import('node:child_process').ChildProcess[]} */
const started = [];

/** @returns {Promise<number>} a port that was free a moment ago */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/**
 * @param {number} core
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function startOn(core, command, args, env = process.env) {
  const child = spawn('taskset', ['-c', String(core), command, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  started.push(child);
  return child;
}

/** @param {number} core @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
export function runOn(core, command, args, env) {
  return new Promise((/** @type {(text: string) => void} */ resolve, reject) => {
    const child = spawn('taskset', ['-c', String(core), command, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}:\n${output}`)),
    );
  });
}

/** Waits until something answers there, whatever it answers. @param {string} url */
export async function answering(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Ends what was started here, and nothing else. */
export async function stopAll() {
  await Promise.all(
    started.map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
      return gone.then(() => clearTimeout(hard));
    }),
  );
}
