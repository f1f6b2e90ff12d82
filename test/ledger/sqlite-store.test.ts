import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { type PageText, readPage } from '../../src/ledger/sqlite/journal-rows.js';
import type { Patience } from '../../src/ledger/sqlite/lock.js';
import type { Operation, Reply } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { CREDIT, genesis, limit, path, request, rootOf } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const NOW_MS = 1_800_000_000_000;
const folder = temporaryFolder();
let files = 0;

/** A store in this thread, on a file of its own, and a second connection to that file. */
function bench(patience: Partial<Patience> = {}, file = join(folder, `${files++}.db`)) {
  const db = new Database(file);
  prepareDatabase(db, file);
  const counts = { commits: 0, failNext: false };
  const exec = db.exec.bind(db);
  db.exec = (sql) => {
    if (sql === 'COMMIT' && counts.failNext) {
      counts.failNext = false;
      throw new Error('disk I/O error');
    }
    if (sql === 'COMMIT') counts.commits++;
    return exec(sql);
  };
  const store = new SqliteStore(
    db,
    { ...LEDGER_DEFAULTS, clock: () => NOW_MS },
    { now: () => 0, sleep: () => {}, random: () => 0.5, ...patience },
  );
  const execute = (operations: readonly Operation[], deadlines: readonly number[] = []) =>
    store.execute(
      operations.map((operation, id) => {
        return { id, operation, gatewayMs: NOW_MS, deadlineMs: deadlines[id] ?? 1_000 };
      }),
    );
  return { execute, counts, file, other: new Database(file), close: () => store.close() };
}

const reserveOf = (of: ReturnType<typeof genesis>, ...holders: string[]): Operation => ({
  kind: 'reserve',
  request: request(of, { path: path(of, holders) }),
});

function statusOf(reply: Reply | undefined): unknown {
  if (reply === undefined || 'failed' in reply) return reply?.failed.reason;
  const outcome = reply.outcome as { status?: string; reason?: string } | undefined;
  return outcome?.reason ?? outcome?.status;
}

