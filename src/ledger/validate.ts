/**
 * What every engine checks before it reads anything. They run on the path of every call.
 *
 * Every function here throws a {@link LedgerInputError} that names the field, what was found and
 * what was expected, and otherwise answers nothing.
 */
import { isMicros } from '../money/micros.js';
import { isUnit, isWindow, type Limit, UNITS, type Vector } from '../money/units.js';
import {
  type AccountLimits,
  type CostRange,
  type Genesis,
  LedgerInputError,
  MAX_PATH,
  MAX_TTL_MS,
  MIN_TTL_MS,
  type ReleaseRequest,
  type ReserveRequest,
  type SettleRequest,
  type TreeRequest,
} from './contract.js';
import { parseAccount, parseReservationId } from './ids.js';

const KID = /^[a-z0-9-]{1,32}$/;
const HOLDER = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
/** A macaroon has at most 64 caveats, so no account can show more limits. */
const MAX_LIMITS = 64;
const MAX_LABELS = 64;
const MAX_LABEL_CHARS = 256;
const EXPECTED_MICROS = 'a whole number of micro-units, 0 to 2^53 − 1';

export function validateGenesis(genesis: Genesis): void {
  const { tenant, rootId } = genesis;
  const texts = typeof tenant === 'string' && typeof rootId === 'string';
  if (!texts || parseAccount(`${tenant}/${rootId}`)?.below !== '') {
    fail(
      'tenant and rootId',
      `${tenant}/${rootId}`,
      'a tenant of [a-z0-9-]{1,32} and 32 lowercase hex digits',
    );
  }
  checkKid(genesis.kid);
  if (typeof genesis.holder !== 'string' || !HOLDER.test(genesis.holder)) {
    fail('holder', genesis.holder, 'a holder as DESIGN §2 writes it');
  }
  checkLimits('limits', genesis.limits);
  checkInstant('expiresAtMs', genesis.expiresAtMs);
  checkLabels(genesis.labels);
}

export function validateReserve(request: ReserveRequest): void {
  checkKid(request.kid);
  checkPath(request.path);
  const root = request.path[0]?.account;
  const named = parseReservationId(request.reservation);
  if (named === undefined) failReservation(request.reservation);
  if (`${named.tenant}/${named.rootId}` !== root) {
    fail('reservation', request.reservation, `an id of the root ${root}`);
  }
  checkCostRange(request.cost);
  checkInstant('expiresAtMs', request.expiresAtMs);
  if (
    !Number.isInteger(request.ttlMs) ||
    request.ttlMs < MIN_TTL_MS ||
    request.ttlMs > MAX_TTL_MS
  ) {
    fail('ttlMs', request.ttlMs, `whole milliseconds, ${MIN_TTL_MS} to ${MAX_TTL_MS}`);
  }
}

export function validateSettle(request: SettleRequest): void {
  if (parseReservationId(request.reservation) === undefined) failReservation(request.reservation);
  checkVector('cost', request.cost);
}

export function validateRelease(request: ReleaseRequest): void {
  if (parseReservationId(request.reservation) === undefined) failReservation(request.reservation);
}

export function validateAccount(account: string): void {
  if (typeof account !== 'string' || parseAccount(account) === undefined) failAccount(account);
}

export function validateTree(request: TreeRequest): void {
  validateAccount(request.account);
  if (request.depth !== undefined && !isMicros(request.depth)) {
    fail('depth', request.depth, 'a whole number of levels, 0 or more');
  }
  if (request.maxAccounts !== undefined) validateCount('maxAccounts', request.maxAccounts);
}

export function validateTenant(tenant: string): void {
  if (typeof tenant !== 'string' || !KID.test(tenant)) fail('tenant', tenant, '[a-z0-9-]{1,32}');
}

/** A bound on how much one answer or one batch may hold: 1 or more. */
export function validateCount(field: string, count: number): void {
  if (!isMicros(count) || count === 0) fail(field, count, 'a whole number, 1 or more');
}

function checkPath(path: readonly AccountLimits[]): void {
  if (!Array.isArray(path) || path.length < 1 || path.length > MAX_PATH) {
    fail('path', Array.isArray(path) ? path.length : path, `1 to ${MAX_PATH} accounts`);
  }
  let parent: string | undefined;
  for (const { account, limits } of path) {
    const named = typeof account === 'string' ? parseAccount(account) : undefined;
    if (named === undefined) failAccount(account);
    if (parent === undefined) {
      if (named.below !== '') fail('path', account, 'a root account first: TENANT/ROOT');
    } else if (!account.startsWith(`${parent}/`) || account.indexOf('/', parent.length + 1) >= 0) {
      fail('path', account, `a child of ${parent}: one step, /HOLDER, below it`);
    }
    checkLimits(account, limits);
    parent = account;
  }
}

