/**
 * What every engine checks before it reads anything. They run on the path of every call.
 *
 * Every function here throws a {@link LedgerInputError} that names the field, what was found and
 * what was expected, and otherwise answers nothing.
 */
import { isMicros } from '../money/micros.js';
import { UNITS } from '../money/units.js';
import {
  type ActivateRequest,
  type ControlRequest,
  type ExtendRequest,
  type Genesis,
  type JournalHead,
  type JournalRequest,
  type LeaseRequest,
  MAX_JOURNAL_PAGE,
  MAX_LEASE_MS,
  MAX_PAGE,
  MIN_LEASE_MS,
  type MoveHeadRequest,
  type ReleaseRequest,
  type ReserveRequest,
  type RevokeMacaroonRequest,
  type SettleRequest,
  type TopUpRequest,
  type TreeRequest,
  type TrimRequest,
} from './contract.js';
import { parseAccount, parseReservationId, rootName } from './ids.js';
import {
  checkAbout,
  checkBy,
  checkCostRange,
  checkInstant,
  checkKid,
  checkLabels,
  checkLimits,
  checkOneOf,
  checkPath,
  checkReservation,
  checkRevocations,
  checkText,
  checkTtl,
  checkVector,
  EXPECTED_MICROS,
  fail,
  failAccount,
  failReservation,
  HOLDER,
  KID,
} from './validate/fields.js';

const DRAINER = /^[A-Za-z0-9._-]{1,64}$/;
const HASH = /^[0-9a-f]{64}$/;
const OWNERS = ['gateway', 'caller'];
const HEX_ID = /^[0-9a-f]{32}$/;

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
  const carved = genesis.limits.find((limit) => limit.carved);
  if (carved !== undefined) {
    fail(`limit in ${carved.unit}'s carved`, true, 'false: a root has no parent to be carved from');
  }
  checkInstant('expiresAtMs', genesis.expiresAtMs);
  checkLabels(genesis.labels);
}

export function validateReserve(request: ReserveRequest): void {
  checkKid(request.kid);
  checkInstant('expiresAtMs', request.expiresAtMs);
  checkPath(request.path, request.expiresAtMs);
  const root = request.path[0]?.account;
  const { reservation } = request;
  const named = typeof reservation === 'string' ? parseReservationId(reservation) : undefined;
  if (named === undefined) failReservation(reservation);
  if (rootName(named) !== root) {
    fail('reservation', reservation, `an id of the root ${root}`);
  }
  checkCostRange(request.cost);
  checkTtl(request.ttlMs);
  checkOneOf('owner', request.owner, OWNERS);
  checkAbout(request.about);
  if (request.fingerprint !== undefined) checkText('fingerprint', request.fingerprint, 1, 64);
  checkRevocations(request.revocations);
}

export function validateSettle({ reservation, cost, by, upstream }: SettleRequest): void {
  checkReservation(reservation);
  checkVector('cost', cost);
  checkBy(by);
  if (upstream === undefined) return;
  if (typeof upstream !== 'object' || upstream === null) {
    fail('upstream', upstream, 'what the upstream said');
  }
  const { requestId, model } = upstream;
  if (requestId !== undefined) checkText("upstream's requestId", requestId, 0, 256);
  if (model !== undefined) checkText("upstream's model", model, 0, 256);
}

export function validateRelease({ reservation, by }: ReleaseRequest): void {
  checkReservation(reservation);
  checkBy(by);
}

export function validateExtend({ reservation, ttlMs, by }: ExtendRequest): void {
  checkReservation(reservation);
  checkTtl(ttlMs);
  checkBy(by);
}

export function validateActivate({ kid, path, expiresAtMs, revocations }: ActivateRequest): void {
  checkRevocations(revocations);
  checkKid(kid);
  checkInstant('expiresAtMs', expiresAtMs);
  checkPath(path, expiresAtMs);
}

export function validateControl({ account, action, actor }: ControlRequest): void {
  validateAccount(account);
  checkOneOf('action', action, ['pause', 'resume', 'revoke', 'close']);
  checkText('actor', actor, 1, 128);
}

