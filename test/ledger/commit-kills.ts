import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Genesis, LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { CREDIT, counters, limit, opened, rootOf, verdict } from './fixtures.js';

const script = fileURLToPath(new URL('./sqlite-commit-kill.js', import.meta.url));
const engine = fileURLToPath(new URL('../../dist/src/ledger', import.meta.url));
const options = { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now };

type Moment = 'before' | 'inside' | 'after';

/** The names that a process wrote before it killed itself at one of its commits. */
async function killedAt(file: string, root: Genesis, commit: number, moment: Moment) {
  const { tenant, rootId } = root;
  const task = JSON.stringify({ tenant, rootId, commit, moment });
  const child = spawn(process.execPath, [script, engine, file, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (bytes) => {
    out += String(bytes);
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  const named = (word: string) =>
    [...out.matchAll(new RegExp(`^${word} (\\S+)$`, 'gm'))].map(([, name = '']) => name);
  return { acknowledged: named('acknowledged'), asked: named('asked') };
}

/**
 * One file, and a process after another that dies just before its first commit, while it is written,
 * and just after it; then its second, and so on. What was acknowledged is there; a group whose commit
 * was not begun is not; one whose commit was done is whole, though nobody was told; and of one whose
 * commit was being written there is all or nothing.
 * @returns how many of those there were, of all that died then
 */
export async function killedAtEachCommit(file: string, commits: number): Promise<number> {
  const before = await openSqliteLedger(file, options);
  const root = await opened(before, { limits: [limit(1_000_000)] });
  await before.close();
  const there: string[] = [];
  const lost: string[] = [];
  const halfway: (readonly string[])[] = [];
  for (let commit = 1; commit <= commits; commit++) {
    for (const moment of ['before', 'inside', 'after'] as const) {
      const { acknowledged, asked } = await killedAt(file, root, commit, moment);
      expect([acknowledged.length, asked.length]).toEqual([4 * (commit - 1), 4]);
      there.push(...acknowledged);
      if (moment === 'inside') halfway.push(asked);
      else (moment === 'before' ? lost : there).push(...asked);
    }
  }
  const ledger = await openSqliteLedger(file, options);
  const { held } = await counters(ledger, rootOf(root));
  const settle = async (names: readonly string[]) =>
    new Set(
      await Promise.all(
        names.map((reservation) => ledger.settle({ reservation, cost: {} }).then(verdict)),
      ),
    );
  let whole = 0;
  for (const names of halfway) {
    const found = await settle(names);
    expect(found.size, [...found].join()).toBe(1);
    if (found.has('settled')) whole += 1;
    else expect(found).toEqual(new Set(['reservation_unknown']));
  }
  expect(held).toBe((there.length + 4 * whole) * CREDIT);
  expect(await settle(there)).toEqual(new Set(['settled']));
  expect(await settle(lost)).toEqual(new Set(['reservation_unknown']));
  expect(await counters(ledger, rootOf(root))).toEqual({ spent: held, held: 0 });
  await ledger.close();
  return whole;
}
