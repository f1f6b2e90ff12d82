import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import {
  counters,
  FAR_MS,
  HOUR_MS,
  limit,
  path,
  price,
  request,
  rootOf,
  verdict,
} from './fixtures.js';
import { temporaryFolder } from './folder.js';
import { version1File } from './sqlite-version-1.js';

const folder = temporaryFolder();
const ROOT = {
  tenant: 'main',
  rootId: '0'.repeat(32),
  kid: 'k1',
  holder: 'operator',
  limits: [limit(100)],
  expiresAtMs: FAR_MS,
  labels: {},
};
const id = (digit: string) => `r1.main.${ROOT.rootId}.${digit.repeat(32)}`;

async function upgraded(name: string, nowMs: number) {
  const file = join(folder, name);
  const db = new Database(file);
  db.exec(version1File(ROOT, nowMs));
  db.close();
  const open = () => openSqliteLedger(file, { ...LEDGER_DEFAULTS, clock: Date.now });
  return { file, open, ledger: await open() };
}

describe('a file of version 1', () => {
  it('opens, and keeps its counters, its open holds and its finished ones', async () => {
    const nowMs = Date.now();
    const { ledger } = await upgraded('kept.db', nowMs);
    expect(await ledger.balance(`${rootOf(ROOT)}/a`)).toMatchObject({ genesis: ROOT });
    for (const account of [rootOf(ROOT), `${rootOf(ROOT)}/a`]) {
      expect(await counters(ledger, account)).toEqual({ spent: 5_000_000, held: 2_000_000 });
    }
    const again = await ledger.settle({ reservation: id('2'), cost: { credits: 5_000_000 } });
    expect(again).toMatchObject({ status: 'settled', replayed: true });
    const reservation = id('1');
    const deadlineMs = nowMs + HOUR_MS;
    const by = { kind: 'caller', account: `${rootOf(ROOT)}/a` } as const;
    expect(verdict(await ledger.settle({ reservation, cost: {}, by }))).toBe('not_owner');
    // Nobody knows when it was made, so it can't be extended.
    const extended = await ledger.extend({ reservation, ttlMs: 9 * HOUR_MS });
    expect(extended).toEqual({ status: 'extended', deadlineMs });
    const asked = request(ROOT, { reservation, path: path(ROOT, ['a']), cost: price(2) });
    expect(await ledger.reserve(asked)).toMatchObject({ replayed: true, deadlineMs });
    expect(verdict(await ledger.settle({ reservation, cost: {} }))).toBe('settled');
    expect(await counters(ledger, rootOf(ROOT))).toEqual({ spent: 7_000_000, held: 0 });
    await ledger.close();
  });

  it('counts its old holds in no window, and journals from here on', async () => {
    const { ledger, open } = await upgraded('windows.db', Date.now());
    const monthly = { ...limit(10), window: 'month' as const };
    const asked = request(ROOT, { path: path(ROOT, ['a'], [[monthly]]) });
    expect(verdict(await ledger.reserve(asked))).toBe('held');
    await ledger.settle({ reservation: id('1'), cost: {} });
    await ledger.close();
    const reopened = await open();
    expect(await reopened.balance(rootOf(ROOT))).toMatchObject({
      path: [{ windows: [{ spentMicros: 0, heldMicros: 1_000_000 }] }],
    });
    const page = await reopened.journal({ tenant: 'main', after: 0, max: 9 });
    expect(page.entries).toMatchObject([
      { number: 1, entry: { kind: 'held', sequence: 4 } },
      { number: 2, entry: { kind: 'settled', sequence: 5 } },
    ]);
    await reopened.close();
  });

  it('is brought up once, by however many processes open it at the same time', async () => {
    const { ledger, open } = await upgraded('twice.db', Date.now());
    const others = await Promise.all([open(), open()]);
    expect(await counters(others[1] ?? ledger, rootOf(ROOT))).toEqual({
      spent: 5_000_000,
      held: 2_000_000,
    });
    await Promise.all([ledger, ...others].map((each) => each.close()));
  });
});
