import type { Context, Hono } from 'hono';
import type { Allowance } from '../../src/caveats/allowance.js';
import type {
  By,
  ExtendOutcome,
  Ledger,
  Resolved,
  ResolveOutcome,
} from '../../src/ledger/contract.js';
import { parseReservationId } from '../../src/ledger/ids.js';
import { type ApiValue, toApiJson } from '../api/json.js';
import { Problem } from '../api/problem.js';
import type { Authenticate } from '../authenticate.js';
import { readBody } from '../body.js';
import { readCredential } from '../credential.js';
import type { Metrics } from '../metrics.js';
import type { NodeEnv } from '../node-env.js';
import { readIdempotencyKey } from '../reservations/idempotency.js';
import {
  readExtendBody,
  readReleaseBody,
  readReserveBody,
  readSettleBody,
} from '../reservations/read.js';
import { resolveProblem } from '../reservations/refusals.js';
import type { MakeReservation } from '../reservations/reserve.js';
import type { Revocations } from '../revocations.js';
import { standingHeaders } from '../standing.js';
import { askLedger } from './ask-ledger.js';
import { vectorView } from './views.js';

const MAX_BODY_BYTES = 64 * 1024;
const BASE = '/bursar/v1/reservations';

export interface ReservationsDeps {
  readonly authenticate: Authenticate;
  readonly makeReservation: MakeReservation;
  readonly ledger: Pick<Ledger, 'settle' | 'release' | 'extend'>;
  readonly revocations: Pick<Revocations, 'ask'>;
  /** Where a caller names no time of its own. */
  readonly holdTtlMs: number;
  readonly metrics: Metrics;
}

/** A request that was proved to come from an account. */
interface Asking {
  readonly allowance: Allowance;
  readonly account: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The reservation API (docs/reservations.md): a caller pays for what it does by itself. */
export function addReservationRoutes(app: Hono<NodeEnv>, deps: ReservationsDeps): void {
  const { authenticate, ledger, revocations } = deps;

  async function readRequest(c: Context<NodeEnv>): Promise<Asking> {
    const { headers } = c.req.raw;
    const allowance = authenticate(readCredential(headers));
    const account = allowance.path.at(-1)?.account ?? '';
    return { allowance, account, headers, body: await readBody(c.req.raw, MAX_BODY_BYTES) };
  }

  /** As the account, with a macaroon that is not revoked. @throws {Problem} */
  function asCaller<Outcome extends ResolveOutcome | ExtendOutcome>(
    { allowance, account }: Asking,
    ask: (by: By) => Promise<Outcome>,
  ) {
    return revocations.ask(allowance, (seen) => {
      return ask({ kind: 'caller', account, revocations: seen });
    });
  }

  app.post(BASE, async (c) => {
    const { allowance, account, headers, body } = await readRequest(c);
    const key = readIdempotencyKey(headers);
    const { reservation, held } = await deps.makeReservation(allowance, readReserveBody(body), key);
    deps.metrics.reservations.inc({ operation: 'reserve' });
    const { granted, limits, deadlineMs, replayed } = held;
    const standing = standingHeaders({ account, reservation, cost: granted, limits });
    return answer(
      { reservation, account, held: vectorView(granted), deadline: instant(deadlineMs) },
      201,
      replayed ? { ...standing, 'idempotent-replayed': 'true' } : standing,
    );
  });

  app.post(`${BASE}/:reservation/settle`, async (c) => {
    const asking = await readRequest(c);
    const { account, body } = asking;
    const cost = readSettleBody(body);
    const reservation = readReservation(c, account);
    const outcome = await askAgain(reservation, () =>
      asCaller(asking, (by) => ledger.settle({ reservation, cost, by })),
    );
    if (outcome.status === 'refused') throw resolveProblem(outcome, account);
    deps.metrics.reservations.inc({ operation: 'settle' });
    return resolvedAnswer(account, reservation, outcome);
  });

  app.post(`${BASE}/:reservation/release`, async (c) => {
    const asking = await readRequest(c);
    const { account, body } = asking;
    readReleaseBody(body);
    const reservation = readReservation(c, account);
    const outcome = await askAgain(reservation, () =>
      asCaller(asking, (by) => ledger.release({ reservation, by })),
    );
    if (outcome.status === 'refused') throw resolveProblem(outcome, account);
    deps.metrics.reservations.inc({ operation: 'release' });
    return resolvedAnswer(account, reservation, outcome);
  });

  app.post(`${BASE}/:reservation/extend`, async (c) => {
    const asking = await readRequest(c);
    const { account, body } = asking;
    const ttlMs = readExtendBody(body) ?? deps.holdTtlMs;
    const reservation = readReservation(c, account);
    const outcome = await askAgain(reservation, () =>
      asCaller(asking, (by) => ledger.extend({ reservation, ttlMs, by })),
    );
    if (outcome.status === 'refused') throw resolveProblem(outcome, account);
    deps.metrics.reservations.inc({ operation: 'extend' });
    return answer({ reservation, account, deadline: instant(outcome.deadlineMs) }, 200, {
      'x-bursar-account': account,
      'x-bursar-reservation': reservation,
    });
  });
}

/**
 * The reservation that the path names. One of another root is unknown here, without asking.
 * @throws {Problem} `reservation_unknown`
 */
function readReservation(c: Context<NodeEnv>, account: string): string {
  const reservation = c.req.param('reservation') ?? '';
  const named = parseReservationId(reservation);
  const isOfThisRoot =
    named !== undefined && `${account}/`.startsWith(`${named.tenant}/${named.rootId}/`);
  if (!isOfThisRoot) throw new Problem('reservation_unknown', { account });
  return reservation;
}

/** Every one of these may be sent again: the ledger ends a hold once, by its id. */
async function askAgain<T>(reservation: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await askLedger(ask);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'ledger_unavailable') throw error;
    throw new Problem('ledger_unavailable', {
      message:
        'The ledger did not answer, so it is not known whether this was done: send it again.',
      reservation,
      cause: error.details.cause,
    });
  }
}

function resolvedAnswer(
  account: string,
  reservation: string,
  { status, charged }: Resolved,
): Response {
  return answer(
    { reservation, account, status, charged: vectorView(charged) },
    200,
    standingHeaders({ account, reservation, cost: charged, limits: [] }),
  );
}

function answer(body: ApiValue, status: number, headers: Record<string, string>): Response {
  return new Response(toApiJson(body), {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
  });
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
