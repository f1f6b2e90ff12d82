/**
 * Calls and answers in few words. Copying objects from thread to thread costs by their members' names,
 * so what is said most, a reservation and its end, travels as a row of values: a fifth of the time.
 * Everything else goes as it is.
 */
import {
  type Limit,
  type Micros,
  UNITS,
  type Vector,
  vectorOf,
  WINDOWS,
} from '../../money/units.js';
import type {
  AccountLimits,
  By,
  CallAbout,
  Held,
  LimitState,
  ReserveOutcome,
  ReserveRequest,
  Resolved,
  ResolveOutcome,
  SettleRequest,
  Upstreamed,
} from '../contract.js';
import type { Writable } from '../writable.js';
import type { Call, Operation, Reply } from './protocol.js';

/** In the order of {@link UNITS}; {@link NONE} for a unit that is not there. */
type Amounts = readonly [credits: Micros, usd: Micros, tokens: Micros, calls: Micros];
const NONE = -1;

/** The part of a reservation that is the same for every call of one macaroon. */
type Payer = Pick<ReserveRequest, 'kid' | 'path' | 'expiresAtMs'>;

type PackedReserve = readonly [
  kind: 'reserve',
  id: number,
  gatewayMs: number,
  deadlineMs: number,
  /** A place among the payers that were named before, or now. */
  place: number,
  payer: Payer | undefined,
  reservation: string,
  least: Amounts,
  /** Undefined where it is the least. */
  most: Amounts | undefined,
  steps: number,
  ttlMs: number,
  owner: ReserveRequest['owner'],
  about: CallAbout | undefined,
  fingerprint: string | undefined,
];

type PackedSettle = readonly [
  kind: 'settle',
  id: number,
  gatewayMs: number,
  deadlineMs: number,
  reservation: string,
  cost: Amounts,
  by: By | undefined,
  upstream: Upstreamed | undefined,
];

export type PackedCall = Call | PackedReserve | PackedSettle;

/** So many are remembered on either side; then their places are given anew, from the first on. */
const MAX_PAYERS = 4_096;

/** The side that asks. A path that is the same object as before goes as the place that it was given. */
export class CallPacker {
  #places = new WeakMap<readonly AccountLimits[], { place: number; payer: Payer }>();
  #next = 0;

  pack(call: Call): PackedCall {
    const { operation } = call;
    if (operation.kind === 'reserve') return this.#packReserve(call, operation.request);
    if (operation.kind === 'settle') return packSettle(call, operation.request);
    return call;
  }

  /** What was packed last has not arrived, so that no place can be relied on. */
  reset(): void {
    this.#places = new WeakMap();
    this.#next = 0;
  }

  #packReserve({ id, gatewayMs, deadlineMs }: Call, request: ReserveRequest): PackedReserve {
    const { reservation, kid, path, cost, expiresAtMs, ttlMs, owner, about, fingerprint } = request;
    const known = this.#places.get(path);
    const isKnown = known?.payer.kid === kid && known.payer.expiresAtMs === expiresAtMs;
    const { place, payer } = isKnown ? known : this.#remember({ kid, path, expiresAtMs });
    const { least, most, steps } = cost;
    return [
      'reserve',
      id,
      gatewayMs,
      deadlineMs,
      place,
      isKnown ? undefined : payer,
      reservation,
      packVector(least),
      most === least ? undefined : packVector(most),
      steps,
      ttlMs,
      owner,
      about,
      fingerprint,
    ];
  }

  #remember(payer: Payer): { place: number; payer: Payer } {
    if (this.#next === MAX_PAYERS) this.reset();
    const given = { place: this.#next, payer };
    this.#next += 1;
    this.#places.set(payer.path, given);
    return given;
  }
}

function packSettle(
  { id, gatewayMs, deadlineMs }: Call,
  { reservation, cost, by, upstream }: SettleRequest,
): PackedSettle {
  return ['settle', id, gatewayMs, deadlineMs, reservation, packVector(cost), by, upstream];
}

/** The side that answers. */
export class CallUnpacker {
  readonly #payers: Payer[] = [];

  /** In the order in which they were packed. */
  unpack(packed: PackedCall): Call {
    if (!isRow(packed)) return packed;
    const [kind, id, gatewayMs, deadlineMs] = packed;
    const operation: Operation =
      kind === 'reserve'
        ? { kind: 'reserve', request: this.#unpackReserve(packed) }
        : { kind: 'settle', request: unpackSettle(packed) };
    return { id, operation, gatewayMs, deadlineMs };
  }

  #unpackReserve(packed: PackedReserve): ReserveRequest {
    const [, , , , place, named, reservation, low, high, steps, ttlMs, ...others] = packed;
    const [owner, about, fingerprint] = others;
    if (named !== undefined) this.#payers[place] = inOwnWords(named);
    const payer = this.#payers[place];
    if (payer === undefined) throw new Error(`reservation ${reservation}: its payer was not named`);
    const { kid, path, expiresAtMs } = payer;
    const least = unpackVector(low);
    const most = high === undefined ? least : unpackVector(high);
    const cost = { least, most, steps };
    const request: Writable<ReserveRequest> = {
      reservation,
      kid,
      path,
      cost,
      expiresAtMs,
      ttlMs,
      owner,
    };
    if (about !== undefined) request.about = about;
    if (fingerprint !== undefined) request.fingerprint = fingerprint;
    return request;
  }
}

