import type Libsql from 'libsql';
import { UNITS, type Unit } from '../../money/units.js';
import type { AccountState, Genesis } from '../contract.js';
import type { CarveRef, HoldRecord, RootRecord } from '../rules/records.js';
import { splitAccount } from './account-key.js';
import {
  accountCells,
  type Cell,
  type HoldCells,
  holdCells,
  type RootCells,
  readAccount,
  readHold,
  readRoot,
  rootCells,
} from './cells.js';

/** A root as it is stored: its number stands for its name in the other tables. */
export interface StoredRoot {
  readonly number: number;
  readonly record: RootRecord;
}

/** A hold and where its row is. */
export interface PlacedHold {
  readonly rootNumber: number;
  readonly tenant: string;
  /** The last part of the reservation's id. */
  readonly id: string;
  readonly hold: HoldRecord;
}

const HOLDS_AT_ONCE = 32;

function cellsOf({ rootNumber, tenant, id, hold }: PlacedHold): (Cell | null)[] {
  return [rootNumber, id, tenant, ...holdCells(hold), callerBelow(hold)];
}

/** The account of an open hold that a caller made for itself, so that it is found when that is revoked. */
function callerBelow(hold: HoldRecord): string | null {
  return hold.state === 'held' && hold.owner === 'caller' ? splitAccount(hold.account).below : null;
}

const ROOT = 'root, genesis, sequence, clock_ms, revocations';
const ACCOUNT =
  'credits_spent, credits_held, usd_spent, usd_held, ' +
  'tokens_spent, tokens_held, calls_spent, calls_held, limits_seen, more, open_holds, accounts';
const HOLD = 'open, due_ms, record';
const PUT_HOLD =
  'INSERT OR REPLACE INTO holds (root, id, tenant, open, due_ms, record, caller_below) VALUES';
const HOLD_PLACES = '(?, ?, ?, ?, ?, ?, ?)';
const CARVE = 'below, unit, end_ms';
/** Names with from ≤ name < to, at most `max`. */
interface NameRange {
  readonly from: string;
  readonly to: string;
  readonly max: number;
}

type CarveRow = [below: string, unit: number, endMs: number];

/**
 * The SQL of the ledger: records in and out of rows, statement by statement. It opens no
 * transaction and decides nothing.
 */
