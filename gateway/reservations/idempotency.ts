import { hash } from 'node:crypto';
import { newReservationId, parseAccount } from '../../src/ledger/ids.js';
import { Problem } from '../api/problem.js';
import type { ReservationAsk } from './read.js';

/** Visible ASCII; no comma, since a header that was sent twice arrives joined by one. */
const KEY = /^[\x21-\x2b\x2d-\x7e]{1,128}$/;
const ID_BYTES = 16;

/** @throws {Problem} `invalid_request` */
export function readIdempotencyKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (KEY.test(key)) return key;
  throw new Problem('invalid_request', {
    message:
      `Idempotency-Key: found ${JSON.stringify(key.slice(0, 64))}, expected it once, 1 to 128 ` +
      'visible ASCII characters without a comma',
    param: 'Idempotency-Key',
  });
}

/**
 * The reservation that this account makes with this key, at whichever gateway: all of them find the
 * same hold without asking each other. It can be computed by whoever knows both, and gives nobody
 * else a hold on it, since a reservation obeys the account that made it alone.
 */
export function keyedReservationId(account: string, key: string): string {
  const named = parseAccount(account);
  if (named === undefined) throw new TypeError(`expected an account, found ${account}`);
  // Neither contains a zero byte, so no two pairs are written alike.
  const digest = hash('sha256', `bursar/v1/reservations\0${account}\0${key}`, 'hex');
  const bytes = Buffer.from(digest, 'hex').subarray(0, ID_BYTES);
  return newReservationId(named.tenant, named.rootId, bytes);
}

/**
 * What a key stands for, as the ledger compares it: what was asked, however it was spelled. The
 * order of the members, `5` or `"5.0"` make no difference.
 */
export function fingerprintOf({ kind, name, asked, ttlMs, tags }: ReservationAsk): string {
  const { credits, usd, tokens, calls } = asked;
  const sorted = Object.entries(tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [kind, name, credits, usd, tokens, calls, ttlMs, tags === undefined, sorted];
  // In an array JSON writes what is undefined as null.
  return hash('sha256', JSON.stringify(content), 'base64url');
}

/**
 * Lets a key be used by one request at a time in this gateway. Two gateways need no such thing for
 * safety: the ledger makes one hold of one id.
 */
export function createInFlight() {
  const running = new Set<string>();

  /** @throws {Problem} `idempotency_in_flight` */
  return async function oneAtATime<T>(reservation: string, run: () => Promise<T>): Promise<T> {
    if (running.has(reservation)) throw new Problem('idempotency_in_flight', { reservation });
    running.add(reservation);
    try {
      return await run();
    } finally {
      running.delete(reservation);
    }
  };
}
