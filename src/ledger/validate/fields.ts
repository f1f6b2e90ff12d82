/**
 * What the validators are made of. Each throws a {@link LedgerInputError} that names the field,
 * what was found and what was expected, and otherwise answers nothing.
 */

import { carveMistake } from '../../money/carve.js';
import { isMicros } from '../../money/micros.js';
import { isUnit, isWindow, type Limit, UNITS, type Vector, WINDOWS } from '../../money/units.js';
import {
  type AccountLimits,
  type By,
  type CallAbout,
  type CostRange,
  LedgerInputError,
  MAX_PATH,
  MAX_TTL_MS,
  MIN_TTL_MS,
} from '../contract.js';
import { parseAccount, parseReservationId } from '../ids.js';

export const KID = /^[a-z0-9-]{1,32}$/;
export const HOLDER = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
/** A macaroon has at most 64 caveats, so no account can show more limits. */
const MAX_LIMITS = 64;
const MAX_LABELS = 64;
const MAX_LABEL_CHARS = 256;
export const EXPECTED_MICROS = 'a whole number of micro-units, 0 to 2^53 − 1';

/**
 * By the very object, which a gateway keeps with its macaroon and never changes: it is looked at once,
 * however often it is charged.
 */
const goodUntil = new WeakMap<readonly AccountLimits[], number>();

/** @param expiresAtMs the request's expiry, before which no carve-out of it may end. */
export function checkPath(path: readonly AccountLimits[], expiresAtMs: number): void {
  if (goodUntil.get(path) === expiresAtMs) return;
  if (!Array.isArray(path) || path.length < 1 || path.length > MAX_PATH) {
    fail('path', Array.isArray(path) ? path.length : path, `1 to ${MAX_PATH} accounts`);
  }
  let parent: AccountLimits | undefined;
  const above: (readonly Limit[])[] = [];
  for (const own of path as readonly AccountLimits[]) {
    const { account, limits } = own;
    const named = typeof account === 'string' ? parseAccount(account) : undefined;
    if (named === undefined) failAccount(account);
    const over = parent?.account;
    if (over === undefined) {
      if (named.below !== '') fail('path', account, 'a root account first: TENANT/ROOT');
    } else if (!account.startsWith(`${over}/`) || account.indexOf('/', over.length + 1) >= 0) {
      fail('path', account, `a child of ${over}: one step, /HOLDER, below it`);
    }
    checkLimits(account, limits);
    checkCarved(own, above, expiresAtMs);
    above.push(limits);
    parent = own;
  }
  goodUntil.set(path, expiresAtMs);
}

export function checkLimits(owner: string, limits: readonly Limit[]): void {
  if (!Array.isArray(limits) || limits.length > MAX_LIMITS) {
    fail(`${owner} limits`, limits, `a list of at most ${MAX_LIMITS} limits`);
  }
  for (const { unit, window, limitMicros, carved } of limits) {
    if (!isUnit(unit)) fail(`${owner} limit's unit`, unit, UNITS.join(', '));
    if (!isMicros(limitMicros)) fail(`${owner} limit in ${unit}`, limitMicros, EXPECTED_MICROS);
    if (!isWindow(window)) fail(`${owner} limit's window`, window, WINDOWS.join(', '));
    if (typeof carved !== 'boolean') fail(`${owner} limit's carved`, carved, 'true or false');
  }
}

/** DESIGN §3, rule 4: what may be carved, and that its end is known. */
function checkCarved(
  { account, limits, carveEndsMs }: AccountLimits,
  above: readonly (readonly Limit[])[],
  expiresAtMs: number,
): void {
  const mistake = carveMistake(limits, above);
  if (mistake !== undefined) {
    fail(`${account} limit in ${mistake.unit}'s carved`, true, mistake.expected);
  }
  if (carveEndsMs !== undefined) checkInstant(`${account} carveEndsMs`, carveEndsMs);
  if (!limits.some(({ carved }) => carved)) return;
  if (carveEndsMs === undefined || carveEndsMs < expiresAtMs) {
    fail(
      `${account} carveEndsMs`,
      carveEndsMs,
      `the end of what is carved, ${expiresAtMs} or later`,
    );
  }
}

