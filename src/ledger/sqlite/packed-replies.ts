/** Answers in few words: that something is held, or has ended, value by value. Every other as it is. */
import { UNITS, WINDOWS } from '../../money/units.js';
import type {
  AccountLimits,
  Held,
  LimitState,
  ReserveOutcome,
  Resolved,
  ResolveOutcome,
} from '../contract.js';
import type { Writable } from '../writable.js';
import type { Operation, Reply } from './protocol.js';
import { ValueReader, type Values, ValueWriter } from './values.js';

/** What comes next. */
const HELD = 0;
const SETTLED = 1;
const RELEASED = 2;
const ANY_OTHER = 3;

/** What a hold's answer has beside what all have: each a bit. */
const IS_REPLAYED = 1;
const HAS_LABELS = 2;

const NO_LABELS: Held['labels'] = {};

/** @param operationOf what each answers: the path of a reservation tells which accounts it is about */
export function packReplies(
  replies: readonly Reply[],
  operationOf: (place: number) => Operation | undefined,
): Values {
  const writer = new ValueWriter();
  for (const [place, reply] of replies.entries()) packReply(writer, reply, operationOf(place));
  return writer.values();
}

function packReply(writer: ValueWriter, reply: Reply, operation: Operation | undefined): void {
  if (!('failed' in reply)) {
    const { kind } = operation ?? {};
    if (operation?.kind === 'reserve') {
      const outcome = reply.outcome as ReserveOutcome;
      if (outcome.status === 'held') {
        packHeld(writer, reply.id, outcome, operation.request.path);
        return;
      }
    } else if (kind === 'settle' || kind === 'release') {
      const outcome = reply.outcome as ResolveOutcome;
      if (outcome.status !== 'refused') {
        packResolved(writer, reply.id, outcome);
        return;
      }
    }
  }
  writer.number(ANY_OTHER);
  writer.other(reply);
}

function packHeld(
  writer: ValueWriter,
  id: number,
  { step, granted, deadlineMs, replayed, labels, limits }: Held,
  path: readonly AccountLimits[],
): void {
  const isLabelled = Object.keys(labels).length > 0;
  writer.number(HELD);
  writer.number(id);
  writer.number((replayed ? IS_REPLAYED : 0) | (isLabelled ? HAS_LABELS : 0));
  writer.number(step);
  writer.vector(granted);
  writer.number(deadlineMs);
  if (isLabelled) writer.other(labels);
  writer.number(limits.length);
  let level = 0;
  for (const limit of limits) {
    // Root first, as the path is.
    while (level < path.length && path[level]?.account !== limit.account) level += 1;
    writer.number(level);
    packLimit(writer, limit);
  }
}

function packLimit(writer: ValueWriter, limit: LimitState): void {
  writer.number(UNITS.indexOf(limit.unit));
  writer.number(WINDOWS.indexOf(limit.window));
  writer.number(limit.limitMicros);
  writer.number(limit.spentMicros);
  writer.number(limit.heldMicros);
  writer.number(limit.remainingMicros);
  writer.numberIfAny(limit.resetsAtMs);
}

function packResolved(
  writer: ValueWriter,
  id: number,
  { status, charged, replayed }: Resolved,
): void {
  writer.number(status === 'settled' ? SETTLED : RELEASED);
  writer.number(id);
  writer.number(replayed ? IS_REPLAYED : 0);
  writer.vector(charged);
}

/** @param operationOf what was asked under an id; undefined where nobody waits for the answer. */
export function unpackReplies(
  values: Values,
  operationOf: (id: number) => Operation | undefined,
): Reply[] {
  const reader = new ValueReader(values);
  const replies: Reply[] = [];
  while (!reader.isAtEnd) replies.push(unpackNext(reader, operationOf));
  return replies;
}

function unpackNext(
  reader: ValueReader,
  operationOf: (id: number) => Operation | undefined,
): Reply {
  const kind = reader.number();
  if (kind === ANY_OTHER) return reader.other<Reply>();
  const id = reader.number();
  const has = reader.number();
  if (kind === HELD) {
    const operation = operationOf(id);
    const path = operation?.kind === 'reserve' ? operation.request.path : [];
    return { id, outcome: unpackHeld(reader, has, path) };
  }
  const status = kind === SETTLED ? 'settled' : 'released';
  const charged = reader.vector();
  const outcome: Resolved = { status, charged, replayed: (has & IS_REPLAYED) !== 0 };
  return { id, outcome };
}

function unpackHeld(reader: ValueReader, has: number, path: readonly AccountLimits[]): Held {
  const step = reader.number();
  const granted = reader.vector();
  const deadlineMs = reader.number();
  const labels = (has & HAS_LABELS) === 0 ? NO_LABELS : reader.other<Held['labels']>();
  const limits: LimitState[] = [];
  for (let left = reader.number(); left > 0; left -= 1) limits.push(unpackLimit(reader, path));
  const replayed = (has & IS_REPLAYED) !== 0;
  return { status: 'held', step, granted, deadlineMs, limits, labels, replayed };
}

function unpackLimit(reader: ValueReader, path: readonly AccountLimits[]): LimitState {
  const limit: Writable<LimitState> = {
    account: path[reader.number()]?.account ?? '',
    unit: wordAt(UNITS, reader.number()),
    window: wordAt(WINDOWS, reader.number()),
    limitMicros: reader.number(),
    spentMicros: reader.number(),
    heldMicros: reader.number(),
    remainingMicros: reader.number(),
  };
  const resetsAtMs = reader.numberIfAny();
  if (resetsAtMs !== undefined) limit.resetsAtMs = resetsAtMs;
  return limit;
}

function wordAt<Word extends string>(words: readonly Word[], place: number): Word {
  const word = words[place];
  if (word === undefined) {
    throw new RangeError(`found ${place}, expected the place of one of ${words.join(', ')}`);
  }
  return word;
}
