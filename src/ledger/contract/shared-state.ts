/**
 * What the gateways of one ledger tell each other beside the counters of money. No rule of DESIGN §3
 * rests on it: where it is lost, a hold is larger than it need be, or a few more calls with unknown
 * names are under way. So it is not journaled, and no fence guards it.
 */
export interface SharedState {
  /**
   * Keeps what a stored response used, by its id and by those of its items, so that a later request
   * that names one of them can be bounded. The last word on an id counts.
   * @throws {LedgerUnavailable}
   */
  remember(request: RememberRequest): Promise<void>;
  /** Those of the ids that are known, in no order. @throws {LedgerUnavailable} */
  recall(request: RecallRequest): Promise<readonly RememberedResponse[]>;
  /**
   * Lets a call with unknown names begin, if so few are under way in its root. It is under way until
   * {@link leave}, or until its hold is over: a gateway that dies keeps no place.
   * @throws {LedgerUnavailable}
   */
  enter(request: EnterRequest): Promise<EnterOutcome>;
  /** The call is over. One that never entered is no error. @throws {LedgerUnavailable} */
  leave(request: LeaveRequest): Promise<void>;
  /** From now on no call of the tenant enters with one of these names. @throws {LedgerUnavailable} */
  refuseNames(request: RefuseNamesRequest): Promise<void>;
}

/** How long a response is known, and how many of one root: the oldest go first. */
export const REMEMBERED_MS = 30 * 24 * 3_600_000;
export const REMEMBERED_PER_ROOT = 10_000;

/** How many names are refused in one tenant at the most: the oldest go first. */
export const REFUSED_NAMES = 1_000;

export interface RememberRequest {
  readonly tenant: string;
  readonly rootId: string;
  /** 1 to 64 ids of the provider's, each of 1 to 128 printable ASCII characters. */
  readonly ids: readonly string[];
  /** The leaf that made it. */
  readonly account: string;
  readonly model: string;
  /** All that it used, in and out: what a request that goes on from it reads again at the most. */
  readonly tokens: number;
}

export interface RecallRequest {
  readonly tenant: string;
  readonly rootId: string;
  /** 1 to 256. */
  readonly ids: readonly string[];
}

export interface RememberedResponse {
  readonly id: string;
  readonly account: string;
  readonly model: string;
  readonly tokens: number;
}

export interface EnterRequest {
  /** It has tenant and root in it; not reserved yet. */
  readonly reservation: string;
  /** What stands on no list, 1 to 64 names of 1 to 128 characters. */
  readonly names: readonly string[];
  /** Calls under way in this root, this one included: 1 or more. */
  readonly most: number;
}

export type EnterOutcome =
  | { readonly status: 'entered' }
  | { readonly status: 'full' }
  /** These names made a call dearer than its hold before. */
  | { readonly status: 'refused'; readonly names: readonly string[] };

export interface LeaveRequest {
  readonly reservation: string;
}

export interface RefuseNamesRequest {
  readonly tenant: string;
  readonly names: readonly string[];
}