describe('a group', () => {
  it('is one commit, however many calls are in it, and each sees those before it', () => {
    const { execute, counts } = bench();
    const root = genesis({ limits: [limit(40)] });
    const calls: Operation[] = [{ kind: 'openRoot', genesis: root }];
    for (let i = 0; i < 63; i++) calls.push(reserveOf(root, 'a', `b-${i % 7}`));
    const replies = execute(calls);
    expect(counts.commits).toBe(1);
    expect(replies.filter((reply) => statusOf(reply) === 'held')).toHaveLength(40);
    expect(replies.filter((reply) => statusOf(reply) === 'budget_exhausted')).toHaveLength(23);
    const [tree] = execute([{ kind: 'tree', request: { account: rootOf(root) } }]);
    expect(tree).toMatchObject({
      outcome: {
        accounts: [{ counters: { credits: { held: 40 * CREDIT } } }, ...Array(8)].map(
          (x) => x ?? {},
        ),
      },
    });
  });

  it('goes on when the decision of one call fails', () => {
    const { execute, other } = bench();
    const [good, lost] = [genesis(), genesis()];
    const hold = reserveOf(lost, 'a');
    execute([{ kind: 'openRoot', genesis: good }, { kind: 'openRoot', genesis: lost }, hold]);
    other.exec("DELETE FROM accounts WHERE below = 'a'");
    const reservation = hold.kind === 'reserve' ? hold.request.reservation : '';
    const replies = execute([
      reserveOf(good),
      { kind: 'settle', request: { reservation, cost: {} } },
      reserveOf(good),
    ]);
    expect(replies.map(statusOf)).toEqual(['held', 'store_error', 'held']);
    expect(replies[1]).toMatchObject({ failed: { message: expect.stringContaining('/a') } });
  });

  it('is refused whole when its commit fails, and has left nothing', () => {
    const { execute, counts } = bench();
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    counts.failNext = true;
    const calls = [reserveOf(root), reserveOf(root, 'a')];
    expect(execute(calls).map(statusOf)).toEqual(['store_error', 'store_error']);
    const [tree] = execute([{ kind: 'tree', request: { account: rootOf(root) } }]);
    expect(tree).toMatchObject({ outcome: { accounts: [{ counters: { calls: { held: 0 } } }] } });
    expect(execute(calls).map(statusOf)).toEqual(['held', 'held']);
  });

  it('is refused whole when SQLite refuses a write, and has left nothing', () => {
    const { execute, other } = bench();
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    other.exec("CREATE TRIGGER t BEFORE INSERT ON holds BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    const calls = [reserveOf(root), reserveOf(root, 'a')];
    const search: Operation = { kind: 'tree', request: { account: rootOf(root) } };
    for (const group of [calls, [...calls, search], [search, ...calls, search, ...calls]]) {
      expect(new Set(execute(group).map(statusOf))).toEqual(new Set(['store_error']));
    }
    other.exec('DROP TRIGGER t');
    expect(other.prepare('SELECT count(*) AS n FROM accounts').get([])).toMatchObject({ n: 0 });
    expect(execute(calls).map(statusOf)).toEqual(['held', 'held']);
  });
});

describe('what the redo log has and the tables don’t', () => {
  const noted = (db: Database.Database) =>
    db
      .prepare('SELECT count(*) FROM redo WHERE number > (SELECT caught_up FROM store)')
      .raw(true)
      .get([]) as [number];
  const holdsIn = (db: Database.Database) =>
    db.prepare('SELECT count(*) FROM holds').raw(true).get([]) as [number];
  const heldOf = (root: ReturnType<typeof genesis>, one: ReturnType<typeof bench>) => {
    const [reply] = one.execute([{ kind: 'balance', account: rootOf(root) }]);
    return reply && 'outcome' in reply && reply.outcome;
  };
  const holding = (credits: number) => ({
    path: [{ counters: { credits: { held: credits * CREDIT } } }],
  });

  it('is decided by, and is there for whoever opens the file next', () => {
    const one = bench();
    const root = genesis({ limits: [limit(4)] });
    one.execute([{ kind: 'openRoot', genesis: root }]);
    for (let i = 0; i < 3; i++) one.execute([reserveOf(root, 'a')]);
    expect([noted(one.other), holdsIn(one.other)]).toEqual([[3], [0]]);
    expect(heldOf(root, one)).toMatchObject(holding(3));
    const next = bench({}, one.file);
    expect(heldOf(root, next)).toMatchObject(holding(3));
    // It only looked: they are still where they were.
    expect(noted(one.other)).toEqual([3]);
    const answers = [next, one, next].map((two) => statusOf(two.execute([reserveOf(root)])[0]));
    expect(answers).toEqual(['held', 'budget_exhausted', 'budget_exhausted']);
  });

  it('goes to the tables before they are searched, with the journal in order', () => {
    const { execute, other } = bench();
    const [root, another] = [genesis(), genesis({ tenant: 'acme' })];
    execute([root, another].map((genesis): Operation => ({ kind: 'openRoot', genesis })));
    for (let i = 0; i < 3; i++) execute([reserveOf(root), reserveOf(root, 'a')]);
    execute([reserveOf(another)]);
    expect(noted(other)).toEqual([4]);
    // Of two tenants, so not by one row.
    execute([reserveOf(root), reserveOf(another)]);
    expect(noted(other)).toEqual([0]);
    for (let i = 0; i < 3; i++) execute([reserveOf(another)]);
    expect(noted(other)).toEqual([3]);
    const pages = ['main', 'acme'].map((tenant) => {
      const [reply] = execute([{ kind: 'journal', request: { tenant, after: 0, max: 99 } }]);
      const page = reply && 'outcome' in reply ? readPage(reply.outcome as PageText) : undefined;
      return page?.entries.map(({ number, entry }) => [number, entry.sequence]);
    });
    const counted = (last: number) => Array.from({ length: last }, (_, i) => [i + 1, i]);
    expect(pages).toEqual([counted(8), counted(6)]);
    expect([noted(other), holdsIn(other)]).toEqual([[0], [12]]);
  });

  it('stays few, and a transaction that goes back takes none of them with it', () => {
    const { execute, counts, other } = bench();
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    for (let i = 1; i <= 200; i++) {
      if (i > 100 && i % 30 === 0) {
        counts.failNext = true;
        expect(statusOf(execute([reserveOf(root, 'lost')])[0])).toBe('store_error');
      }
      expect(statusOf(execute([reserveOf(root, `a-${i % 3}`)])[0])).toBe('held');
      expect(noted(other)[0]).toBeLessThanOrEqual(64);
    }
    execute([{ kind: 'tree', request: { account: rootOf(root) } }]);
    expect([noted(other), holdsIn(other)]).toEqual([[0], [200]]);
    expect(other.prepare('SELECT count(*) FROM redo').raw(true).get([])).toEqual([64]);
  });

  it('is refused when it is not whole', () => {
    const one = bench();
    const root = genesis();
    one.execute([{ kind: 'openRoot', genesis: root }]);
    for (let i = 0; i < 3; i++) one.execute([reserveOf(root)]);
    one.other.exec('DELETE FROM redo WHERE number = 2');
    const [reply] = bench({}, one.file).execute([reserveOf(root)]);
    expect(reply).toMatchObject({
      failed: { reason: 'store_error', message: 'redo: found row 3, expected 2' },
    });
  });

  it('goes to the tables when the ledger closes', () => {
    const one = bench();
    const root = genesis();
    one.execute([{ kind: 'openRoot', genesis: root }]);
    one.execute([reserveOf(root)]);
    expect(noted(one.other)).toEqual([1]);
    one.close();
    expect([noted(one.other), holdsIn(one.other)]).toEqual([[0], [1]]);
  });
});

describe('two on one file', () => {
  it('each decide by what the other has written, of which they had kept the old', () => {
    const one = bench();
    const two = bench({}, one.file);
    const root = genesis({ limits: [limit(4)] });
    one.execute([{ kind: 'openRoot', genesis: root }]);
    const holds = Array.from({ length: 6 }, () => reserveOf(root, 'a'));
    const answers = holds.map((hold, i) => statusOf((i % 2 ? two : one).execute([hold])[0]));
    expect(answers).toEqual([...Array(4).fill('held'), 'budget_exhausted', 'budget_exhausted']);
    const settles = holds.slice(0, 4).map((hold): Operation => {
      const reservation = hold.kind === 'reserve' ? hold.request.reservation : '';
      return { kind: 'settle', request: { reservation, cost: { credits: 0 } } };
    });
    // Each ends what the other holds, and then again what the other has ended.
    for (const [first, second] of [
      [two, one],
      [one, two],
    ] as const) {
      const ended = settles.flatMap((settle, i) => (i % 2 ? second : first).execute([settle]));
      expect(ended.map(statusOf)).toEqual(Array(4).fill('settled'));
    }
    const again = Array.from({ length: 5 }, () => reserveOf(root, 'a'));
    const now = again.map((hold, i) => statusOf((i % 2 ? one : two).execute([hold])[0]));
    expect(now).toEqual([...Array(4).fill('held'), 'budget_exhausted']);
  });
});

describe('a deadline', () => {
  it('that has passed leaves the call undone, and the others done', () => {
    const { execute } = bench({ now: () => 500 });
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    const late = reserveOf(root);
    expect(execute([late, reserveOf(root)], [499, 501]).map(statusOf)).toEqual([
      'deadline',
      'held',
    ]);
    const [balance] = execute([{ kind: 'balance', account: rootOf(root) }]);
    expect(balance).toMatchObject({
      outcome: { path: [{ counters: { calls: { held: CREDIT } } }] },
    });
  });
});

describe('another process’s lock', () => {
  it('is waited for up to the deadline, and no longer', () => {
    let nowMs = 0;
    const { execute, other } = bench({
      now: () => nowMs,
      sleep: (ms) => {
        nowMs += ms;
      },
    });
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    other.exec('BEGIN IMMEDIATE');
    expect(execute([reserveOf(root)], [100]).map(statusOf)).toEqual(['deadline']);
    expect(nowMs).toBeGreaterThanOrEqual(100);
    expect(nowMs).toBeLessThan(110);
  });

  it('once it goes, lets the call through', () => {
    let sleeps = 0;
    const { execute, other } = bench({
      sleep: () => {
        if (++sleeps === 5) other.exec('ROLLBACK');
      },
    });
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    other.exec('BEGIN IMMEDIATE');
    expect(execute([reserveOf(root)]).map(statusOf)).toEqual(['held']);
    expect(sleeps).toBe(5);
  });

  it('does not keep a group of reads waiting', () => {
    const { execute, other } = bench({
      sleep: () => {
        throw new Error('slept');
      },
    });
    const root = genesis();
    execute([{ kind: 'openRoot', genesis: root }]);
    other.exec('BEGIN IMMEDIATE');
    const reads: Operation[] = [
      { kind: 'balance', account: rootOf(root) },
      { kind: 'tree', request: { account: rootOf(root) } },
      { kind: 'roots', max: 1 },
    ];
    const replies = execute(reads);
    expect(replies.map((reply) => 'failed' in reply)).toEqual([false, false, false]);
    expect(statusOf(execute([{ kind: 'ping' }])[0])).toBe('store_error');
  });
});
