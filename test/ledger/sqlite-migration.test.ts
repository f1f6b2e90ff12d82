import { copyFileSync } from 'node:fs';
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

/** Only roots count places. What their rows say is not read any more. */
const AS_VERSION_7 = `
  ALTER TABLE roots DROP COLUMN revocations;
  ALTER TABLE accounts DROP COLUMN open_holds;
  ALTER TABLE accounts DROP COLUMN accounts;
  ALTER TABLE roots ADD COLUMN accounts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE roots ADD COLUMN open_holds INTEGER NOT NULL DEFAULT 0;
  DROP INDEX top_ups;
  UPDATE holds SET open = 0 WHERE open = 2;
  DROP INDEX holds_of_callers;
  ALTER TABLE holds DROP COLUMN caller_below;
  DROP TABLE closings;
  PRAGMA user_version = 7;
`;

/** Nothing that gateways tell each other beside the money. */
const AS_VERSION_6 = `
  ${AS_VERSION_7}
  DROP TABLE shared_roots;
  DROP TABLE responses;
  DROP TABLE places;
  DROP TABLE refused_names;
  PRAGMA user_version = 6;
`;

/** A row of the journal for each entry, and holds in the redo log. */
const AS_VERSION_5 = `
  ${AS_VERSION_6}
  CREATE TABLE rows (
    tenant TEXT NOT NULL, number INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tenant, number)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO rows SELECT tenant, first + key, value
    FROM journal, json_each('[' || replace(entries, char(10), ',') || ']');
  DROP TABLE journal;
  ALTER TABLE rows RENAME TO journal;
  ALTER TABLE redo RENAME COLUMN lines TO entries;
  UPDATE redo SET entries = '[' || replace(entries, char(10), ',') || ']',
    records = rtrim(records) || char(10) || '{"state":"held"}' || char(10) || '{}' || char(10);
  ALTER TABLE redo DROP COLUMN entry_count;
  PRAGMA user_version = 5;
`;

describe('a file of version 6', () => {
  it('opens as it was left, even with its redo log, and is shared from then on', async () => {
    const file = join(folder, 'version-6.db');
    const left = join(folder, 'version-6-left.db');
    const open = (path: string) => openSqliteLedger(path, { ...LEDGER_DEFAULTS, clock: Date.now });
    const before = await open(file);
    await before.openRoot(ROOT);
    const hold = request(ROOT, { path: path(ROOT, ['a']), cost: price(3), reservation: id('1') });
    await before.reserve(hold);
    const topUp = { account: rootOf(ROOT), unit: 'usd', micros: 5, actor: 'me' } as const;
    const kept = { ...topUp, id: 'd'.repeat(32) };
    await before.topUp(kept);
    const own = { path: path(ROOT, ['b', 'c']), owner: 'caller', reservation: id('3') } as const;
    await before.reserve(request(ROOT, own));
    await before.control({ account: `${rootOf(ROOT)}/z`, action: 'revoke', actor: 'me' });
    const state = await before.balance(`${rootOf(ROOT)}/a`);
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix);
    await before.close();
    const db = new Database(left);
    db.exec(AS_VERSION_6);
    db.close();

    const { tenant, rootId } = ROOT;
    const [ledger, other] = await Promise.all([open(left), open(left)]);
    expect(await ledger.balance(`${rootOf(ROOT)}/a`)).toEqual(state);
    expect(await ledger.topUp(kept)).toMatchObject({ replayed: true });
    await ledger.control({ account: `${rootOf(ROOT)}/b`, action: 'close', actor: 'me' });
    expect(verdict(await other.release({ reservation: id('3') }))).toBe('already_resolved');
    const call = { reservation: id('1'), names: ['n'], most: 1 };
    expect(await ledger.shared.enter(call)).toEqual({ status: 'entered' });
    const second = { ...call, reservation: id('2') };
    expect(await other.shared.enter(second)).toEqual({ status: 'full' });
    const asked = { tenant, rootId, ids: ['resp_1'] };
    expect(await ledger.shared.recall(asked)).toEqual([]);
    const its = { account: rootOf(ROOT), model: 'm', tokens: 1 };
    await ledger.shared.remember({ ...asked, ...its });
    expect(await other.shared.recall(asked)).toEqual([{ id: 'resp_1', ...its }]);
    await Promise.all([ledger.close(), other.close()]);
  });
});

