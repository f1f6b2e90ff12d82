// Load from wrk, and what of it is reported.
import { cpuMicros, runOn } from './processes.js';

export const LOAD_CORE = 1;

/**
 * @typedef {{ requests: number, errors: number, micros: number, p50: number, p99: number, cpuMicros?: number }} Reading
 * @typedef {import('./targets.js').Target} Target
 */

/**
 * @param {Target} target @param {string} body @param {number} connections @param {number} seconds
 * @returns {Promise<Reading>}
 */
export async function load(target, body, connections, seconds) {
  const script = new URL('wrk.lua', import.meta.url).pathname;
  const before = target.pid && cpuMicros(target.pid);
  const output = await runOn(
    LOAD_CORE,
    'wrk',
    ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, target.url],
    { ...process.env, ...target.env, BENCH_CREDENTIAL: target.credential, BENCH_BODY: body },
  );
  const line = output.split('\n').find((text) => text.startsWith('RESULT '));
  if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const reading = JSON.parse(line.slice('RESULT '.length));
  if (reading.errors > 0) throw new Error(`${target.name}: ${reading.errors} answers were errors`);
  const used = before === undefined ? {} : { cpuMicros: cpuMicros(target.pid) - before };
  return { ...reading, ...used };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** @param {Reading[]} readings */
export function summary(readings) {
  return {
    perSecond: median(readings.map(({ requests, micros }) => (requests * 1e6) / micros)),
    /** Of one request, in the server's process. */
    cpuMicros: median(readings.map(({ cpuMicros, requests }) => (cpuMicros ?? 0) / requests)),
    p50: median(readings.map(({ p50 }) => p50)),
    p99: median(readings.map(({ p99 }) => p99)),
  };
}
