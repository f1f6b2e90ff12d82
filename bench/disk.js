// How long this disk takes to make 4 KiB durable: what every commit of SQLite waits for.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} folder @returns {number} microseconds, the median of 200 */
export function commitMicros(folder) {
  const file = openSync(join(folder, 'commit.probe'), 'w');
  const page = Buffer.alloc(4096, 1);
  const micros = Array.from({ length: 200 }, () => {
    const startedNs = process.hrtime.bigint();
    writeSync(file, page);
    fdatasyncSync(file);
    return Number(process.hrtime.bigint() - startedNs) / 1000;
  });
  closeSync(file);
  return Math.round(micros.sort((a, b) => a - b)[100] ?? 0);
}
