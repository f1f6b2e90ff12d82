/**
 * What every ledger engine does, whatever it stores in. The rules are DESIGN §3; the suite that
 * holds each engine to them is `test/ledger/contract.ts`.
 *
 * An operation *answers* with an outcome, refusals included: a refusal is a decision of the
 * ledger, made in the same atomic step as everything else, and it has changed nothing. It *throws*
 * a {@link LedgerUnavailable} when no decision is known: the operation may or may not have
 * happened, and is safe to send again with the same id. It throws a {@link LedgerInputError} for a
 * request that no caller may make, before anything is read.
 */
import type {
  LeaseOutcome,
  LeaseRequest,
  MoveHeadOutcome,
  MoveHeadRequest,
} from './contract/draining.js';
import type {
  JournalPage,
  JournalRequest,
  JournalTextPage,
  TrimRequest,
} from './contract/journal.js';
import type { MarkKeeper } from './contract/marks.js';
import type {
  ActivateOutcome,
  ActivateRequest,
  ControlOutcome,
  ControlRequest,
  TopUpOutcome,
  TopUpRequest,
} from './contract/operating.js';
import type { Genesis, ReserveOutcome, ReserveRequest } from './contract/reserving.js';
import type {
  ExtendOutcome,
  ExtendRequest,
  ReleaseRequest,
  ResolveOutcome,
  SettleRequest,
} from './contract/resolving.js';
import type { RevokeMacaroonOutcome, RevokeMacaroonRequest } from './contract/revoking.js';
import type { SharedState } from './contract/shared-state.js';
import type { RootUnknown } from './contract/standing.js';
import type { BalanceOutcome, RootState, TreeOutcome, TreeRequest } from './contract/views.js';

export * from './contract/draining.js';
export * from './contract/journal.js';
export * from './contract/marks.js';
export * from './contract/operating.js';
export * from './contract/reserving.js';
export * from './contract/resolving.js';
export * from './contract/revoking.js';
export * from './contract/shared-state.js';
export * from './contract/standing.js';
export * from './contract/views.js';

export type OpenOutcome =
  | { readonly status: 'opened'; readonly replayed: boolean }
  /** The id is taken by a root with another content. */
  | { readonly status: 'refused'; readonly reason: 'root_conflict' };

export interface SweepOutcome {
  /** Holds past their deadline that are now presumed spent. */
  readonly presumedSpent: number;
  /** Carve-outs past their end that were given back. */
  readonly carvesEnded: number;
  /** Finished holds that were kept long enough and have left. */
  readonly forgotten: number;
  /** More was due than one batch takes. */
  readonly more: boolean;
}