export function validateRevokeMacaroon(request: RevokeMacaroonRequest): void {
  const { root, fingerprint, expiresAtMs, actor } = request;
  validateAccount(root);
  if (root.split('/').length !== 2) fail('root', root, 'TENANT/ROOTID');
  if (typeof fingerprint !== 'string' || !HEX_ID.test(fingerprint)) {
    fail('fingerprint', fingerprint, '32 lowercase hex digits');
  }
  if (expiresAtMs !== undefined) checkInstant('expiresAtMs', expiresAtMs);
  checkText('actor', actor, 1, 128);
}

export function validateTopUp({ account, unit, micros, id, actor }: TopUpRequest): void {
  validateAccount(account);
  checkOneOf('unit', unit, UNITS);
  if (!isMicros(micros) || micros === 0) fail('micros', micros, `${EXPECTED_MICROS}, but not 0`);
  if (typeof id !== 'string' || !HEX_ID.test(id)) fail('id', id, '32 lowercase hex digits');
  checkText('actor', actor, 1, 128);
}

export function validateJournal({ tenant, after, max }: JournalRequest): void {
  validateTenant(tenant);
  if (!isMicros(after)) fail('after', after, 'a whole number, 0 or more');
  validateCount('max', max);
  if (max > MAX_JOURNAL_PAGE) fail('max', max, `at most ${MAX_JOURNAL_PAGE}`);
}

export function validateLease({ tenant, holder, ttlMs }: LeaseRequest): void {
  validateTenant(tenant);
  checkDrainer(holder);
  if (ttlMs === 0) return;
  if (!isMicros(ttlMs) || ttlMs < MIN_LEASE_MS || ttlMs > MAX_LEASE_MS) {
    fail('ttlMs', ttlMs, `0, or ${MIN_LEASE_MS} to ${MAX_LEASE_MS} ms`);
  }
}

export function validateMoveHead({ tenant, holder, from, to }: MoveHeadRequest): void {
  validateTenant(tenant);
  checkDrainer(holder);
  checkHead('from', from);
  checkHead('to', to);
  if (to.number <= from.number) fail('to', to.number, `a number after ${from.number}`);
}

function checkDrainer(holder: string): void {
  if (typeof holder !== 'string' || !DRAINER.test(holder)) {
    fail('holder', holder, '1 to 64 of [A-Za-z0-9._-]');
  }
}

function checkHead(field: string, { number, hash }: JournalHead): void {
  if (!isMicros(number)) fail(`${field}.number`, number, 'a whole number, 0 or more');
  if (typeof hash !== 'string' || (number === 0 ? hash !== '' : !HASH.test(hash))) {
    fail(`${field}.hash`, hash, number === 0 ? 'none at number 0' : '64 lowercase hex digits');
  }
}

export function validateTrim({ tenant, through }: TrimRequest): void {
  validateTenant(tenant);
  if (!isMicros(through)) fail('through', through, 'a whole number, 0 or more');
}

export function validateAccount(account: string): void {
  if (typeof account !== 'string' || parseAccount(account) === undefined) failAccount(account);
}

export function validateTree(request: TreeRequest): void {
  validateAccount(request.account);
  if (request.depth !== undefined && !isMicros(request.depth)) {
    fail('depth', request.depth, 'a whole number of levels, 0 or more');
  }
  const { after, maxAccounts } = request;
  if (after !== undefined && (typeof after !== 'string' || !AFTER.test(after))) {
    fail('after', after, 'the beginning of an account, at most 1,100 of [A-Za-z0-9._@/-]');
  }
  if (maxAccounts !== undefined) validatePage('maxAccounts', maxAccounts);
}

const AFTER = /^[\w.@/-]{1,1100}$/;

export function validateRoots(max: number, after: string | undefined): void {
  validatePage('max', max);
  if (after !== undefined && parseAccount(after)?.below !== '') {
    fail('after', after, 'a root, TENANT/ROOTID');
  }
}

function validatePage(field: string, count: number): void {
  validateCount(field, count);
  if (count > MAX_PAGE) fail(field, count, `at most ${MAX_PAGE}`);
}

export function validateTenant(tenant: string): void {
  if (typeof tenant !== 'string' || !KID.test(tenant)) fail('tenant', tenant, '[a-z0-9-]{1,32}');
}

/** A bound on how much one answer or one batch may hold: 1 or more. */
export function validateCount(field: string, count: number): void {
  if (!isMicros(count) || count === 0) fail(field, count, 'a whole number, 1 or more');
}
