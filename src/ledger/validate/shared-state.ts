/** What every engine checks of the gateways' shared state before it reads anything. */
import { isMicros } from '../../money/micros.js';
import {
  type EnterRequest,
  type LeaveRequest,
  MAX_PLACES,
  type RecallRequest,
  type RefuseNamesRequest,
  type RememberRequest,
} from '../contract.js';
import { parseAccount } from '../ids.js';
import { validateTenant } from '../validate.js';
import { checkReservation, checkText, fail } from './fields.js';

const ROOT_ID = /^[0-9a-f]{32}$/;
const PROVIDER_ID = /^[\x20-\x7e]{1,128}$/;
const MAX_REMEMBERED_IDS = 64;
const MAX_RECALLED_IDS = 256;
const MAX_NAMES = 64;
const MAX_NAME_CHARS = 128;

export function validateRemember(request: RememberRequest): void {
  const { tenant, rootId, account, tokens } = request;
  checkRoot(tenant, rootId);
  checkIds(request.ids, MAX_REMEMBERED_IDS);
  const named = typeof account === 'string' ? parseAccount(account) : undefined;
  if (named?.tenant !== tenant || named.rootId !== rootId) {
    fail('account', account, `an account of the root ${tenant}/${rootId}`);
  }
  checkText('model', request.model, 1, 256);
  if (!isMicros(tokens)) fail('tokens', tokens, 'a whole number of tokens, 0 to 2^53 − 1');
}

export function validateRecall({ tenant, rootId, ids }: RecallRequest): void {
  checkRoot(tenant, rootId);
  checkIds(ids, MAX_RECALLED_IDS);
}

export function validateEnter({ reservation, names, most }: EnterRequest): void {
  checkReservation(reservation);
  checkNames(names);
  if (!isMicros(most) || most < 1 || most > MAX_PLACES) {
    fail('most', most, `a whole number of calls, 1 to ${MAX_PLACES}`);
  }
}

export function validateLeave({ reservation }: LeaveRequest): void {
  checkReservation(reservation);
}

export function validateRefuseNames({ tenant, names }: RefuseNamesRequest): void {
  validateTenant(tenant);
  checkNames(names);
}

function checkRoot(tenant: string, rootId: string): void {
  validateTenant(tenant);
  if (typeof rootId !== 'string' || !ROOT_ID.test(rootId)) {
    fail('rootId', rootId, '32 lowercase hex digits');
  }
}

function checkIds(ids: readonly string[], most: number): void {
  checkList('ids', ids, most);
  for (const id of ids) {
    if (typeof id !== 'string' || !PROVIDER_ID.test(id)) {
      fail('id', id, '1 to 128 printable ASCII characters');
    }
  }
}

function checkNames(names: readonly string[]): void {
  checkList('names', names, MAX_NAMES);
  for (const name of names) checkText('name', name, 1, MAX_NAME_CHARS);
}

function checkList(field: string, list: readonly unknown[], most: number): void {
  if (!Array.isArray(list) || list.length < 1 || list.length > most) {
    fail(field, Array.isArray(list) ? list.length : list, `a list of 1 to ${most}`);
  }
}