export function checkCostRange(cost: CostRange): void {
  const { least, most, steps } = cost;
  checkVector('least', least);
  // Of a fixed price both are one.
  if (most !== least) checkVector('most', most);
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

export function checkVector(field: string, vector: Vector): void {
  if (typeof vector !== 'object' || vector === null || Array.isArray(vector)) {
    fail(field, vector, 'an amount for each unit');
  }
  for (const unit in vector) {
    if (!isUnit(unit)) fail(`${field}'s unit`, unit, UNITS.join(', '));
    const amount = vector[unit];
    if (!isMicros(amount)) fail(`${field} in ${unit}`, amount, EXPECTED_MICROS);
  }
}

export function checkKid(kid: string): void {
  if (typeof kid !== 'string' || !KID.test(kid)) fail('kid', kid, '[a-z0-9-]{1,32}');
}

export function checkInstant(field: string, ms: number): void {
  if (!isMicros(ms)) fail(field, ms, 'whole milliseconds since 1970, below 2^53');
}

export function checkTtl(ttlMs: number): void {
  if (!Number.isInteger(ttlMs) || ttlMs < MIN_TTL_MS || ttlMs > MAX_TTL_MS) {
    fail('ttlMs', ttlMs, `whole milliseconds, ${MIN_TTL_MS} to ${MAX_TTL_MS}`);
  }
}

export function checkOneOf(field: string, found: unknown, allowed: readonly string[]): void {
  if (typeof found !== 'string' || !allowed.includes(found)) fail(field, found, allowed.join(', '));
}

/** @param least the fewest characters, 0 where it may be empty. */
export function checkText(field: string, text: unknown, least: number, most: number): void {
  if (typeof text !== 'string' || text.length < least || text.length > most) {
    fail(field, text, `text of ${least} to ${most} characters`);
  }
}

export function checkReservation(reservation: string): void {
  if (typeof reservation !== 'string' || parseReservationId(reservation) === undefined) {
    failReservation(reservation);
  }
}

export function checkBy(by: By | undefined): void {
  if (by === undefined) return;
  if (typeof by !== 'object' || by === null) fail('by', by, 'a gateway or a caller');
  checkOneOf('by', by.kind, ['gateway', 'caller']);
  if (by.kind === 'caller' && (typeof by.account !== 'string' || !parseAccount(by.account))) {
    failAccount(by.account);
  }
  if (by.kind === 'caller') checkRevocations(by.revocations);
}

/** @param number of a root's revocations that a macaroon was compared with. */
export function checkRevocations(number: number | undefined): void {
  if (number !== undefined && !isMicros(number)) {
    fail('revocations', number, 'a whole number, 0 or more');
  }
}

export function checkAbout(about: CallAbout | undefined): void {
  if (about === undefined) return;
  if (typeof about !== 'object' || about === null) fail('about', about, 'what the call is for');
  const { name, route, tags } = about;
  checkText("about's name", name, 1, 256);
  if (route !== undefined) checkText("about's route", route, 0, 64);
  if (tags !== undefined) checkNames('tag', tags, 16, 64);
}

export function checkLabels(labels: Readonly<Record<string, string>>): void {
  checkNames('label', labels, MAX_LABELS, MAX_LABEL_CHARS);
}

function checkNames(
  what: 'label' | 'tag',
  names: Readonly<Record<string, string>>,
  max: number,
  maxChars: number,
): void {
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    fail(`${what}s`, names, 'names with text values');
  }
  const entries = Object.entries(names);
  if (entries.length > max) fail(`${what}s`, `${entries.length} ${what}s`, `at most ${max}`);
  for (const [name, value] of entries) {
    if (name === '' || name.length > maxChars) {
      fail(what, name, `a name of 1 to ${maxChars} characters`);
    }
    if (typeof value !== 'string' || value.length > maxChars) {
      fail(`${what} ${name}`, value, `text of at most ${maxChars} characters`);
    }
  }
}

export function failAccount(found: unknown): never {
  fail('account', found, 'TENANT/ROOT[/HOLDER…], at most 16 deep');
}

export function failReservation(found: unknown): never {
  fail('reservation', found, 'r1.TENANT.ROOT.ID as newReservationId writes it');
}

export function fail(field: string, found: unknown, expected: string): never {
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
