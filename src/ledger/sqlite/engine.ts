import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type {
  ActivateOutcome,
  ActivateRequest,
  BalanceOutcome,
  ControlOutcome,
  ControlRequest,
  ExtendOutcome,
  ExtendRequest,
  Genesis,
  JournalPage,
  JournalRequest,
  JournalTextPage,
  LeaseOutcome,
  LeaseRequest,
  Ledger,
  LedgerOptions,
  MoveHeadOutcome,
  MoveHeadRequest,
  OpenOutcome,
  ReleaseRequest,
  ReserveOutcome,
  ReserveRequest,
  ResolveOutcome,
  RootState,
  RootUnknown,
  SettleRequest,
  SweepOutcome,
  TopUpOutcome,
  TopUpRequest,
  TreeOutcome,
  TreeRequest,
  TrimRequest,
} from '../contract.js';
import { LedgerUnavailable } from '../contract.js';
import {
  validateAccount,
  validateActivate,
  validateControl,
  validateCount,
  validateExtend,
  validateGenesis,
  validateJournal,
  validateLease,
  validateMoveHead,
  validateRelease,
  validateReserve,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../validate.js';
import { type PageText, readPage, readTexts } from './journal-rows.js';
import { StoreThread } from './thread.js';

/**
 * Opens the ledger in one SQLite file, and makes the file (mode 0600) and its folder if there is
 * none. Any number of processes may have the same file open, on one machine and a local disk.
 * @param path a file's path, absolute or relative to the working directory.
 * @throws {LedgerUnavailable} when the file can't be opened, is no ledger, or is a newer one.
 */
export async function openSqliteLedger(path: string, options: LedgerOptions): Promise<Ledger> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new LedgerUnavailable(
      'store_error',
      `${path}: expected a file to write, found: ${found}`,
    );
  }
  const thread = await StoreThread.start(path, options);
  return new SqliteLedger(thread);
}

/** Validates here, decides and stores in the thread. */
class SqliteLedger implements Ledger {
  readonly #thread: StoreThread;

  constructor(thread: StoreThread) {
    this.#thread = thread;
  }

  async openRoot(genesis: Genesis): Promise<OpenOutcome> {
    validateGenesis(genesis);
    return this.#thread.call({ kind: 'openRoot', genesis });
  }

  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    validateReserve(request);
    return this.#thread.call({ kind: 'reserve', request });
  }

  async settle(request: SettleRequest): Promise<ResolveOutcome> {
    validateSettle(request);
    return this.#thread.call({ kind: 'settle', request });
  }

  async release(request: ReleaseRequest): Promise<ResolveOutcome> {
    validateRelease(request);
    return this.#thread.call({ kind: 'release', request });
  }

  async extend(request: ExtendRequest): Promise<ExtendOutcome> {
    validateExtend(request);
    return this.#thread.call({ kind: 'extend', request });
  }

  async activate(request: ActivateRequest): Promise<ActivateOutcome> {
    validateActivate(request);
    return this.#thread.call({ kind: 'activate', request });
  }

  async control(request: ControlRequest): Promise<ControlOutcome> {
    validateControl(request);
    return this.#thread.call({ kind: 'control', request });
  }

  async topUp(request: TopUpRequest): Promise<TopUpOutcome> {
    validateTopUp(request);
    return this.#thread.call({ kind: 'topUp', request });
  }

  async journal(request: JournalRequest): Promise<JournalPage> {
    validateJournal(request);
    return readPage(await this.#thread.call<PageText>({ kind: 'journal', request }));
  }

  async journalTexts(request: JournalRequest): Promise<JournalTextPage> {
    validateJournal(request);
    return readTexts(await this.#thread.call<PageText>({ kind: 'journal', request }));
  }

  async lease(request: LeaseRequest): Promise<LeaseOutcome> {
    validateLease(request);
    return this.#thread.call({ kind: 'lease', request });
  }

  async moveHead(request: MoveHeadRequest): Promise<MoveHeadOutcome> {
    validateMoveHead(request);
    return this.#thread.call({ kind: 'moveHead', request });
  }

  async trimJournal(request: TrimRequest): Promise<number> {
    validateTrim(request);
    return this.#thread.call({ kind: 'trimJournal', request });
  }

  async balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    validateAccount(account);
    return this.#thread.call({ kind: 'balance', account });
  }

  async tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    validateTree(request);
    return this.#thread.call({ kind: 'tree', request });
  }

  async roots(max: number): Promise<readonly RootState[]> {
    validateCount('max', max);
    return this.#thread.call({ kind: 'roots', max });
  }

  async sweep(tenant: string, batch: number): Promise<SweepOutcome> {
    validateTenant(tenant);
    validateCount('batch', batch);
    return this.#thread.call({ kind: 'sweep', tenant, batch });
  }

  async tenants(): Promise<readonly string[]> {
    return this.#thread.call({ kind: 'tenants' });
  }

  async ping(): Promise<void> {
    return this.#thread.call({ kind: 'ping' });
  }

  async close(): Promise<void> {
    return this.#thread.close();
  }
}
