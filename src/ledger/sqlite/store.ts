import type Libsql from 'libsql';
import type { Caps } from '../rules/records.js';
import type { Effects } from './effects.js';
import { JournalRows } from './journal-rows.js';
import { isFull, isSqliteError, type Patience, patiently } from './lock.js';
import { perform } from './perform.js';
import type { Call, Failure, Operation, Reply } from './protocol.js';
import { RedoRows } from './redo-rows.js';
import { Rows } from './rows.js';
import { SharedRows } from './shared-rows.js';
import { StagedRecords } from './staged.js';

export interface StoreOptions extends Caps {
  readonly retainMs: number;
  /** The store's clock, in milliseconds since 1970. */
  readonly clock: () => number;
}

/** They change nothing, and find what they want whether or not the tables have caught up. */
const READS: ReadonlySet<Operation['kind']> = new Set(['balance', 'recall', 'refusedNames']);
/** They change nothing, but look for what they want in the tables. */
const SEARCHES: ReadonlySet<Operation['kind']> = new Set(['tree', 'roots', 'tenants', 'journal']);

/** While the disk is full, room in it is looked for no more often. */
const MAKE_ROOM_EVERY_MS = 250;
/** How long the log may then become: 400 KB. */
const CRAMPED_PAGES = 100;

/** What a transaction is for, from the least to the most. */
type Purpose = 'read' | 'search' | 'write';

/**
 * A ledger in one SQLite database, synchronous. Calls come in groups, and a group is one
 * transaction: its answers are given once its commit is durable, or all of it is refused.
 */
export class SqliteStore {
  readonly #options: StoreOptions;
  readonly #patience: Patience;
  readonly #rows: Rows;
  readonly #journal: JournalRows;
  readonly #shared: SharedRows;
  readonly #records: StagedRecords;
  readonly #snapshot: Libsql.Statement<unknown[]>;
  /** Another than before when another connection has committed since. */
  readonly #dataVersion: Libsql.Statement<unknown[]>;
  #seenVersion: unknown;
  readonly #db: Libsql.Database;
  /** The disk was full, and the log has not been cut off since. */
  #isCramped = false;
  #nextRoomMs = Number.NEGATIVE_INFINITY;

  constructor(db: Libsql.Database, options: StoreOptions, patience: Patience) {
    this.#db = db;
    this.#options = options;
    this.#patience = patience;
    this.#rows = new Rows(db);
    this.#journal = new JournalRows(db);
    this.#shared = new SharedRows(db);
    const redo = new RedoRows(db);
    this.#records = new StagedRecords({ rows: this.#rows, journal: this.#journal, redo });
    this.#dataVersion = db.prepare('PRAGMA data_version').raw(true);
    this.#snapshot = db.prepare('SELECT 1 FROM store');
  }

  /** Executes a group of calls and answers each of them. Never throws. */
  execute(calls: readonly Call[]): Reply[] {
    const latest = Math.max(...calls.map(({ deadlineMs }) => deadlineMs));
    const purpose = purposeOf(calls);
    if (this.#isCramped) this.#makeRoom();
    try {
      const begun = patiently(() => this.#start(purpose), latest, this.#patience);
      if (!begun) return calls.map(({ id }) => ({ id, failed: LATE }));
      const replies = calls.map((call) => this.#answer(call));
      this.#records.keep();
      this.#db.exec('COMMIT');
      return replies;
    } catch (error) {
      this.#abandon();
      if (isFull(error)) this.#isCramped = true;
      const failed = failure(error);
      return calls.map(({ id }) => ({ id, failed }));
    }
  }

  /**
   * Once the disk was full: moves what is committed out of the write-ahead log into the tables, and cuts the
   * log off, as soon as there is room for that. SQLite does so by itself only every 1,000 pages: on a small
   * disk the log would fill whatever room is made. From then on it stays short.
   */
  #makeRoom(): void {
    const nowMs = this.#patience.now();
    if (nowMs < this.#nextRoomMs) return;
    this.#nextRoomMs = nowMs + MAKE_ROOM_EVERY_MS;
    try {
      this.#db.pragma(`wal_autocheckpoint = ${CRAMPED_PAGES}`);
      const [done] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
      this.#isCramped = done.busy !== 0;
    } catch {
      // There is no room yet, and nothing is lost: the log is as it was.
    }
  }

  /** The tables catch up before, if they can: a file that lies about is best read without its log. */
  close(): void {
    try {
      this.#start('search');
      this.#records.flush();
      this.#db.exec('COMMIT');
    } catch {
      // Whoever opens it next reads the log.
    }
    this.#db.close();
  }

  /**
   * Takes the write lock, or a snapshot to read from. Through `exec`, since libsql leaves a prepared
   * BEGIN that met a lock half-executed, and SQLite then refuses every COMMIT.
   */
  #start(purpose: Purpose): void {
    if (purpose !== 'write') {
      this.#db.exec('BEGIN');
      try {
        this.#snapshot.get([]);
        this.#recallIfOthersWrote();
      } catch (error) {
        this.#abandon();
        throw error;
      }
      if (purpose === 'read' || !this.#records.isBehind) return;
      // Tables that are behind have to be written before they are searched.
      this.#db.exec('ROLLBACK');
    }
    this.#db.exec('BEGIN IMMEDIATE');
    this.#recallIfOthersWrote();
  }

  /**
   * One call. What goes wrong in its decision leaves the others of its group untouched; what goes
   * wrong in SQLite ends the group, since SQLite may have undone what others had written.
   */
  #answer({ id, operation, gatewayMs, deadlineMs }: Call): Reply {
    if (this.#patience.now() >= deadlineMs) return { id, failed: LATE };
    try {
      const effects: Effects = {
        records: this.#records,
        rows: this.#rows,
        journal: this.#journal,
        shared: this.#shared,
        clocks: { storeMs: this.#options.clock(), gatewayMs },
        caps: this.#options,
        retainMs: this.#options.retainMs,
      };
      return { id, outcome: perform(operation, effects) };
    } catch (error) {
      if (isSqliteError(error) || !this.#db.inTransaction) throw error;
      return { id, failed: failure(error) };
    }
  }

  /** Within the transaction, so that nobody can write in between. */
  #recallIfOthersWrote(): void {
    const [version] = this.#dataVersion.get([]) as [unknown];
    if (version === this.#seenVersion) return;
    this.#seenVersion = undefined;
    this.#records.recall();
    this.#seenVersion = version;
  }

  /** What is staged may be more than the file has, so the file is read again. */
  #abandon(): void {
    this.#seenVersion = undefined;
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }
}

function purposeOf(calls: readonly Call[]): Purpose {
  let purpose: Purpose = 'read';
  for (const { operation } of calls) {
    if (SEARCHES.has(operation.kind)) purpose = 'search';
    else if (!READS.has(operation.kind)) return 'write';
  }
  return purpose;
}

const LATE: Failure = { reason: 'deadline', message: 'the ledger had no time for it' };

function failure(error: unknown): Failure {
  return { reason: 'store_error', message: error instanceof Error ? error.message : String(error) };
}