export class Rows {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Libsql.Database) {
    this.#statements = prepare(db);
  }

  root(tenant: string, rootId: string): StoredRoot | undefined {
    const row = this.#statements.root.get([tenant, rootId]);
    return row === undefined ? undefined : readStored(row as Cell[]);
  }

  /** Ordered by tenant and id, at most `max`. */
  roots(max: number, after = ''): StoredRoot[] {
    const [tenant = '', rootId = ''] = after.split('/');
    const rows = this.#statements.roots.all([tenant, rootId, max]);
    return rows.map((row) => readStored(row as Cell[]));
  }

  tenants(): string[] {
    return this.#statements.tenants.all([]).map((row) => (row as [string])[0]);
  }

  account(rootNumber: number, below: string, account: string): AccountState | undefined {
    const row = this.#statements.account.get([rootNumber, below]);
    return row === undefined ? undefined : readAccount(row as Cell[], account);
  }

  /** Accounts with from ≤ below < to, in the order of their names' bytes, at most `max`. */
  accountsBetween(root: Genesis, from: string, to: string, max: number): AccountState[] {
    const { tenant, rootId } = root;
    return this.#statements.accountsBetween.all([tenant, rootId, from, to, max]).map((row) => {
      const [below, ...cells] = row as [string, ...Cell[]];
      return readAccount(cells, `${tenant}/${rootId}/${below}`);
    });
  }

  hold(rootNumber: number, id: string, reservation: string): HoldRecord | undefined {
    const row = this.#statements.hold.get([rootNumber, id]);
    return row === undefined ? undefined : readHold(row as HoldCells, reservation);
  }

  /** Open or finished holds of a tenant that were due by `byMs`, earliest first, at most `max`. */
  holdsDue(tenant: string, open: boolean, byMs: number, max: number): HoldRecord[] {
    return this.#statements.holdsDue.all([tenant, open ? 1 : 0, byMs, max]).map((row) => {
      const [id, rootId, ...hold] = row as [string, string, ...HoldCells];
      return readHold(hold, `r1.${tenant}.${rootId}.${id}`);
    });
  }

  /** Answers the number of the new root. */
  insertRoot(record: RootRecord): number {
    const { tenant, rootId } = record.genesis;
    const text = JSON.stringify(record.genesis);
    const cells = [tenant, rootId, text, ...rootCells(record)];
    const { lastInsertRowid } = this.#statements.insertRoot.run(cells);
    return Number(lastInsertRowid);
  }

  updateRoot({ number, record }: StoredRoot): void {
    this.#statements.updateRoot.run([...rootCells(record), number]);
  }

  putAccount(rootNumber: number, below: string, state: AccountState): void {
    this.#statements.putAccount.run([rootNumber, below, ...accountCells(state)]);
  }

  deleteAccount(rootNumber: number, below: string): void {
    this.#statements.deleteAccount.run([rootNumber, below]);
  }

  /** Where something is set aside, so that its end is found: without `endMs`, nowhere any more. */
  putCarve(rootNumber: number, tenant: string, below: string, unit: Unit, endMs?: number): void {
    const place = UNITS.indexOf(unit);
    if (endMs === undefined) this.#statements.deleteCarve.run([rootNumber, below, place]);
    else this.#statements.putCarve.run([rootNumber, below, place, tenant, endMs]);
  }

  /** Of one root, in the order of {@link Records.carvesDue}. */
  carvesDue(rootNumber: number, root: string, byMs: number, max: number): CarveRef[] {
    const rows = this.#statements.carvesDue.all([rootNumber, byMs, max]);
    return rows.map((row) => readCarve(row as CarveRow, root));
  }

  /** Of one root, with from ≤ below < to, in the order of {@link Records.carvesBelow}. */
  carvesBetween(rootNumber: number, root: string, { from, to, max }: NameRange): CarveRef[] {
    const rows = this.#statements.carvesBetween.all([rootNumber, from, to, max]);
    return rows.map((row) => readCarve(row as CarveRow, root));
  }

  /** Of one root, in the order of {@link Records.callerHoldsBelow}: the last parts of their ids. */
  callerHoldsBetween(rootNumber: number, { from, to, max }: NameRange): string[] {
    const rows = this.#statements.callerHoldsBetween.all([rootNumber, from, to, max]);
    return rows.map((row) => (row as [string])[0]);
  }

  /** Of one root, in the order of {@link Records.closings}: the holders below it. */
  closings(rootNumber: number, max: number): string[] {
    return this.#statements.closings.all([rootNumber, max]).map((row) => (row as [string])[0]);
  }

  /** Of all roots of a tenant: names of accounts. */
  closingsIn(tenant: string, max: number): string[] {
    return this.#statements.closingsIn.all([tenant, max]).map((row) => {
      const [rootId, below] = row as [string, string];
      return below === '' ? `${tenant}/${rootId}` : `${tenant}/${rootId}/${below}`;
    });
  }

  putClosing(rootNumber: number, tenant: string, below: string): void {
    this.#statements.putClosing.run([rootNumber, below, tenant]);
  }

  deleteClosing(rootNumber: number, below: string): void {
    this.#statements.deleteClosing.run([rootNumber, below]);
  }

  /** Of all roots of a tenant, the earliest end first. */
  carvesDueIn(tenant: string, byMs: number, max: number): CarveRef[] {
    return this.#statements.carvesDueIn.all([tenant, byMs, max]).map((row) => {
      const [rootId, ...carve] = row as [string, ...CarveRow];
      return readCarve(carve, `${tenant}/${rootId}`);
    });
  }

  /** {@link HOLDS_AT_ONCE} by a statement: what one takes of the time is mostly its own. */
  putHolds(holds: readonly PlacedHold[]): void {
    const whole = holds.length - (holds.length % HOLDS_AT_ONCE);
    for (let from = 0; from < whole; from += HOLDS_AT_ONCE) {
      this.#statements.putHolds.run(holds.slice(from, from + HOLDS_AT_ONCE).flatMap(cellsOf));
    }
    for (const hold of holds.slice(whole)) this.#statements.putHold.run(cellsOf(hold));
  }

  /** Of one root. */
  topUps(rootNumber: number): number {
    const [count] = this.#statements.topUps.get([rootNumber]) as [number];
    return count;
  }

  /** Of one root, the last in the order of their ids. */
  lastHold(rootNumber: number): string | undefined {
    const [id] = this.#statements.lastHold.get([rootNumber]) as [string | null];
    return id ?? undefined;
  }

  deleteHold(rootNumber: number, id: string): void {
    this.#statements.deleteHold.run([rootNumber, id]);
  }

  /** A write that changes no account. */
  ping(): void {
    this.#statements.ping.run([]);
  }
}

