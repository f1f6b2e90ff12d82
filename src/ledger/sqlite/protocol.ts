/** What the ledger's two threads say to each other. Everything here survives a structured clone. */
import type {
  ActivateRequest,
  ControlRequest,
  EnterRequest,
  ExtendRequest,
  Genesis,
  JournalRequest,
  LeaseRequest,
  LeaveRequest,
  LedgerUnavailable,
  MoveHeadRequest,
  RecallRequest,
  RefuseNamesRequest,
  ReleaseRequest,
  RememberRequest,
  ReserveRequest,
  RevokeMacaroonRequest,
  SettleRequest,
  TopUpRequest,
  TreeRequest,
  TrimRequest,
} from '../contract.js';
import type { Values } from './values.js';

/** One call of the ledger, validated. */
export type Operation =
  | { readonly kind: 'openRoot'; readonly genesis: Genesis }
  | { readonly kind: 'reserve'; readonly request: ReserveRequest }
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  | { readonly kind: 'extend'; readonly request: ExtendRequest }
  | { readonly kind: 'activate'; readonly request: ActivateRequest }
  | { readonly kind: 'control'; readonly request: ControlRequest }
  | { readonly kind: 'revokeMacaroon'; readonly request: RevokeMacaroonRequest }
  | { readonly kind: 'topUp'; readonly request: TopUpRequest }
  | { readonly kind: 'journal'; readonly request: JournalRequest }
  | { readonly kind: 'lease'; readonly request: LeaseRequest }
  | { readonly kind: 'moveHead'; readonly request: MoveHeadRequest }
  | { readonly kind: 'trimJournal'; readonly request: TrimRequest }
  | { readonly kind: 'sweep'; readonly tenant: string; readonly batch: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'balance'; readonly account: string }
  | { readonly kind: 'tree'; readonly request: TreeRequest }
  | { readonly kind: 'roots'; readonly max: number; readonly after?: string | undefined }
  | { readonly kind: 'tenants' }
  | SharedOperation;

/** One on what gateways tell each other beside the money. */
export type SharedOperation =
  | { readonly kind: 'remember'; readonly request: RememberRequest }
  | { readonly kind: 'recall'; readonly request: RecallRequest }
  | { readonly kind: 'enter'; readonly request: EnterRequest }
  | { readonly kind: 'leave'; readonly request: LeaveRequest }
  | { readonly kind: 'refuseNames'; readonly request: RefuseNamesRequest }
  | { readonly kind: 'refusedNames'; readonly tenant: string };

export interface Call {
  readonly id: number;
  readonly operation: Operation;
  /** The gateway's clock when the call was made. */
  readonly gatewayMs: number;
  /** By {@link monotonicMs}. Not executed once this has passed. */
  readonly deadlineMs: number;
}

export type Reply =
  | { readonly id: number; readonly outcome: unknown }
  | { readonly id: number; readonly failed: Failure };

export interface Failure {
  readonly reason: LedgerUnavailable['reason'];
  readonly message: string;
}

export type ToWorker = { readonly calls: Values } | { readonly close: true };

export type FromWorker =
  | { readonly ready: true; readonly warning: string | undefined }
  | { readonly refused: Failure }
  | { readonly replies: Values };

export interface WorkerSettings {
  readonly path: string;
  readonly retainMs: number;
  readonly maxAccountsPerRoot: number;
  readonly maxHoldsPerRoot: number;
}

/** Milliseconds from a start that all threads of this process share. Never runs backwards. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
