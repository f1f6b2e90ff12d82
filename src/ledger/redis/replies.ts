/** What the functions answer, as the contract's values. */
import { UNITS, type Unit } from '../../money/units.js';
import type {
  ActivateOutcome,
  ActivateRefusal,
  ControlOutcome,
  ExtendOutcome,
  Genesis,
  Held,
  LimitState,
  OpenOutcome,
  ReserveOutcome,
  ReserveRefusal,
  ResolveOutcome,
  ResolveRefusal,
  RevocationsDiffer,
  RevokeMacaroonOutcome,
  Standing,
  TopUpOutcome,
} from '../contract.js';
import { windowEnd, windowStart } from '../rules/windows.js';
import { corrupt, readUnit, readVector, readWhole } from './codec.js';
import { accountOf } from './keys.js';
import type { PathLimit, PathText } from './path-text.js';

const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/** One answer, cut into words, with what was said to the whole call. */
export interface Answer {
  readonly words: readonly string[];
  readonly nowMs: number;
  /** How many that were held as this one came after it, up to the one that is answered. */
  readonly after?: number;
}

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

export function readReserveReply(
  path: PathText,
  genesis: Genesis | undefined,
  answer: Answer,
): ReserveOutcome {
  const [status] = answer.words;
  if (status !== 'held' && status !== 'replayed') return readRefusal(path, genesis, answer);
  if (genesis === undefined) throw corrupt('answer to a reservation', answer.words.join(' '));
  if (lastHeld?.words !== answer.words || lastHeld.path !== path) {
    lastHeld = { words: answer.words, path, held: readHeld(path, genesis, answer) };
  }
  const { held } = lastHeld;
  return answer.after ? afterMore(held, answer.after) : held;
}

interface ReadHeld {
  readonly words: readonly string[];
  readonly path: PathText;
  readonly held: Held;
}

/** What was read last, by the very words and path: what is said to several that were held alike is read once. */
let lastHeld: ReadHeld | undefined;

function readHeld(path: PathText, genesis: Genesis, answer: Answer): Held {
  const [status, step, granted = '', deadline] = answer.words;
  return {
    status: 'held',
    step: readWhole(step),
    granted: readVector(granted),
    deadlineMs: readWhole(deadline),
    limits: readLimitStates(path.limitsWith(genesis), answer, 4),
    labels: genesis.labels,
    replayed: status === 'replayed',
  };
}

/** One that was held as this one, when as much again had been held so many times. */
function afterMore(held: Held, times: number): Held {
  const limits = held.limits.map((limit) => {
    const more = times * (held.granted[limit.unit] ?? 0);
    const heldMicros = limit.heldMicros + more;
    const remainingMicros = Math.max(0, limit.remainingMicros - more);
    return { ...limit, heldMicros, remainingMicros };
  });
  return { ...held, limits };
}

/** `MICROS` of each limit, from the word at `from` on, then `SPENT HELD` of each use. */
function readLimitStates(limits: readonly PathLimit[], answer: Answer, from: number): LimitState[] {
  const uses = from + limits.length;
  return limits.map((limit, i) => readLimitState(limit, answer, from + i, uses + 2 * limit.use));
}

function readLimitState(
  { account, limit: { unit, window } }: PathLimit,
  { words, nowMs }: Answer,
  at: number,
  usedAt: number,
): LimitState {
  const limitMicros = readWhole(words[at]);
  const spentMicros = readWhole(words[usedAt]);
  const heldMicros = readWhole(words[usedAt + 1]);
  const remainingMicros = Math.max(0, limitMicros - spentMicros - heldMicros);
  const state = { account, unit, window, limitMicros, spentMicros, heldMicros, remainingMicros };
  if (window === 'life') return state;
  return { ...state, resetsAtMs: windowEnd(window, windowStart(window, nowMs)) };
}

/** `REASON`, `REASON PLACE`, `unit_unknown PLACE UNIT`, `budget_exhausted LIMIT REQUIRED …`. */
function readRefusal(path: PathText, genesis: Genesis | undefined, answer: Answer): ReserveRefusal {
  const [reason, place, more] = answer.words;
  const status = 'refused';
  switch (reason) {
    case 'root_unknown':
    case 'clock_ahead':
    case 'kid_mismatch':
      return { status, reason, account: path.accountAt(1) };
    case 'id_conflict':
    case 'already_resolved':
    case 'expired':
      return { status, reason, account: path.accountAt(path.depth) };
    case 'too_many_accounts':
    case 'too_many_holds':
    case 'account_paused':
    case 'account_revoked':
    case 'account_closed':
      return { status, reason, account: path.accountAt(Number(place)) };
    case 'revocations_differ':
      return readDiffer(path.accountAt(1), answer.words);
    case 'unit_unknown':
      return { status, reason, account: path.accountAt(Number(place)), unit: readUnit(more) };
    case 'budget_exhausted': {
      const limit = genesis && path.limitsWith(genesis)[Number(place) - 1];
      if (limit === undefined) break;
      const { account } = limit;
      const state = readLimitState(limit, answer, 3, 4);
      return { status, reason, account, limit: state, requiredMicros: readWhole(more) };
    }
  }
  throw corrupt('answer to a reservation', answer.words.join(' '));
}