function prepare(db: Libsql.Database) {
  const read = (sql: string) => db.prepare(sql).raw(true);
  const write = (sql: string) => db.prepare(sql);
  return {
    root: read(`SELECT ${ROOT} FROM roots WHERE tenant = ? AND root_id = ?`),
    roots: read(
      `SELECT ${ROOT} FROM roots WHERE (tenant, root_id) > (?, ?)
       ORDER BY tenant, root_id LIMIT ?`,
    ),
    tenants: read('SELECT DISTINCT tenant FROM roots ORDER BY tenant'),
    account: read(`SELECT ${ACCOUNT} FROM accounts WHERE root = ? AND below = ?`),
    accountsBetween: read(
      `SELECT below, ${ACCOUNT} FROM accounts
       WHERE root = (SELECT root FROM roots WHERE tenant = ? AND root_id = ?)
         AND below >= ? AND below < ? ORDER BY below LIMIT ?`,
    ),
    hold: read(`SELECT ${HOLD} FROM holds WHERE root = ? AND id = ?`),
    holdsDue: read(
      `SELECT h.id, r.root_id, h.open, h.due_ms, h.record
       FROM holds h JOIN roots r ON r.root = h.root
       WHERE h.tenant = ? AND h.open = ? AND h.due_ms <= ? ORDER BY h.due_ms, h.root, h.id LIMIT ?`,
    ),
    insertRoot: write(
      `INSERT INTO roots (tenant, root_id, genesis, sequence, clock_ms, revocations)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    updateRoot: write(
      'UPDATE roots SET sequence = ?, clock_ms = ?, revocations = ? WHERE root = ?',
    ),
    putAccount: write(
      `INSERT OR REPLACE INTO accounts (root, below, ${ACCOUNT})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteAccount: write('DELETE FROM accounts WHERE root = ? AND below = ?'),
    putCarve: write(
      'INSERT OR REPLACE INTO carves (root, below, unit, tenant, end_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    deleteCarve: write('DELETE FROM carves WHERE root = ? AND below = ? AND unit = ?'),
    carvesDue: read(
      `SELECT ${CARVE} FROM carves WHERE root = ? AND end_ms <= ?
       ORDER BY end_ms, below, unit LIMIT ?`,
    ),
    carvesBetween: read(
      `SELECT ${CARVE} FROM carves WHERE root = ? AND below >= ? AND below < ?
       ORDER BY below, unit LIMIT ?`,
    ),
    callerHoldsBetween: read(
      `SELECT id FROM holds WHERE root = ? AND caller_below >= ? AND caller_below < ?
       ORDER BY caller_below, id LIMIT ?`,
    ),
    closings: read('SELECT below FROM closings WHERE root = ? ORDER BY below LIMIT ?'),
    closingsIn: read(
      `SELECT r.root_id, c.below FROM closings c JOIN roots r ON r.root = c.root
       WHERE c.tenant = ? ORDER BY c.root, c.below LIMIT ?`,
    ),
    putClosing: write('INSERT OR IGNORE INTO closings (root, below, tenant) VALUES (?, ?, ?)'),
    deleteClosing: write('DELETE FROM closings WHERE root = ? AND below = ?'),
    carvesDueIn: read(
      `SELECT r.root_id, c.below, c.unit, c.end_ms FROM carves c JOIN roots r ON r.root = c.root
       WHERE c.tenant = ? AND c.end_ms <= ? ORDER BY c.end_ms, c.root, c.below, c.unit LIMIT ?`,
    ),
    putHold: write(`${PUT_HOLD} ${HOLD_PLACES}`),
    putHolds: write(`${PUT_HOLD} ${new Array(HOLDS_AT_ONCE).fill(HOLD_PLACES).join()}`),
    topUps: read('SELECT count(*) FROM holds WHERE root = ? AND open = 2'),
    lastHold: read('SELECT max(id) FROM holds WHERE root = ?'),
    deleteHold: write('DELETE FROM holds WHERE root = ? AND id = ?'),
    ping: write('UPDATE store SET pings = pings + 1'),
  };
}

function readStored(row: Cell[]): StoredRoot {
  const [number, genesis, ...cells] = row as [number, string, ...RootCells];
  return { number, record: readRoot(JSON.parse(genesis) as Genesis, cells) };
}

function readCarve([below, place, endMs]: CarveRow, root: string): CarveRef {
  const unit = UNITS[place];
  if (unit === undefined) throw new Error(`carves: found unit ${place}, expected 0 to 3`);
  return { account: below === '' ? root : `${root}/${below}`, unit, endMs };
}
