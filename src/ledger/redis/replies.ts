/** What the scripts are given and what they answer, as the contract's values. */
import { UNITS, type Unit } from '../../money/units.js';
import type {
  AccountState,
  LedgerOptions,
  OpenOutcome,
  ReserveOutcome,
  ReserveRequest,
  ResolveOutcome,
  ResolveRefusal,
} from '../contract.js';
import { neverCharged } from '../rules/counters.js';
import { limitState } from '../rules/limits.js';
import {
  corrupt,
  limitsText,
  readAccount,
  readGenesis,
  readVector,
  readWhole,
  vectorText,
} from './codec.js';

const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

export function readOpenReply(reply: unknown): OpenOutcome {
  switch (reply) {
    case 'opened':
    case 'replayed':
      return { status: 'opened', replayed: reply === 'replayed' };
    case 'root_conflict':
      return { status: 'refused', reason: reply };
    default:
      throw corrupt('answer to a new root', String(reply));
  }
}

/** ARGV of `reserve.lua`. Few and long ones: each costs both sides time of its own. */
export function reserveArguments(
  id: string,
  { kid, path, cost, expiresAtMs, ttlMs }: ReserveRequest,
  latest: number,
  { maxAccountsPerRoot, maxHoldsPerRoot }: LedgerOptions,
): string[] {
  const args = [
    id,
    `${kid} ${expiresAtMs} ${ttlMs} ${latest} ${maxAccountsPerRoot} ${maxHoldsPerRoot}`,
    `${cost.steps} ${vectorText(cost.least)} ${vectorText(cost.most)}`,
  ];
  path.forEach(({ account, limits }, level) => {
    const holder = level === 0 ? '' : account.slice(account.lastIndexOf('/') + 1);
    args.push(`${holder} ${limitsText(limits)}`);
  });
  return args;
}

export function readReserveReply(
  request: ReserveRequest,
  tenant: string,
  rootId: string,
  reply: unknown,
): ReserveOutcome {
  const [status, ...rest] = asList(reply);
  if (status !== 'held' && status !== 'replayed') return readRefusal(request, String(status), rest);
  const [step, granted, deadline, genesis, ...texts] = rest.map(String);
  const minted = readGenesis(tenant, rootId, genesis ?? '');
  const limits = request.path.flatMap(({ account, limits: presented }, level) => {
    const state: AccountState = { ...neverCharged(account), ...readAccount(texts[level] ?? '') };
    const effective = level === 0 ? [...presented, ...minted.limits] : presented;
    return effective.map((limit) => limitState(state, limit));
  });
  return {
    status: 'held',
    step: readWhole(step),
    granted: readVector(granted ?? ''),
    deadlineMs: readWhole(deadline),
    limits,
    labels: minted.labels,
    replayed: status === 'replayed',
  };
}

function readRefusal(
  request: ReserveRequest,
  reason: string,
  [place, unitPlace, limit, text]: readonly unknown[],
): ReserveOutcome {
  const status = 'refused';
  const root = accountAt(request, 1);
  const leaf = accountAt(request, request.path.length);
  switch (reason) {
    case 'root_unknown':
    case 'clock_ahead':
    case 'kid_mismatch':
    case 'too_many_accounts':
    case 'too_many_holds':
      return { status, reason, account: root };
    case 'id_conflict':
    case 'already_resolved':
    case 'expired':
      return { status, reason, account: leaf };
    case 'amount_overflow':
      return { status, reason, account: accountAt(request, place) };
    case 'unit_unknown':
      return { status, reason, account: accountAt(request, place), unit: unitAt(unitPlace) };
    case 'budget_exhausted': {
      const account = accountAt(request, place);
      const unit = unitAt(unitPlace);
      const state: AccountState = { ...neverCharged(account), ...readAccount(String(text)) };
      const limitMicros = readWhole(String(limit));
      return {
        status,
        reason,
        account,
        limit: limitState(state, { unit, window: 'life', limitMicros, carved: false }),
        requiredMicros: request.cost.least[unit] ?? 0,
      };
    }
    default:
      throw corrupt('answer to a reservation', reason);
  }
}

const RESOLVE_REFUSALS: readonly ResolveRefusal['reason'][] = [
  'root_unknown',
  'reservation_unknown',
  'already_resolved',
  'amount_overflow',
];

export function readResolveReply(status: 'settled' | 'released', reply: unknown): ResolveOutcome {
  const [said, charged] = asList(reply);
  if (said === status || said === 'replayed') {
    return {
      status,
      charged: status === 'released' ? NOTHING : readVector(String(charged)),
      replayed: said === 'replayed',
    };
  }
  const reason = RESOLVE_REFUSALS.find((refusal) => refusal === said);
  if (reason === undefined) throw corrupt(`answer, ${status} or not`, String(said));
  return { status: 'refused', reason };
}

export function asList(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
  return reply;
}

/** Places are counted from 1, as Lua does. */
function accountAt({ path }: ReserveRequest, place: unknown): string {
  const account = path[Number(place) - 1]?.account;
  if (account === undefined) throw corrupt('place in the path', String(place));
  return account;
}

function unitAt(place: unknown): Unit {
  const unit = UNITS[Number(place) - 1];
  if (unit === undefined) throw corrupt('unit', String(place));
  return unit;
}
