import { readAmounts, writeAmounts } from './amounts.js';
import type { Hold, ReservationClient } from './contract.js';
import { Unavailable } from './errors.js';
import { createSpend } from './spend.js';
import { type Answer, createSend, type Fetch } from './transport.js';

export interface ClientOptions {
  /** Where the gateway listens, such as `http://127.0.0.1:8787`. */
  readonly gateway: string;
  readonly macaroon: string;
  readonly fetch: Fetch;
  /** How often more a request is sent that nobody decided on. 3 by default. */
  readonly retries?: number;
  /** How long one try may take, in milliseconds. 30,000 by default. */
  readonly timeoutMs?: number;
  /** Waits so many milliseconds before the next try. A timer by default. */
  readonly wait?: (ms: number) => Promise<void>;
  /** A new key for a reservation that names none: 1 to 128 visible ASCII characters. */
  readonly newIdempotencyKey?: () => string;
}

const RETRIES = 3;
const TIMEOUT_MS = 30_000;

/**
 * The reservation API of a gateway (docs/reservations.md), for code that spends by itself. Runs
 * wherever there is a `fetch`; opens nothing, and reads no environment.
 */
export function createReservationClient(options: ClientOptions): ReservationClient {
  const { retries = RETRIES, timeoutMs = TIMEOUT_MS, wait = waitMs } = options;
  const { newIdempotencyKey = randomKey } = options;
  const send = createSend({ ...options, retries, timeoutMs, wait });

  const client: Omit<ReservationClient, 'spend'> = {
    async reserve({ tool, model, ttl, tags, ...amounts }, { idempotencyKey, signal } = {}) {
      const body = { tool, model, ...writeAmounts(amounts), ttl, tags };
      const key = idempotencyKey ?? newIdempotencyKey();
      return readHold(await send({ path: '', body, idempotencyKey: key, signal }));
    },
    async settle(reservation, cost = {}, { signal } = {}) {
      const path = pathOf(reservation, 'settle');
      const answer = await send({ path, body: writeAmounts(cost), reservation, signal });
      return { reservation, charged: readAmounts(answer['charged']) };
    },
    async release(reservation, { signal } = {}) {
      await send({ path: pathOf(reservation, 'release'), body: {}, reservation, signal });
    },
    async extend(reservation, ttl, { signal } = {}) {
      const path = pathOf(reservation, 'extend');
      const answer = await send({ path, body: { ttl }, reservation, signal });
      return readInstant(answer['deadline']);
    },
  };
  return { ...client, spend: createSpend(client) };
}

function pathOf(reservation: string, operation: 'settle' | 'release' | 'extend'): string {
  return `/${encodeURIComponent(reservation)}/${operation}`;
}

function readHold(answer: Answer): Hold {
  const { reservation, account, held, deadline } = answer as {
    readonly [member in keyof Hold]?: unknown;
  };
  if (typeof reservation !== 'string' || typeof account !== 'string') {
    throw new Unavailable('the answer names no reservation: is it a Bursar gateway?');
  }
  return { reservation, account, held: readAmounts(held), deadline: readInstant(deadline) };
}

function readInstant(value: unknown): Date {
  const instant = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(instant.getTime())) {
    throw new Unavailable('the answer has no deadline: is it a Bursar gateway?');
  }
  return instant;
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
