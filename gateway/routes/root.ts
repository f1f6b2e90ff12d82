import { toApiJson } from '../api/json.js';

/**
 * `GET` and `HEAD` of `/` and `/v1`: some clients look there whether anybody is at home. It says what
 * this is, and nothing of what is configured.
 */
export function rootRoute() {
  const body = toApiJson({
    ok: true,
    service: 'bursar',
    openaiBaseUrl: '/v1',
    anthropicBaseUrl: '/',
    credential: 'a macaroon, as "Authorization: Bearer …" or "x-api-key"',
  });
  const headers = { 'content-type': 'application/json' };
  return (): Response => new Response(body, { headers });
}