describe('a file of version 5', () => {
  it('opens as it was left, even with its redo log, and shows its journal', async () => {
    const file = join(folder, 'version-5.db');
    const left = join(folder, 'version-5-left.db');
    const open = (path: string) => openSqliteLedger(path, { ...LEDGER_DEFAULTS, clock: Date.now });
    const before = await open(file);
    await before.openRoot(ROOT);
    const asked = { path: path(ROOT, ['a']), cost: price(3) };
    const digits = ['1', '2', '3', '4'];
    const holds = digits.map((digit) => request(ROOT, { ...asked, reservation: id(digit) }));
    await Promise.all(holds.map((hold) => before.reserve(hold)));
    // From here on there is only the redo log.
    await before.tree({ account: rootOf(ROOT) });
    await Promise.all([
      before.settle({ reservation: id('1'), cost: { credits: 1_000_000 } }),
      before.release({ reservation: id('2') }),
      before.extend({ reservation: id('3'), ttlMs: 3 * HOUR_MS }),
    ]);
    await before.release({ reservation: id('f') });
    const state = await before.balance(`${rootOf(ROOT)}/a`);
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix);
    const page = await before.journal({ tenant: 'main', after: 0, max: 99 });
    await before.close();

    const db = new Database(left);
    const [noted] = db
      .prepare('SELECT count(*) FROM redo, store WHERE redo.number > store.caught_up')
      .raw(true)
      .get([]) as [number];
    expect(noted).toBeGreaterThan(1);
    db.exec(AS_VERSION_5);
    db.close();
    const ledger = await open(left);
    expect(await ledger.balance(`${rootOf(ROOT)}/a`)).toEqual(state);
    const again = [];
    for (const hold of holds) again.push(verdict(await ledger.reserve(hold)));
    expect(again).toEqual(['already_resolved', 'already_resolved', 'held', 'held']);
    const late = request(ROOT, { ...asked, reservation: id('f') });
    expect(verdict(await ledger.reserve(late))).toBe('already_resolved');
    expect(await ledger.journal({ tenant: 'main', after: 0, max: 99 })).toEqual(page);
    await ledger.close();
  });

  it('is written no more by a process that has had it open since before', async () => {
    const file = join(folder, 'version-5-open.db');
    const open = () => openSqliteLedger(file, { ...LEDGER_DEFAULTS, clock: Date.now });
    const first = await open();
    await first.openRoot(ROOT);
    await first.close();
    const old = new Database(file);
    old.exec(AS_VERSION_5);
    const writes = [
      "INSERT INTO redo (place, number, tenant, entries, records) VALUES (1, 9, 't', '[]', '')",
      "INSERT INTO journal (tenant, number, entry) VALUES ('t', 9, '{}')",
    ].map((sql) => old.prepare(sql));
    await (await open()).close();
    for (const write of writes) expect(() => write.run([])).toThrow(/no (such )?column/);
    old.close();
  });
});

describe('a file of version 3', () => {
  it('has records of holds that say everything, and those are read like the shorter ones', async () => {
    const file = join(folder, 'version-3.db');
    const open = () => openSqliteLedger(file, { ...LEDGER_DEFAULTS, clock: Date.now });
    const before = await open();
    await before.openRoot(ROOT);
    const asked = { path: path(ROOT, ['a']), cost: price(3) };
    const holds = ['3', '4', '5'].map((digit) =>
      request(ROOT, { ...asked, reservation: id(digit) }),
    );
    for (const hold of holds) expect(verdict(await before.reserve(hold))).toBe('held');
    await before.settle({ reservation: id('4'), cost: {} });
    await before.release({ reservation: id('5') });
    await before.close();

    const db = new Database(file);
    const granted = '{"credits":3000000,"calls":1000000}';
    db.exec(AS_VERSION_5);
    db.exec(`
      UPDATE holds SET record = json_set(record,
        '$.cost', json('{"least":${granted},"most":${granted},"steps":0}'),
        '$.step', 0, '$.owner', 'gateway') WHERE open = 1;
      UPDATE holds SET record = json_set(record,
        '$.charged', coalesce(record -> '$.charged', json('${granted}')),
        '$.owner', 'gateway') WHERE open = 0;
      ALTER TABLE store DROP COLUMN caught_up;
      DROP TABLE redo;
      PRAGMA user_version = 3;
    `);
    db.close();
    const ledger = await open();
    const answers = [];
    for (const hold of holds) answers.push(verdict(await ledger.reserve(hold)));
    expect(answers).toEqual(['held', 'already_resolved', 'already_resolved']);
    const settle = (digit: string) => ledger.settle({ reservation: id(digit), cost: {} });
    expect(await settle('4')).toMatchObject({ status: 'settled', replayed: true });
    expect(await settle('3')).toMatchObject({ status: 'settled', replayed: false });
    expect(verdict(await settle('5'))).toBe('already_resolved');
    expect(await counters(ledger, rootOf(ROOT))).toEqual({ spent: 6_000_000, held: 0 });
    await ledger.close();
  });
});

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