/**
 * What is copied from another thread has copies of the words in it, too. A member that is looked up by one
 * of those is searched for; with the program's own words it is there at once.
 */
function inOwnWords(payer: Payer): Payer {
  const limitOf = ({ unit, window, limitMicros, carved }: Limit): Limit => {
    return { unit: ownWord(UNITS, unit), window: ownWord(WINDOWS, window), limitMicros, carved };
  };
  const path = payer.path.map((its) => ({ ...its, limits: its.limits.map(limitOf) }));
  return { kid: payer.kid, path, expiresAtMs: payer.expiresAtMs };
}

function ownWord<Word extends string>(words: readonly Word[], copy: Word): Word {
  return words[words.indexOf(copy)] ?? copy;
}

function unpackSettle([, , , , reservation, cost, by, upstream]: PackedSettle): SettleRequest {
  const request: Writable<SettleRequest> = { reservation, cost: unpackVector(cost) };
  if (by !== undefined) request.by = by;
  if (upstream !== undefined) request.upstream = upstream;
  return request;
}

type PackedHeld = readonly [
  kind: 'held',
  id: number,
  step: number,
  granted: Amounts,
  deadlineMs: number,
  replayed: boolean,
  labels: Held['labels'],
  /** {@link LIMIT_CELLS} numbers each. */
  limits: readonly number[],
];

type PackedResolved = readonly [
  kind: Resolved['status'],
  id: number,
  charged: Amounts,
  replayed: boolean,
];

export type PackedReply = Reply | PackedHeld | PackedResolved;

/** @param operation what was asked: the path of a reservation tells which accounts it is about. */
export function packReply(reply: Reply, operation: Operation | undefined): PackedReply {
  if ('failed' in reply || operation === undefined) return reply;
  const { id } = reply;
  if (operation.kind === 'reserve') {
    const outcome = reply.outcome as ReserveOutcome;
    return outcome.status === 'held' ? packHeld(id, outcome, operation.request.path) : reply;
  }
  if (operation.kind === 'settle' || operation.kind === 'release') {
    const outcome = reply.outcome as ResolveOutcome;
    if (outcome.status === 'refused') return reply;
    return [outcome.status, id, packVector(outcome.charged), outcome.replayed];
  }
  return reply;
}

/** @param operationOf what was asked under an id; undefined where nobody waits for the answer. */
export function unpackReply(
  packed: PackedReply,
  operationOf: (id: number) => Operation | undefined,
): Reply {
  if (!isRow(packed)) return packed;
  const [kind, id] = packed;
  if (kind !== 'held') {
    const [status, , charged, replayed] = packed;
    const outcome: Resolved = { status, charged: unpackVector(charged), replayed };
    return { id, outcome };
  }
  const operation = operationOf(id);
  const path = operation?.kind === 'reserve' ? operation.request.path : [];
  return { id, outcome: unpackHeld(packed, path) };
}

function packHeld(id: number, held: Held, path: readonly AccountLimits[]): PackedHeld {
  const { step, granted, deadlineMs, replayed, labels } = held;
  const limits: number[] = [];
  let level = 0;
  for (const limit of held.limits) {
    // Root first, as the path is.
    while (level < path.length && path[level]?.account !== limit.account) level += 1;
    limits.push(
      level,
      UNITS.indexOf(limit.unit),
      WINDOWS.indexOf(limit.window),
      limit.limitMicros,
      limit.spentMicros,
      limit.heldMicros,
      limit.remainingMicros,
      limit.resetsAtMs ?? NONE,
    );
  }
  return ['held', id, step, packVector(granted), deadlineMs, replayed, labels, limits];
}

const LIMIT_CELLS = 8;

function unpackHeld(packed: PackedHeld, path: readonly AccountLimits[]): Held {
  const [status, , step, granted, deadlineMs, replayed, labels, cells] = packed;
  const limits: LimitState[] = [];
  for (let at = 0; at < cells.length; at += LIMIT_CELLS) limits.push(unpackLimit(cells, at, path));
  return { status, step, granted: unpackVector(granted), deadlineMs, limits, labels, replayed };
}

function unpackLimit(
  cells: readonly number[],
  at: number,
  path: readonly AccountLimits[],
): LimitState {
  const cell = (offset: number) => cells[at + offset] ?? 0;
  const limit = {
    account: path[cell(0)]?.account ?? '',
    unit: UNITS[cell(1)] ?? 'credits',
    window: WINDOWS[cell(2)] ?? 'life',
    limitMicros: cell(3),
    spentMicros: cell(4),
    heldMicros: cell(5),
    remainingMicros: cell(6),
  };
  const resetsAtMs = cell(7);
  return resetsAtMs === NONE ? limit : { ...limit, resetsAtMs };
}

function packVector({ credits, usd, tokens, calls }: Vector): Amounts {
  return [credits ?? NONE, usd ?? NONE, tokens ?? NONE, calls ?? NONE];
}

function unpackVector([credits, usd, tokens, calls]: Amounts): Vector {
  return vectorOf({
    credits: known(credits),
    usd: known(usd),
    tokens: known(tokens),
    calls: known(calls),
  });
}

function known(micros: Micros): Micros | undefined {
  return micros === NONE ? undefined : micros;
}

function isRow<Row extends readonly unknown[]>(packed: Row | object): packed is Row {
  return Array.isArray(packed);
}
