import { parseExactJson } from '../text/exact-json.js';
import {
  BudgetExhausted,
  type RefusalFacts,
  Refused,
  ReservationResolved,
  Unavailable,
} from './errors.js';

/** As much of `fetch` as is needed: every runtime's own fits. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly text: () => Promise<string>;
}>;

export interface TransportOptions {
  /** Where the gateway listens, such as `http://127.0.0.1:8787`. */
  readonly gateway: string;
  readonly macaroon: string;
  readonly fetch: Fetch;
  /** How often more a request is sent that nobody decided on. */
  readonly retries: number;
  /** For one try. */
  readonly timeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

interface Sent {
  /** Below `/bursar/v1/reservations`. */
  readonly path: string;
  readonly body: object;
  readonly idempotencyKey?: string;
  /** The one that it is about, where it is known already. */
  readonly reservation?: string;
  /** Ends all tries, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The members of an answer. Numbers are text: an amount never passes through a float. */
export type Answer = Readonly<Record<string, unknown>>;

export type Send = (request: Sent) => Promise<Answer>;

const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 5_000;

/**
 * Sends until somebody decides: every request of this API may be sent again, a reservation since it
 * has a key. The macaroon goes to this address alone: redirects are not followed.
 */
export function createSend(options: TransportOptions): Send {
  const { gateway, macaroon, fetch, retries, timeoutMs, wait } = options;
  const base = `${gateway.replace(/\/+$/, '')}/bursar/v1/reservations`;

  async function once({ path, body, idempotencyKey, signal }: Sent): Promise<Answer> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      redirect: 'error',
      headers: {
        authorization: `Bearer ${macaroon}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const answer = parseAnswer(await response.text());
    const isGood = response.status >= 200 && response.status < 300;
    if (isGood && answer !== undefined) return answer;
    throw refusal(response.status, answer);
  }

  return async function send(request) {
    let waitMs = FIRST_WAIT_MS;
    for (let left = retries; ; left -= 1) {
      try {
        return await once(request);
      } catch (error) {
        const decided = error instanceof Refused && error.code !== 'idempotency_in_flight';
        if (decided) throw error;
        request.signal?.throwIfAborted();
        if (left <= 0) throw unavailable(error, request);
      }
      await wait(waitMs);
      request.signal?.throwIfAborted();
      waitMs = Math.min(waitMs * 2, LAST_WAIT_MS);
    }
  };
}

function unavailable(cause: unknown, { idempotencyKey, reservation: known }: Sent): Unavailable {
  const message = cause instanceof Error ? cause.message : String(cause);
  const said = cause instanceof Refused || cause instanceof Unavailable ? cause : undefined;
  const reservation = known ?? said?.reservation;
  return new Unavailable(`no decision is known: ${message}`, {
    cause,
    reservation,
    idempotencyKey,
  });
}

function parseAnswer(text: string): Answer | undefined {
  try {
    const value = parseExactJson(text);
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** What an answer that is no success means. Only a gateway's own words are a decision. */
function refusal(status: number, answer: Answer | undefined): Refused | Unavailable {
  const { message, code, param } = (answer?.['error'] ?? {}) as Answer;
  if (typeof message !== 'string' || typeof code !== 'string') {
    return new Unavailable(`HTTP ${status}, and nothing that a Bursar gateway says`);
  }
  const reservation = textOf(answer?.['reservation']);
  // The gateway itself knows of no decision.
  if (status >= 500) return new Unavailable(`${message} (${code})`, { reservation });
  const account = textOf(answer?.['account']);
  const facts: RefusalFacts = { status, code, message, param: textOf(param), account, reservation };
  if (code === 'reservation_resolved') return new ReservationResolved(facts);
  const unit = textOf(answer?.['unit']);
  if (code !== 'budget_exhausted' || unit === undefined) return new Refused(facts);
  const [remaining = '', held = '', required = ''] = ['remaining', 'held', 'required'].map((name) =>
    textOf(answer?.[name]),
  );
  const resets = textOf(answer?.['resetsAt']);
  const resetsAt = resets === undefined ? undefined : new Date(resets);
  return new BudgetExhausted(facts, { unit, remaining, held, required, resetsAt });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