function checkLimits(owner: string, limits: readonly Limit[]): void {
  if (!Array.isArray(limits) || limits.length > MAX_LIMITS) {
    fail(`${owner} limits`, limits, `a list of at most ${MAX_LIMITS} limits`);
  }
  for (const { unit, window, limitMicros, carved } of limits) {
    if (!isUnit(unit)) fail(`${owner} limit's unit`, unit, UNITS.join(', '));
    if (!isMicros(limitMicros)) fail(`${owner} limit in ${unit}`, limitMicros, EXPECTED_MICROS);
    if (!isWindow(window)) fail(`${owner} limit's window`, window, 'life');
    if (window !== 'life') {
      fail(`${owner} limit's window`, window, 'life: this ledger does not keep windows yet');
    }
    if (carved !== false) {
      fail(`${owner} limit's carved`, carved, 'false: this ledger does not carve budgets out yet');
    }
  }
}

function checkCostRange(cost: CostRange): void {
  const { least, most, steps } = cost;
  checkVector('least', least);
  checkVector('most', most);
  if (!isMicros(steps)) fail('steps', steps, 'a whole number of steps, 0 or more');
  if (least.calls === undefined) fail('least', least, 'calls among its units');
  for (const unit of UNITS) {
    const low = least[unit];
    const high = most[unit];
    if (low === undefined && high === undefined) continue;
    if (low === undefined || high === undefined) {
      fail(`cost in ${unit}`, low ?? high, 'the same units in least and in most');
    }
    if (low > high) fail(`least in ${unit}`, low, `at most ${high}, the most in ${unit}`);
    if (steps === 0 && low !== high) fail('steps', steps, `1 or more, as most ≠ least in ${unit}`);
    if (!Number.isSafeInteger((high - low) * steps)) {
      fail('steps', steps, `(most − least) × steps below 2^53, with ${high - low} in ${unit}`);
    }
  }
}

function checkVector(field: string, vector: Vector): void {
  if (typeof vector !== 'object' || vector === null || Array.isArray(vector)) {
    fail(field, vector, 'an amount for each unit');
  }
  for (const [unit, amount] of Object.entries(vector)) {
    if (!isUnit(unit)) fail(`${field}'s unit`, unit, UNITS.join(', '));
    if (!isMicros(amount)) fail(`${field} in ${unit}`, amount, EXPECTED_MICROS);
  }
}

function checkKid(kid: string): void {
  if (typeof kid !== 'string' || !KID.test(kid)) fail('kid', kid, '[a-z0-9-]{1,32}');
}

function checkInstant(field: string, ms: number): void {
  if (!isMicros(ms)) fail(field, ms, 'whole milliseconds since 1970, below 2^53');
}

function checkLabels(labels: Readonly<Record<string, string>>): void {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    fail('labels', labels, 'names with text values');
  }
  const entries = Object.entries(labels);
  if (entries.length > MAX_LABELS) {
    fail('labels', `${entries.length} labels`, `at most ${MAX_LABELS}`);
  }
  for (const [name, value] of entries) {
    if (name === '' || name.length > MAX_LABEL_CHARS) {
      fail('label', name, `a name of 1 to ${MAX_LABEL_CHARS} characters`);
    }
    if (typeof value !== 'string' || value.length > MAX_LABEL_CHARS) {
      fail(`label ${name}`, value, `text of at most ${MAX_LABEL_CHARS} characters`);
    }
  }
}

function failAccount(found: unknown): never {
  fail('account', found, 'TENANT/ROOT[/HOLDER…], at most 16 deep');
}

function failReservation(found: unknown): never {
  fail('reservation', found, 'r1.TENANT.ROOT.ID as newReservationId writes it');
}

function fail(field: string, found: unknown, expected: string): never {
  throw new LedgerInputError(`${field}: found ${show(found)}, expected ${expected}`);
}

/** JSON hides NaN, Infinity and undefined, which are just what has to be seen here. */
function show(found: unknown): string {
  if (typeof found === 'number' || typeof found === 'bigint' || found === undefined) {
    return String(found);
  }
  const text = typeof found === 'string' ? JSON.stringify(found) : safeJson(found);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function safeJson(found: unknown): string {
  try {
    return JSON.stringify(found) ?? String(found);
  } catch {
    return typeof found;
  }
}
