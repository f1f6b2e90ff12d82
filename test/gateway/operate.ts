import { bearer, type GatewayUnderTest, leafBalance, OPERATOR_KEY } from './harness.js';

interface Operated {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** `POST /bursar/v1/…` with the operator's key. */
export async function operate(
  { app }: Pick<GatewayUnderTest, 'app'>,
  action: 'pause' | 'resume' | 'revoke' | 'close' | 'topup',
  body: Readonly<Record<string, string>>,
): Promise<Operated> {
  const response = await app.request(`/bursar/v1/${action}`, {
    method: 'POST',
    headers: bearer(OPERATOR_KEY),
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The account that a macaroon ends in. */
export async function accountOf(
  gateway: Pick<GatewayUnderTest, 'app'>,
  macaroon: string,
): Promise<string> {
  return (await leafBalance(gateway, macaroon)).account;
}
