// Starting and stopping what is measured, each pinned to its core.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Ends what was started here, and nothing else: what was started last first, since it may need the others. */
export async function stopAll() {
  for (const child of started.reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(hard);
  }
}

/** What a process has used so far, in all its threads. @param {number | undefined} pid @returns {number} microseconds */
export function cpuMicros(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The fields behind the name, which can contain spaces: utime and stime are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** `getconf CLK_TCK` is 100 on every Linux. */
const MICROS_PER_TICK = 10_000;
