import { Problem } from './api/problem.js';

/** As wide as an operator's key may be: a macaroon has fewer characters, and is read more strictly. */
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/**
 * The macaroon that a request carries, as text that nobody has looked at yet: from
 * `Authorization: Bearer` or `x-api-key`, since the providers' SDKs use one or the other.
 *
 * Either of them twice is refused, and so are both when they differ: which one was meant is not
 * for the gateway to guess. (Repeated headers arrive here joined by a comma and a space.)
 * @throws {Problem} `invalid_macaroon`
 */
export function readCredential(headers: Headers): string {
  const bearer = readBearer(headers.get('authorization'));
  const apiKey = headers.get('x-api-key') ?? undefined;
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) {
    throw new Problem('invalid_macaroon', { cause: 'two credentials that differ' });
  }
  const credential = bearer ?? apiKey;
  if (credential === undefined) throw new Problem('invalid_macaroon', { cause: 'no credential' });
  return credential;
}

function readBearer(header: string | null): string | undefined {
  if (header === null) return undefined;
  const [, credential] = BEARER.exec(header) ?? [];
  if (credential === undefined) {
    throw new Problem('invalid_macaroon', { cause: 'authorization is not one bearer credential' });
  }
  return credential;
}
