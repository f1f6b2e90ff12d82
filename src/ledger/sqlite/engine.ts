import { closeSync, openSync } from 'node:fs';
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
  RevokeMacaroonOutcome,
  RevokeMacaroonRequest,
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
  validateRevokeMacaroon,
  validateRoots,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../validate.js';
import { type PageText, readPage, readTexts } from './journal-rows.js';
import { makeFolder } from './make-folder.js';
import type { Operation } from './protocol.js';
import { SqliteShared } from './shared.js';
import { StoreThread } from './thread.js';

/**
 * Opens the ledger in one SQLite file, and makes the file (mode 0600) and its folder if there is
 * none. Any number of processes may have the same file open, on one machine and a local disk.
 * @param path a file's path, absolute or relative to the working directory.
 * @throws {LedgerUnavailable} when the file can't be opened, is no ledger, or is a newer one.
 */
export async function openSqliteLedger(path: string, options: LedgerOptions): Promise<Ledger> {
  try {
    makeFolder(dirname(path));
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
  readonly shared: SqliteShared;
  readonly #thread: StoreThread;

  constructor(thread: StoreThread) {
    this.#thread = thread;
    this.shared = new SqliteShared((operation) => thread.call(operation));
  }

  openRoot(genesis: Genesis): Promise<OpenOutcome> {
    return this.#ask(validateGenesis, genesis, { kind: 'openRoot', genesis });
  }

  reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    return this.#ask(validateReserve, request, { kind: 'reserve', request });
  }

  settle(request: SettleRequest): Promise<ResolveOutcome> {
    return this.#ask(validateSettle, request, { kind: 'settle', request });
  }

  release(request: ReleaseRequest): Promise<ResolveOutcome> {
    return this.#ask(validateRelease, request, { kind: 'release', request });
  }

  extend(request: ExtendRequest): Promise<ExtendOutcome> {
    return this.#ask(validateExtend, request, { kind: 'extend', request });
  }

  activate(request: ActivateRequest): Promise<ActivateOutcome> {
    return this.#ask(validateActivate, request, { kind: 'activate', request });
  }

  control(request: ControlRequest): Promise<ControlOutcome> {
    return this.#ask(validateControl, request, { kind: 'control', request });
  }

  revokeMacaroon(request: RevokeMacaroonRequest): Promise<RevokeMacaroonOutcome> {
    return this.#ask(validateRevokeMacaroon, request, { kind: 'revokeMacaroon', request });
  }

  topUp(request: TopUpRequest): Promise<TopUpOutcome> {
    return this.#ask(validateTopUp, request, { kind: 'topUp', request });
  }

  async journal(request: JournalRequest): Promise<JournalPage> {
    validateJournal(request);
    return readPage(await this.#thread.call<PageText>({ kind: 'journal', request }));
  }

  async journalTexts(request: JournalRequest): Promise<JournalTextPage> {
    validateJournal(request);
    return readTexts(await this.#thread.call<PageText>({ kind: 'journal', request }));
  }

  lease(request: LeaseRequest): Promise<LeaseOutcome> {
    return this.#ask(validateLease, request, { kind: 'lease', request });
  }

  moveHead(request: MoveHeadRequest): Promise<MoveHeadOutcome> {
    return this.#ask(validateMoveHead, request, { kind: 'moveHead', request });
  }

  trimJournal(request: TrimRequest): Promise<number> {
    return this.#ask(validateTrim, request, { kind: 'trimJournal', request });
  }

  balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    return this.#ask(validateAccount, account, { kind: 'balance', account });
  }

  tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    return this.#ask(validateTree, request, { kind: 'tree', request });
  }

  async roots(max: number, after?: string): Promise<readonly RootState[]> {
    validateRoots(max, after);
    return this.#thread.call({ kind: 'roots', max, after });
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

  /** Rejects what is not valid. An async function would cost two promises more, and six turns. */
  #ask<Input, Outcome>(
    validate: (input: Input) => void,
    input: Input,
    operation: Operation,
  ): Promise<Outcome> {
    try {
      validate(input);
      return this.#thread.call(operation);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async close(): Promise<void> {
    return this.#thread.close();
  }
}
