import { expect } from 'vitest';
import { bearer, type GatewayUnderTest, gatewayUnderTest, leafBalance } from '../harness.js';

/** What a reservation answers, when it answers. */
export interface ReservationBody {
  readonly reservation: string;
  readonly account: string;
  readonly held?: Record<string, number>;
  readonly charged?: Record<string, number>;
  readonly status?: string;
  readonly deadline?: string;
}

type Gateway = Pick<GatewayUnderTest, 'app'>;

export function post(
  { app }: Gateway,
  macaroon: string,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = {
    method: 'POST',
    headers: { ...bearer(macaroon), 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
  return Promise.resolve(app.request(`/bursar/v1/reservations${path}`, init));
}

export function keyed(key: string): Record<string, string> {
  return { 'idempotency-key': key };
}

/** Makes a reservation that must be made. */
export async function reserved(
  gateway: Gateway,
  macaroon: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ReservationBody> {
  const response = await post(gateway, macaroon, '', body, headers);
  const answered = (await response.json()) as ReservationBody;
  expect([response.status, answered]).toEqual([201, expect.anything()]);
  return answered;
}

/** A gateway, a macaroon, and an open hold of 5 credits under it. */
export async function withHold(budget: string | string[] = '100', ask: object = {}) {
  const gateway = gatewayUnderTest();
  const macaroon = await gateway.mint(budget);
  const hold = await reserved(gateway, macaroon, { tool: 'web_search', ...ask });
  return { gateway, macaroon, hold };
}

export async function spentAndHeld(gateway: Gateway, macaroon: string) {
  const { spent, held } = await leafBalance(gateway, macaroon);
  return { spent, held };
}

/** What nobody owns and nobody spent. */
export const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/** That this is refused, and that it changed nothing in the ledger. */
export async function changesNothing(
  gateway: Gateway,
  macaroon: string,
  act: () => Promise<Response>,
): Promise<{ status: number; code: string; message: string; param: string | null }> {
  const before = await spentAndHeld(gateway, macaroon);
  const response = await act();
  const { error } = (await response.json()) as {
    error: { code: string; message: string; param: string | null };
  };
  expect(await spentAndHeld(gateway, macaroon)).toEqual(before);
  return { status: response.status, ...error };
}
