import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { CREDIT, counters, opened, request, rootOf, verdict } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();
const options = { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now };
/** Of the log: each frame is a header and a page. */
const FRAME_BYTES = 24 + 4_096;

async function at<T>(file: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openSqliteLedger(file, options);
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

/** A commit is written frame by frame. A process can be killed between any two, and within one. */
it('a commit that was written in part: nothing of it is there, and all that was before it', async () => {
  const file = join(folder, 'whole.db');
  const { root, log, before } = await at(file, async (ledger) => {
    const root = await opened(ledger);
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    const before = statSync(`${file}-wal`).size;
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    copyFileSync(file, join(folder, 'copy.db'));
    return { root, log: readFileSync(`${file}-wal`), before };
  });
  const frames = (log.length - before) / FRAME_BYTES;
  expect(frames).toBeGreaterThan(1);
  expect(Number.isInteger(frames)).toBe(true);

  const held: number[] = [];
  for (let bytes = before; bytes <= log.length; bytes += FRAME_BYTES / 2) {
    const torn = join(folder, `torn-${bytes}.db`);
    copyFileSync(join(folder, 'copy.db'), torn);
    // Every other time with what a power loss leaves behind it: bytes that were never written.
    const rest = Buffer.alloc(held.length % 2 === 0 ? 0 : log.length - bytes);
    writeFileSync(`${torn}-wal`, Buffer.concat([log.subarray(0, bytes), rest]));
    held.push(
      await at(torn, async (ledger) => {
        const found = await counters(ledger, rootOf(root));
        expect(verdict(await ledger.reserve(request(root)))).toBe('held');
        return found.held / CREDIT;
      }),
    );
  }
  expect(held).toEqual([...Array(2 * frames).fill(1), 2]);
});
