import type { IncomingMessage, ServerResponse } from 'node:http';
import { MICROS_PER_UNIT, UNITS, type Vector } from '../src/money/units.js';
import type { Problem } from './api/problem.js';
import type { CallRecord } from './calls.js';
import type { Log } from './logging.js';

/** What is learnt of a request while it is answered, for its line in the access log. */
export interface CallTrace {
  /** The leaf's. */
  account?: string | undefined;
  /** The model or tool. */
  name?: string | undefined;
  /** Of a call that was held: how it ended stands in it. */
  record?: CallRecord;
  /** Where there is no record. */
  reservation?: string | undefined;
  code?: string;
  param?: string | undefined;
  /** When it was refused: a client that is still sending is listened to for a while after that. */
  answeredMs?: number;
}

export interface AccessLog {
  /** Writes one line once the answer is over, and the call charged. */
  begin(incoming: IncomingMessage, outgoing: ServerResponse): CallTrace;
  /** To be called with every refusal. */
  refused(trace: CallTrace, problem: Problem): void;
}

/** The client left before the answer, as nginx has it. */
const LEFT = 499;
const MOST_PATH = 256;

/**
 * One line a request, in JSON: `method`, `path`, `status`, `ms`, and as far as they are known `account`,
 * `name`, `cost`, `reservation`, `code`, `param`. `isCut` says that the answer broke off.
 */
export function createAccessLog(
  log: Pick<Log, 'info'>,
  /** Milliseconds on a clock that only runs forward. */
  monotonicMs: () => number,
): AccessLog {
  return {
    begin: (incoming, outgoing) => {
      const startedMs = monotonicMs();
      const trace: CallTrace = {};
      outgoing.once('close', () => {
        const endedMs = trace.answeredMs ?? monotonicMs();
        const write = () =>
          log.info(lineOf(incoming, outgoing, trace, endedMs - startedMs), 'call');
        // Behind a caller that left, an answer is read on to learn what it costs.
        if (trace.record?.state === 'open') trace.record.whenEnded = write;
        else write();
      });
      return trace;
    },
    refused: (trace, { code, details }) => {
      trace.code = code;
      trace.param = details.param;
      trace.reservation ??= details.reservation;
      trace.answeredMs = monotonicMs();
    },
  };
}

function lineOf(
  { method, url = '' }: IncomingMessage,
  outgoing: ServerResponse,
  { account, name, record, reservation, code, param }: CallTrace,
  ms: number,
) {
  return {
    method,
    path: pathOf(url),
    account,
    name,
    status: outgoing.headersSent ? outgoing.statusCode : LEFT,
    cost: record?.cost && inUnits(record.cost),
    ms: Math.round(ms * 10) / 10,
    reservation: record?.id ?? reservation,
    code,
    param,
    // A refusal can be written past Node's own ending of it (`early-answer.ts`).
    isCut: outgoing.headersSent && !outgoing.writableEnded && code === undefined ? true : undefined,
  };
}

/** Without the query, which can hold a key. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return url.slice(0, Math.min(end === -1 ? url.length : end, MOST_PATH));
}

function inUnits(vector: Vector): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const unit of UNITS) {
    const micros = vector[unit];
    if (micros !== undefined) amounts[unit] = micros / MICROS_PER_UNIT;
  }
  return amounts;
}