export interface Ledger {
  /** What gateways tell each other beside the money. */
  readonly shared: SharedState;
  /** Makes a root account, once. The same content again is a replay. */
  openRoot(genesis: Genesis): Promise<OpenOutcome>;
  /** Holds the cost on every account of the path, or on none. */
  reserve(request: ReserveRequest): Promise<ReserveOutcome>;
  /**
   * Charges what it cost, above the hold too (DESIGN §3, rule 7), and frees the rest. After the
   * hold was presumed spent, one settle corrects the charge.
   */
  settle(request: SettleRequest): Promise<ResolveOutcome>;
  /** Gives the whole hold back. An id never seen is marked, so that it can't be reserved later. */
  release(request: ReleaseRequest): Promise<ResolveOutcome>;
  /** Moves the deadline of an open hold on, up to a cap (DESIGN §3, rule 6). */
  extend(request: ExtendRequest): Promise<ExtendOutcome>;
  /** Sets aside what the carved limits of a path ask for, as its first reservation would. */
  activate(request: ActivateRequest): Promise<ActivateOutcome>;
  /** An operator's word on an account and all below it, from the next reservation on. */
  control(request: ControlRequest): Promise<ControlOutcome>;
  /** Refuses one macaroon and all that were attenuated from it, from the next use on. */
  revokeMacaroon(request: RevokeMacaroonRequest): Promise<RevokeMacaroonOutcome>;
  topUp(request: TopUpRequest): Promise<TopUpOutcome>;
  /** The changes of a tenant's roots, in order. A tenant without roots has none. */
  journal(request: JournalRequest): Promise<JournalPage>;
  /**
   * The same as texts. There may be somewhat more than `max`: what the store keeps as one is not taken
   * apart.
   */
  journalTexts(request: JournalRequest): Promise<JournalTextPage>;
  /** Makes one process the one that drains a tenant's journal, and says from where on. */
  lease(request: LeaseRequest): Promise<LeaseOutcome>;
  /** Says how far the journal is durably elsewhere. The same again is answered alike. */
  moveHead(request: MoveHeadRequest): Promise<MoveHeadOutcome>;
  /**
   * Lets the oldest entries go, never past the head, and a part of a long journal at a time. Answers the
   * number up to which they are gone now.
   */
  trimJournal(request: TrimRequest): Promise<number>;
  balance(account: string): Promise<BalanceOutcome | RootUnknown>;
  tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown>;
  /**
   * The roots that the store knows, ordered by tenant and id, at most `max` of 1 to {@link MAX_PAGE}.
   * @param after only those behind this one, `TENANT/ROOTID`
   */
  roots(max: number, after?: string): Promise<readonly RootState[]>;
  /** One batch of what is due in one tenant. Any number of gateways may do it at once. */
  sweep(tenant: string, batch: number): Promise<SweepOutcome>;
  /** The tenants that have roots. */
  tenants(): Promise<readonly string[]>;
  /** Answers when the store can take a reservation now. Throws {@link LedgerUnavailable}. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How many of a server's replicas must have a change before it counts. */
export interface ReplicaWait {
  /** 1 or more. */
  readonly replicas: number;
  /** How long they may take; shorter than the deadline of the call. */
  readonly timeoutMs: number;
}

/** What an engine is told when it is opened. */
export interface LedgerOptions {
  /** No answer within this time is a {@link LedgerUnavailable}. */
  readonly timeoutMs: number;
  /** The gateway's own clock, in milliseconds since 1970. The store's is the one that decides. */
  readonly clock: () => number;
  /** How long a finished hold is kept, so that a repeat of it is recognised. */
  readonly retainMs: number;
  /** Accounts stored under one root, itself included (`rules/stored.ts`). */
  readonly maxAccountsPerRoot: number;
  /** Open holds under one root. */
  readonly maxHoldsPerRoot: number;
  /**
   * On Redis, what is answered as done is there on so many replicas. Where too few have it in time,
   * it is a {@link LedgerUnavailable}, though it may have happened: send the same id again, or
   * release it. Without it the server's own word is enough.
   */
  readonly wait?: ReplicaWait;
  /**
   * What this gateway saw acknowledged, over its restarts too. Without it the marks last as long as
   * the ledger is open, and no store waits for them.
   */
  readonly marks?: MarkKeeper;
  /** Told of what an operator should know, and calls do not say. Not with secrets. */
  readonly warn?: (message: string) => void;
}

export const LEDGER_DEFAULTS = {
  timeoutMs: 1_000,
  // Far beyond any retry of the same id, and short enough that a busy root's record stays small.
  retainMs: 3_600_000,
  // An account takes some 700 bytes of Redis.
  maxAccountsPerRoot: 100_000,
  maxHoldsPerRoot: 100_000,
} as const;

export const MAX_PATH = 16;
export const MIN_TTL_MS = 1_000;
export const MAX_TTL_MS = 24 * 3_600_000;
/** A store's clock further ahead of the gateway's than this is not believed (DESIGN §3, rule 10). */
export const MAX_CLOCK_LEAD_MS = 5 * 60_000;

/** Why no decision is known. `reason` is for logs and metrics; callers only learn 503. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
  readonly reason:
    | 'deadline'
    | 'disconnected'
    | 'store_error'
    | 'closed'
    /** It is done on the primary, or was not tried, as too few replicas keep up. */
    | 'not_replicated'
    /**
     * The store is not what it was: changes that it had acknowledged are not there any more. Or it may
     * not be, and not every gateway has been asked yet.
     */
    | 'state_lost';
  constructor(reason: LedgerUnavailable['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The request itself is malformed: names the field, what was found, what was expected. */
export class LedgerInputError extends Error {
  override readonly name = 'LedgerInputError';
}
