/** Names that the ledger gives and reads: accounts and reservations. */

const TENANT = '[a-z0-9-]{1,32}';
const ROOT_ID = '[0-9a-f]{32}';
const HOLDER = '[A-Za-z0-9][A-Za-z0-9._@-]{0,63}';
const ACCOUNT = new RegExp(`^(${TENANT})/(${ROOT_ID})((?:/${HOLDER}){0,15})$`);
/** A reservation's id up to what is its own. */
const RESERVATION_ROOT = new RegExp(`^r1\\.(${TENANT})\\.(${ROOT_ID})\\.$`);
/** Read from where it must begin. */
const OWN_ID = /[0-9a-f]{32}$/y;
/** So many characters at a reservation's end are its own. */
export const OWN_ID_LENGTH = 32;

export interface AccountName {
  readonly tenant: string;
  readonly rootId: string;
  /** The holders below the root, joined by `/`; empty for the root itself. */
  readonly below: string;
}

/** Reads `tenant/rootId[/holder…]`, or answers undefined. */
export function parseAccount(account: string): AccountName | undefined {
  const match = ACCOUNT.exec(account);
  if (match === null) return undefined;
  const [, tenant = '', rootId = '', below = ''] = match;
  return { tenant, rootId, below: below.slice(1) };
}

/** The same accounts are charged call after call, and a name that is made anew is hashed anew. */
const MAX_REMEMBERED = 10_000;
const ancestors = new Map<string, readonly string[]>();
const rootNames = new WeakMap<object, string>();

/** `tenant/rootId`: the name of the root account. */
export function rootName(root: { readonly tenant: string; readonly rootId: string }): string {
  const known = rootNames.get(root);
  if (known !== undefined) return known;
  const name = `${root.tenant}/${root.rootId}`;
  rootNames.set(root, name);
  return name;
}

/** The accounts from the root down to `account`, itself included. */
export function accountAndAncestors(account: string): readonly string[] {
  const known = ancestors.get(account);
  if (known !== undefined) return known;
  const path = namesDownTo(account);
  if (ancestors.size >= MAX_REMEMBERED) ancestors.clear();
  ancestors.set(account, path);
  return path;
}

function namesDownTo(account: string): string[] {
  const [tenant = '', rootId = '', ...holders] = account.split('/');
  const path = [`${tenant}/${rootId}`];
  for (const holder of holders) path.push(`${path.at(-1)}/${holder}`);
  return path;
}

export interface ReservationName {
  readonly tenant: string;
  readonly rootId: string;
}

const reservationRoots = new Map<string, ReservationName>();
/** Of the id that was read last: the next one is of the same root, most of the time. */
let lastRoot = '';
let lastNamed: ReservationName | undefined;

/**
 * Reads `r1.<tenant>.<rootId>.<hex>`, or answers undefined. The same object for all that are of one root,
 * most of the time.
 */
export function parseReservationId(reservation: string): ReservationName | undefined {
  const rootLength = reservation.length - OWN_ID_LENGTH;
  OWN_ID.lastIndex = rootLength;
  if (!OWN_ID.test(reservation)) return undefined;
  if (rootLength === lastRoot.length && reservation.startsWith(lastRoot)) return lastNamed;
  const root = reservation.slice(0, rootLength);
  const named = reservationRoots.get(root) ?? readReservationRoot(root);
  if (named === undefined) return undefined;
  lastRoot = root;
  lastNamed = named;
  return named;
}

function readReservationRoot(root: string): ReservationName | undefined {
  const match = RESERVATION_ROOT.exec(root);
  if (match === null) return undefined;
  const [, tenant = '', rootId = ''] = match;
  const named = { tenant, rootId };
  if (reservationRoots.size >= MAX_REMEMBERED) reservationRoots.clear();
  reservationRoots.set(root, named);
  return named;
}

const HEX_DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** The milliseconds since 1970 fit into so many digits until the year 10889. */
const TIME_DIGITS = 12;
/** Of the id that is made at the moment: a list for each would be as large as three ids. */
const digits = new Array<number>(OWN_ID_LENGTH).fill(0);

/**
 * A reservation's id out of 16 bytes. It says which shard and root it belongs to.
 * @param nowMs where it is given, it stands in the place of the first six of them, so that ids that are
 *   made one after another stand one after another (as UUID version 7 does, RFC 9562 §5.7): a store whose
 *   records are in order then writes a page or two for a dozen new holds, and not one for each. Nothing
 *   reads the time out of it, and an id is no secret.
 */
export function newReservationId(
  tenant: string,
  rootId: string,
  bytes: Uint8Array,
  nowMs?: number,
): string {
  for (let place = 0; place < OWN_ID_LENGTH; place += 2) {
    const byte = bytes[place / 2] ?? 0;
    digits[place] = HEX_DIGITS[byte >> 4] ?? 0;
    digits[place + 1] = HEX_DIGITS[byte & 15] ?? 0;
  }
  if (nowMs !== undefined) writeTime(nowMs);
  // Made at once: an engine keeps a text that grows digit by digit as a tree of its pieces.
  return `r1.${tenant}.${rootId}.${String.fromCharCode(...digits)}`;
}

function writeTime(nowMs: number): void {
  let left = nowMs;
  for (let place = TIME_DIGITS - 1; place >= 0; place--) {
    digits[place] = HEX_DIGITS[left % 16] ?? 0;
    left = Math.floor(left / 16);
  }
}

/** `tenant/rootId` of a reservation's id; empty for what is none. */
export function rootOfReservation(reservation: string): string {
  const named = parseReservationId(reservation);
  return named === undefined ? '' : rootName(named);
}

/** The reservation's id that ends in these 32 hex digits, under a root `tenant/rootId`. */
export function reservationOf(root: string, id: string): string {
  return `r1.${root.replace('/', '.')}.${id}`;
}
