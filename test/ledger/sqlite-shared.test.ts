import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import {
  LEDGER_DEFAULTS,
  MAX_TTL_MS,
  PLACE_WITHOUT_HOLD_MS,
  REMEMBERED_MS,
} from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import type { Operation } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { CREDIT, counters, genesis, opened, request, rootOf } from './fixtures.js';
import { temporaryFolder } from './folder.js';
import { entering, recall, remembering } from './laws/shared-state.js';

const START_MS = 1_800_000_000_000;
const TABLES = ['shared_roots', 'responses', 'places', 'refused_names'];
const folder = temporaryFolder();
let files = 0;

/** A store in this thread, whose clock and commits a test has in its hands. */
function bench() {
  const file = join(folder, `${files++}.db`);
  const db = new Database(file);
  prepareDatabase(db, file);
  const state = { nowMs: START_MS, commits: 0, failsNext: false };
  const exec = db.exec.bind(db);
  db.exec = (sql) => {
    if (sql === 'COMMIT') {
      state.commits += 1;
      if (state.failsNext) {
        state.failsNext = false;
        throw new Error('disk I/O error');
      }
    }
    return exec(sql);
  };
  const options = { ...LEDGER_DEFAULTS, clock: () => state.nowMs };
  const store = new SqliteStore(db, options, { now: () => 0, sleep: () => {}, random: () => 0 });
  const execute = (...operations: Operation[]) =>
    store
      .execute(
        operations.map((operation, id) => {
          return { id, operation, gatewayMs: state.nowMs, deadlineMs: 1 };
        }),
      )
      .map((reply) => ('failed' in reply ? reply.failed.reason : reply.outcome));
  const count = (table: string) => {
    const [rows] = db.prepare(`SELECT count(*) FROM ${table}`).raw(true).get([]) as [number];
    return rows;
  };
  return { state, execute, counts: () => TABLES.map(count) };
}

const root = genesis();
const remember = (...ids: string[]): Operation => {
  return { kind: 'remember', request: remembering(root, { ids }) };
};
const recallOf = (...ids: string[]): Operation => {
  const { tenant, rootId } = root;
  return { kind: 'recall', request: { tenant, rootId, ids } };
};

describe('the shared state in a file', () => {
  it('is written in the settle’s own commit, and goes back with it', () => {
    const { state, execute } = bench();
    const asked = request(root);
    const { reservation } = asked;
    const settle: Operation = { kind: 'settle', request: { reservation, cost: {} } };
    execute({ kind: 'openRoot', genesis: root }, { kind: 'reserve', request: asked });
    state.failsNext = true;
    expect(execute(remember('a'), settle)).toEqual(['store_error', 'store_error']);
    expect(execute(recallOf('a'))).toEqual([[]]);
    state.commits = 0;
    expect(execute(settle, remember('a'))).toMatchObject([{ status: 'settled' }, undefined]);
    expect(state.commits).toBe(1);
    expect(execute(recallOf('a'))).toMatchObject([[{ id: 'a' }]]);
  });

  it('is read without a write, though the tables are behind the redo log', () => {
    const { execute, counts } = bench();
    const asked = request(root);
    execute({ kind: 'openRoot', genesis: root }, remember('a'));
    execute({ kind: 'reserve', request: asked });
    execute({ kind: 'enter', request: entering(root, { ...asked, most: 1 }) });
    // The hold is in the redo log alone, and keeps its place.
    expect(execute({ kind: 'enter', request: entering(root, { most: 1 }) })).toEqual([
      { status: 'full' },
    ]);
    expect(execute(recallOf('a'), { kind: 'refusedNames', tenant: 'main' })).toMatchObject([
      [{ id: 'a' }],
      [],
    ]);
    expect(counts()).toEqual([1, 1, 1, 0]);
  });

  it('of roots that are used no more leaves with calls of others, a few rows at a time', () => {
    const { state, execute, counts } = bench();
    const ids = Array.from({ length: 300 }, (_, i) => `old-${i}`);
    for (let from = 0; from < ids.length; from += 60)
      execute(remember(...ids.slice(from, from + 60)));
    for (let i = 0; i < 3; i++) execute({ kind: 'enter', request: entering(root, { most: 9 }) });
    expect(counts()).toEqual([1, 300, 3, 0]);
    const other = genesis();
    const tell = (): Operation => {
      return { kind: 'remember', request: remembering(other) };
    };
    const enter = (): Operation => ({ kind: 'enter', request: entering(other, { most: 9 }) });
    state.nowMs += REMEMBERED_MS - 1;
    execute(tell());
    expect(counts()).toEqual([2, 301, 3, 0]);
    state.nowMs += 1;
    execute(tell(), enter());
    expect(counts()).toEqual([2, 301 - 128, 2, 0]);
    execute(tell(), tell(), enter(), enter());
    expect(counts()).toEqual([1, 1, 3, 0]);
  });

  it('keeps a place as long as a hold can last, and no longer', () => {
    const { state, execute, counts } = bench();
    const enter = (): Operation => ({ kind: 'enter', request: entering(genesis()) });
    execute(enter());
    state.nowMs += PLACE_WITHOUT_HOLD_MS + MAX_TTL_MS - 1;
    execute(enter());
    expect(counts()).toEqual([0, 0, 2, 0]);
    state.nowMs += 1;
    execute(enter());
    expect(counts()).toEqual([0, 0, 2, 0]);
  });

  it('can be lost whole, and the money is as it was', async () => {
    const file = join(folder, `${files++}.db`);
    const open = () => openSqliteLedger(file, { ...LEDGER_DEFAULTS, clock: Date.now });
    const ledger = await open();
    const its = await opened(ledger);
    const asked = request(its);
    const { reservation } = asked;
    await ledger.shared.remember(remembering(its));
    await ledger.shared.refuseNames({ tenant: its.tenant, names: ['x'] });
    await ledger.shared.enter(entering(its, { reservation, most: 1 }));
    await ledger.reserve(asked);
    const before = await ledger.journal({ tenant: its.tenant, after: 0, max: 99 });
    const balance = await ledger.balance(rootOf(its));

    const db = new Database(file);
    for (const table of TABLES) db.exec(`DELETE FROM ${table}`);
    db.close();

    expect(await recall(ledger, its, ['resp_1'])).toEqual([]);
    expect(await ledger.shared.refusedNames(its.tenant)).toEqual([]);
    const another = entering(its, { names: ['x'], most: 1 });
    expect(await ledger.shared.enter(another)).toEqual({ status: 'entered' });
    expect(await ledger.journal({ tenant: its.tenant, after: 0, max: 99 })).toEqual(before);
    expect(await ledger.balance(rootOf(its))).toEqual(balance);
    await ledger.settle({ reservation, cost: {} });
    expect(await counters(ledger, rootOf(its))).toEqual({ spent: CREDIT, held: 0 });
    await ledger.shared.remember(remembering(its));
    expect(await recall(ledger, its, ['resp_1'])).toHaveLength(1);
    await ledger.close();
  });
});
