/**
 * Calls in few words: what is said most, a reservation and its end, value by value. Everything else goes
 * as it is.
 */
import { type Limit, UNITS, WINDOWS } from '../../money/units.js';
import type {
  AccountLimits,
  By,
  CallAbout,
  ReserveRequest,
  SettleRequest,
  Upstreamed,
} from '../contract.js';
import type { Writable } from '../writable.js';
import type { Call, Operation } from './protocol.js';
import { ValueReader, type Values, ValueWriter } from './values.js';

/** What comes next. */
const RESERVE = 0;
const SETTLE = 1;
const ANY_OTHER = 2;

/** What a reservation has beside what all have: each a bit. */
const NAMES_PAYER = 1;
const HAS_MOST = 2;
const HAS_ABOUT = 4;
const HAS_ROUTE = 8;
const HAS_TAGS = 16;
const HAS_FINGERPRINT = 32;
const IS_CALLERS = 64;
const HAS_REVOCATIONS = 128;
/** And a settle. */
const HAS_BY = 1;
const HAS_UPSTREAM = 2;
const HAS_REQUEST_ID = 4;
const HAS_MODEL = 8;

/** The part of a reservation that is the same for every call of one macaroon. */
type Payer = Pick<ReserveRequest, 'kid' | 'path' | 'expiresAtMs'>;

/** So many are remembered on either side; then their places are given anew, from the first on. */
const MAX_PAYERS = 4_096;

/** The side that asks. A path that is the same object as before goes as the place that it was given. */
export class CallPacker {
  #places = new WeakMap<readonly AccountLimits[], { place: number; payer: Payer }>();
  #next = 0;

  pack(calls: readonly Call[]): Values {
    const writer = new ValueWriter();
    for (const call of calls) {
      const { operation } = call;
      if (operation.kind === 'reserve') this.#packReserve(writer, call, operation.request);
      else if (operation.kind === 'settle') packSettle(writer, call, operation.request);
      else {
        writer.number(ANY_OTHER);
        writer.other(call);
      }
    }
    return writer.values();
  }

  /** What was packed last has not arrived, so that no place can be relied on. */
  reset(): void {
    this.#places = new WeakMap();
    this.#next = 0;
  }

  #packReserve(writer: ValueWriter, call: Call, request: ReserveRequest): void {
    const { kid, path, cost, expiresAtMs, about, fingerprint, revocations = 0 } = request;
    const known = this.#places.get(path);
    const isKnown = known?.payer.kid === kid && known.payer.expiresAtMs === expiresAtMs;
    const { place, payer } = isKnown ? known : this.#remember({ kid, path, expiresAtMs });
    const has =
      (isKnown ? 0 : NAMES_PAYER) |
      (cost.most === cost.least ? 0 : HAS_MOST) |
      (about === undefined ? 0 : HAS_ABOUT) |
      (about?.route === undefined ? 0 : HAS_ROUTE) |
      (about?.tags === undefined ? 0 : HAS_TAGS) |
      (fingerprint === undefined ? 0 : HAS_FINGERPRINT) |
      (request.owner === 'caller' ? IS_CALLERS : 0) |
      (revocations === 0 ? 0 : HAS_REVOCATIONS);
    packHead(writer, RESERVE, call, has);
    writer.number(place);
    if (!isKnown) writer.other(payer);
    writer.text(request.reservation);
    writer.vector(cost.least);
    if (cost.most !== cost.least) writer.vector(cost.most);
    writer.number(cost.steps);
    writer.number(request.ttlMs);
    if (about !== undefined) writer.text(about.name);
    if (about?.route !== undefined) writer.text(about.route);
    if (about?.tags !== undefined) writer.other(about.tags);
    if (fingerprint !== undefined) writer.text(fingerprint);
    if (revocations !== 0) writer.number(revocations);
  }

  #remember(payer: Payer): { place: number; payer: Payer } {
    if (this.#next === MAX_PAYERS) this.reset();
    const given = { place: this.#next, payer };
    this.#next += 1;
    this.#places.set(payer.path, given);
    return given;
  }
}

