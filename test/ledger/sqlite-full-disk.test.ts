import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import type { Operation } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { CREDIT, genesis, limit, opened, request, rootOf, verdict } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const NOW_MS = 1_800_000_000_000;
const folder = temporaryFolder();

it('a log that once found the disk full is cut off before the next call, and stays short', () => {
  const file = join(folder, 'log.db');
  const db = new Database(file);
  prepareDatabase(db, file);
  const at = { nowMs: 0, isFull: false };
  const exec = db.exec.bind(db);
  db.exec = (sql) => {
    if (sql === 'COMMIT' && at.isFull) throw Object.assign(new Error('full'), { rawCode: 13 });
    return exec(sql);
  };
  const patience = { now: () => at.nowMs, sleep: () => {}, random: () => 0.5 };
  const store = new SqliteStore(db, { ...LEDGER_DEFAULTS, clock: () => NOW_MS }, patience);
  const root = genesis({ limits: [limit(10_000)] });
  const ask = (operation: Operation) =>
    store.execute([{ id: 0, operation, gatewayMs: NOW_MS, deadlineMs: at.nowMs + 1 }])[0];
  const reserve = () => ask({ kind: 'reserve', request: request(root) });
  const logBytes = () => statSync(`${file}-wal`).size;

  ask({ kind: 'openRoot', genesis: root });
  for (let i = 0; i < 300; i++) reserve();
  const before = logBytes();
  expect(before).toBeGreaterThan(1_000_000);
  at.isFull = true;
  expect(reserve()).toMatchObject({ failed: { reason: 'store_error' } });
  at.isFull = false;
  at.nowMs = 1_000;
  expect(reserve()).toMatchObject({ outcome: { status: 'held' } });
  expect(logBytes()).toBeLessThan(before / 4);
  for (let i = 0; i < 300; i++) reserve();
  expect(logBytes()).toBeLessThan(before);
  const held = 601 * CREDIT;
  expect(ask({ kind: 'tree', request: { account: rootOf(root) } })).toMatchObject({
    outcome: { accounts: [{ counters: { credits: { held } } }] },
  });
  store.close();
});

/** A file system of 3 MiB, where this process may make one. */
function tinyDisk(): string | undefined {
  const disk = join(folder, 'disk');
  mkdirSync(disk, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  return disk;
}

it('on 3 MiB of disk: refuses while it is full, and goes on by itself when there is room', async (context) => {
  const disk = tinyDisk();
  if (disk === undefined) return context.skip('this process may not mount a file system');
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(1_500_000));
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 10_000, clock: Date.now };
  const ledger = await openSqliteLedger(join(disk, 'ledger.db'), options);
  const root = await opened(ledger, { limits: [limit(1_000_000)] });
  const held: string[] = [];
  const reserve = async () => {
    const asked = request(root);
    const { status } = await ledger.reserve(asked);
    expect(status).toBe('held');
    held.push(asked.reservation);
  };
  const reserveMany = async (count: number) => {
    for (let i = 0; i < count; i++) await reserve();
  };
  await expect(reserveMany(10_000)).rejects.toMatchObject({ reason: 'store_error' });
  await expect(reserve()).rejects.toMatchObject({ reason: 'store_error' });
  expect(held.length).toBeGreaterThan(20);
  rmSync(ballast);
  await vi.waitFor(reserve, { timeout: 2_000, interval: 50 });
  // More than the whole disk holds of the log.
  await reserveMany(800);
  const tree = await ledger.tree({ account: rootOf(root), depth: 0 });
  // All that was acknowledged, and nothing that was refused.
  expect(tree).toMatchObject({
    accounts: [{ counters: { credits: { held: held.length * CREDIT } } }],
  });
  const ended = await Promise.all(
    held.slice(0, 100).map((reservation) => ledger.settle({ reservation, cost: {} })),
  );
  expect(new Set(ended.map(verdict))).toEqual(new Set(['settled']));
  await ledger.close();
});