/** `revocations_differ NUMBER FINGERPRINT,…`, or `-` for none. */
function readDiffer(account: string, words: readonly string[]): RevocationsDiffer {
  const [, number, list = '-'] = words;
  const fingerprints = list === '-' ? [] : list.split(',');
  const reason = 'revocations_differ';
  return { status: 'refused', reason, account, number: readWhole(number), fingerprints };
}

const NOT_OF_ACTIVATION: readonly ReserveRefusal['reason'][] = [
  'id_conflict',
  'already_resolved',
  'unit_unknown',
  'too_many_holds',
];

export function readActivateReply(
  path: PathText,
  genesis: Genesis | undefined,
  answer: Answer,
): ActivateOutcome {
  const [status] = answer.words;
  if ((status === 'active' || status === 'replayed') && genesis !== undefined) {
    const limits = readLimitStates(path.limitsWith(genesis), answer, 1);
    return { status: 'activated', limits, replayed: status === 'replayed' };
  }
  const refusal = readRefusal(path, genesis, answer);
  if (NOT_OF_ACTIVATION.includes(refusal.reason)) {
    throw corrupt('answer to an activation', refusal.reason);
  }
  return refusal as ActivateRefusal;
}

const RESOLVE_REFUSALS: readonly ResolveRefusal['reason'][] = [
  'root_unknown',
  'reservation_unknown',
  'not_owner',
  'already_resolved',
  'above_hold',
];

export function readSettleReply(root: string, answer: Answer): ResolveOutcome {
  return readResolveReply('settled', root, answer);
}

export function readReleaseReply(root: string, answer: Answer): ResolveOutcome {
  return readResolveReply('released', root, answer);
}

function readResolveReply(
  status: 'settled' | 'released',
  root: string,
  { words }: Answer,
): ResolveOutcome {
  const said = words[0];
  const charged = words[1] ?? '';
  if (said === status || said === 'replayed') {
    return {
      status,
      charged: status === 'released' ? NOTHING : readVector(charged),
      replayed: said === 'replayed',
    };
  }
  if (said === 'revocations_differ') return readDiffer(root, words);
  const reason = RESOLVE_REFUSALS.find((refusal) => refusal === said);
  if (reason === undefined) throw corrupt(`answer, ${status} or not`, String(said));
  return { status: 'refused', reason };
}

export function readExtendReply(root: string, { words }: Answer): ExtendOutcome {
  const [said = '', detail] = words;
  switch (said) {
    case 'extended':
      return { status: 'extended', deadlineMs: readWhole(detail) };
    case 'revocations_differ':
      return readDiffer(root, words);
    case 'root_unknown':
    case 'reservation_unknown':
    case 'not_owner':
    case 'already_resolved':
    case 'expired':
      return { status: 'refused', reason: said };
    case 'account_paused':
    case 'account_revoked':
    case 'account_closed':
      return { status: 'refused', reason: said, account: accountOf(root, detail ?? '') };
    default:
      throw corrupt('answer to an extension', said);
  }
}

const STANDINGS: Readonly<Record<string, Standing>> = {
  o: 'open',
  p: 'paused',
  r: 'revoked',
  c: 'closed',
};

export function readControlReply({
  words: [said, first = '', second = ''],
}: Answer): ControlOutcome {
  const before = STANDINGS[first];
  const after = STANDINGS[second];
  if (said === 'root_unknown') return { status: 'refused', reason: said };
  if (said === 'final' && before !== undefined) {
    return { status: 'refused', reason: said, standing: before };
  }
  const isDone = said === 'done' || said === 'replayed';
  if (!isDone || before === undefined || after === undefined) {
    throw corrupt('answer to an operator', `${said} ${first} ${second}`);
  }
  return { status: 'done', replayed: said === 'replayed', before, after };
}

export function readRevokeReply({ words: [said = '', until] }: Answer): RevokeMacaroonOutcome {
  switch (said) {
    case 'done':
    case 'replayed':
      return { status: 'done', replayed: said === 'replayed', expiresAtMs: readWhole(until) };
    case 'root_unknown':
    case 'expired':
    case 'too_many_revocations':
      return { status: 'refused', reason: said };
    default:
      throw corrupt('answer to a revocation', said);
  }
}

export function readTopUpReply({ words: [said, amounts = ''] }: Answer): TopUpOutcome {
  switch (said) {
    case 'done':
    case 'replayed':
      return {
        status: 'topped_up',
        toppedUp: readVector(amounts),
        replayed: said === 'replayed',
      };
    case 'root_unknown':
    case 'id_conflict':
    case 'final':
    case 'too_many_top_ups':
    case 'amount_overflow':
      return { status: 'refused', reason: said };
    default:
      throw corrupt('answer to a top-up', String(said));
  }
}

/** The place of a unit, counted from 1 as Lua does. */
export function unitPlace(unit: Unit): number {
  return UNITS.indexOf(unit) + 1;
}
