import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { createSteadyClock } from '../../gateway/steady-clock.js';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import type { Operation, Reply } from '../../src/ledger/sqlite/protocol.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { SqliteStore } from '../../src/ledger/sqlite/store.js';
import { genesis, limit, opened, path, request } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const START_MS = Date.UTC(2026, 9, 1);
const DAY_MS = 24 * 3_600_000;
const folder = temporaryFolder();

/** A store and its gateway on one machine: both read the clock that jumps. */
function machine() {
  const at = { runMs: 0, setMs: 0 };
  const wall = () => START_MS + at.runMs + at.setMs;
  const running = () => at.runMs;
  const own = { wall, monotonic: running, sinceBoot: running, warn: () => {} };
  const gatewayClock = createSteadyClock(own);
  const file = join(folder, 'jumps.db');
  const db = new Database(file);
  prepareDatabase(db, file);
  const patience = { now: () => 0, sleep: () => {}, random: () => 0.5 };
  const store = new SqliteStore(db, { ...LEDGER_DEFAULTS, clock: wall }, patience);
  const ask = (operation: Operation) =>
    store.execute([{ id: 0, operation, gatewayMs: gatewayClock(), deadlineMs: 1 }])[0];
  return { at, ask, close: () => store.close() };
}

function statusOf(reply: Reply | undefined): unknown {
  if (reply === undefined || 'failed' in reply) return reply?.failed.message;
  const { status, reason } = reply.outcome as { status?: string; reason?: string };
  return reason ?? status;
}

it('a clock that jumps 40 days ahead for a moment opens no window, ends no root, forgets nothing', () => {
  const { at, ask, close } = machine();
  const root = genesis({
    limits: [{ ...limit(2), window: 'month' }],
    expiresAtMs: START_MS + 20 * DAY_MS,
  });
  const { tenant, rootId } = root;
  const reserve = (): Operation => {
    const made = request(root, { path: path(root, []), expiresAtMs: root.expiresAtMs });
    return { kind: 'reserve', request: made };
  };
  const account = `${tenant}/${rootId}`;
  ask({ kind: 'openRoot', genesis: root });
  expect(statusOf(ask(reserve()))).toBe('held');
  const kept = { tenant, rootId, account, ids: ['resp_1'], model: 'm', tokens: 5 };
  ask({ kind: 'remember', request: kept });
  at.setMs = 40 * DAY_MS;
  at.runMs = 1_000;
  expect(statusOf(ask(reserve()))).toBe('clock_ahead');
  expect(ask({ kind: 'sweep', tenant, batch: 10 })).toMatchObject({ outcome: { forgotten: 0 } });
  ask({ kind: 'remember', request: { ...kept, ids: ['resp_2'] } });
  const top: Operation = {
    kind: 'topUp',
    request: { account, unit: 'usd', micros: 1, id: '0'.repeat(32), actor: 'test' },
  };
  expect(statusOf(ask(top))).toBe('topped_up');
  at.setMs = 0;
  expect(
    ask({ kind: 'recall', request: { tenant, rootId, ids: ['resp_1', 'resp_2'] } }),
  ).toMatchObject({ outcome: [{ id: 'resp_1' }, { id: 'resp_2' }] });
  // The second of the month, and no third: the window is the one of before, and the root has not ended.
  expect(statusOf(ask(reserve()))).toBe('held');
  expect(statusOf(ask(reserve()))).toBe('budget_exhausted');
  close();
});

it('a file that was left alone for long is believed when it is opened, with a warning', async () => {
  const file = join(folder, 'left.db');
  const options = { ...LEDGER_DEFAULTS, clock: Date.now };
  const ledger = await openSqliteLedger(file, options);
  const root = await opened(ledger, { limits: [limit(10)] });
  await ledger.reserve(request(root));
  await ledger.close();
  const warnings: string[] = [];
  const open = () => openSqliteLedger(file, { ...options, warn: (text) => warnings.push(text) });
  await (await open()).close();
  expect(warnings).toEqual([]);
  const db = new Database(file);
  db.exec(`UPDATE roots SET clock_ms = clock_ms - ${40 * DAY_MS}`);
  db.close();
  const again = await open();
  expect(warnings).toEqual([expect.stringContaining('last change')]);
  expect((await again.reserve(request(root))).status).toBe('held');
  await again.close();
});
