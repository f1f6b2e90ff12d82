/**
 * What the gateways of one ledger tell each other beside the counters of money. No rule of DESIGN §3
 * rests on it: where it is lost, a hold is larger than it need be, or a few more calls with unknown
 * names are under way. So it is not journaled, and no fence guards it.
 */
export interface SharedState {
  /**
   * Keeps what a stored response used, by its id and by those of its items, so that a later request
   * that names one of them can be bounded. The last word on an id counts. Asked in the same turn of
   * the event loop as a settle of the root, it costs no trip of its own.
   * @throws {LedgerUnavailable}
   */
  remember(request: RememberRequest): Promise<void>;
  /** Those of the ids that are known, each once, in no order. @throws {LedgerUnavailable} */
  recall(request: RecallRequest): Promise<readonly RememberedResponse[]>;
  /**
   * Gives a call with unknown names a place among those under way in its root, if there is one left.
   * Asked before the call is reserved. The place is over with {@link leave}, with the end of the
   * call's hold (settled, released, or past its deadline), and where no hold was made for
   * {@link PLACE_WITHOUT_HOLD_MS}: so a gateway that dies keeps none, and a call that was reserved need
   * not leave. The same reservation again is one place.
   * @throws {LedgerUnavailable}
   */
  enter(request: EnterRequest): Promise<EnterOutcome>;
  /** The call is over. One that never entered is no error. @throws {LedgerUnavailable} */
  leave(request: LeaveRequest): Promise<void>;
  /**
   * From now on no call of the tenant enters with one of these names. A name that is refused already
   * changes nothing. @throws {LedgerUnavailable}
   */
  refuseNames(request: RefuseNamesRequest): Promise<void>;
  /** The names that are refused in a tenant, the oldest first. @throws {LedgerUnavailable} */
  refusedNames(tenant: string): Promise<readonly string[]>;
}

/** How long a response is known, and how many ids of one root: the oldest go first. */
export const REMEMBERED_MS = 30 * 24 * 3_600_000;
export const REMEMBERED_PER_ROOT = 10_000;

/** How long a place lasts before its hold is made, by the store's clock. */
export const PLACE_WITHOUT_HOLD_MS = 60_000;
/** The largest that {@link EnterRequest.most} may be. */
export const MAX_PLACES = 1_024;

/** How many names are refused in one tenant at the most: the oldest go first. */
export const REFUSED_NAMES = 1_000;

export interface RememberRequest {
  readonly tenant: string;
  readonly rootId: string;
  /** 1 to 64 ids of the provider's, each of 1 to 128 printable ASCII characters. */
  readonly ids: readonly string[];
  /** The leaf that made it: an account of this root. */
  readonly account: string;
  /** 1 to 256 characters. */
  readonly model: string;
  /** All that it used, in and out: what a request that goes on from it reads again at the most. */
  readonly tokens: number;
}

export interface RecallRequest {
  readonly tenant: string;
  readonly rootId: string;
  /** 1 to 256, each as {@link RememberRequest.ids} has them. */
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
  /** Calls under way in this root, this one included: 1 to {@link MAX_PLACES}. */
  readonly most: number;
}

/** In the order in which they are looked for: `refused` first, then `full`. */
export type EnterOutcome =
  | { readonly status: 'entered' }
  | { readonly status: 'full' }
  /** These names of the request made a call dearer than its hold before. */
  | { readonly status: 'refused'; readonly names: readonly string[] };

export interface LeaveRequest {
  readonly reservation: string;
}

export interface RefuseNamesRequest {
  readonly tenant: string;
  /** 1 to 64 names of 1 to 128 characters. */
  readonly names: readonly string[];
}