function packHead(writer: ValueWriter, kind: number, call: Call, has: number): void {
  writer.number(kind);
  writer.number(call.id);
  writer.number(call.gatewayMs);
  writer.number(call.deadlineMs);
  writer.number(has);
}

function packSettle(writer: ValueWriter, call: Call, request: SettleRequest): void {
  const { by, upstream } = request;
  const has =
    (by === undefined ? 0 : HAS_BY) |
    (upstream === undefined ? 0 : HAS_UPSTREAM) |
    (upstream?.requestId === undefined ? 0 : HAS_REQUEST_ID) |
    (upstream?.model === undefined ? 0 : HAS_MODEL);
  packHead(writer, SETTLE, call, has);
  writer.text(request.reservation);
  writer.vector(request.cost);
  if (by !== undefined) writer.other(by);
  if (upstream?.requestId !== undefined) writer.text(upstream.requestId);
  if (upstream?.model !== undefined) writer.text(upstream.model);
}

/** The side that answers. */
export class CallUnpacker {
  readonly #payers: Payer[] = [];

  /** In the order in which they were packed. */
  unpack(values: Values): Call[] {
    const reader = new ValueReader(values);
    const calls: Call[] = [];
    while (!reader.isAtEnd) calls.push(this.#unpackNext(reader));
    return calls;
  }

  #unpackNext(reader: ValueReader): Call {
    const kind = reader.number();
    if (kind === ANY_OTHER) return reader.other<Call>();
    const id = reader.number();
    const gatewayMs = reader.number();
    const deadlineMs = reader.number();
    const has = reader.number();
    const operation: Operation =
      kind === RESERVE
        ? { kind: 'reserve', request: this.#unpackReserve(reader, has) }
        : { kind: 'settle', request: unpackSettle(reader, has) };
    return { id, operation, gatewayMs, deadlineMs };
  }

  #unpackReserve(reader: ValueReader, has: number): ReserveRequest {
    const place = reader.number();
    if ((has & NAMES_PAYER) !== 0) this.#payers[place] = inOwnWords(reader.other<Payer>());
    const payer = this.#payers[place];
    const reservation = reader.text();
    if (payer === undefined) throw new Error(`reservation ${reservation}: its payer was not named`);
    const { kid, path, expiresAtMs } = payer;
    const least = reader.vector();
    const most = (has & HAS_MOST) === 0 ? least : reader.vector();
    const cost = { least, most, steps: reader.number() };
    const request: Writable<ReserveRequest> = {
      reservation,
      kid,
      path,
      cost,
      expiresAtMs,
      ttlMs: reader.number(),
      owner: (has & IS_CALLERS) === 0 ? 'gateway' : 'caller',
    };
    if ((has & HAS_ABOUT) !== 0) request.about = unpackAbout(reader, has);
    if ((has & HAS_FINGERPRINT) !== 0) request.fingerprint = reader.text();
    if ((has & HAS_REVOCATIONS) !== 0) request.revocations = reader.number();
    return request;
  }
}

function unpackAbout(reader: ValueReader, has: number): CallAbout {
  const about: Writable<CallAbout> = { name: reader.text() };
  if ((has & HAS_ROUTE) !== 0) about.route = reader.text();
  if ((has & HAS_TAGS) !== 0) about.tags = reader.other();
  return about;
}

function unpackSettle(reader: ValueReader, has: number): SettleRequest {
  const request: Writable<SettleRequest> = { reservation: reader.text(), cost: reader.vector() };
  if ((has & HAS_BY) !== 0) request.by = reader.other<By>();
  if ((has & HAS_UPSTREAM) === 0) return request;
  const upstream: Writable<Upstreamed> = {};
  if ((has & HAS_REQUEST_ID) !== 0) upstream.requestId = reader.text();
  if ((has & HAS_MODEL) !== 0) upstream.model = reader.text();
  request.upstream = upstream;
  return request;
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
