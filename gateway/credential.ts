import { Problem } from './api/problem.js';

/** As wide as an operator's key may be: a macaroon has fewer characters, and is read more strictly. */
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;
/** What SDKs send where no key is set. */
const NO_BEARER = /^(?:Bearer)?\s*$/i;
/** A header that came twice arrives joined by a comma. */
const REPEATED_BEARER = /^Bearer [^,]*, *Bearer /i;

/**
 * The macaroon that a request carries, as text that nobody has looked at yet: from
 * `Authorization: Bearer` or `x-api-key`, since the providers' SDKs use one or the other.
 *
 * Either of them twice is refused, and so are both when they differ: which one was meant is not
 * for the gateway to guess. The caller is told which of the two it was, since no secret is involved.
 * @throws {Problem} `invalid_macaroon`
 */
export function readCredential(headers: Headers): string {
  const bearer = readBearer(headers.get('authorization'));
  const apiKey = readApiKey(headers.get('x-api-key'));
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) {
    throw refused(
      'two credentials that differ',
      'Authorization and x-api-key hold different credentials. Send the macaroon in one of them and ' +
        'leave the other out, such as ANTHROPIC_API_KEY beside ANTHROPIC_AUTH_TOKEN.',
    );
  }
  const credential = bearer ?? apiKey;
  if (credential === undefined) throw refused('no credential');
  return credential;
}

function readBearer(header: string | null): string | undefined {
  if (header === null || NO_BEARER.test(header)) return undefined;
  const [, credential] = BEARER.exec(header) ?? [];
  if (credential !== undefined) return credential;
  if (REPEATED_BEARER.test(header)) throw repeated('Authorization');
  throw refused('authorization is not one bearer credential');
}

function readApiKey(header: string | null): string | undefined {
  if (header === null || header === '') return undefined;
  if (header.includes(', ')) throw repeated('x-api-key');
  return header;
}

function repeated(name: string): Problem {
  return refused(`${name} twice`, `${name} is there more than once. Send it once.`);
}

function refused(cause: string, message?: string): Problem {
  return new Problem('invalid_macaroon', message === undefined ? { cause } : { cause, message });
}

/**
 * The keys of OpenAI, Anthropic and many that followed them; of Google, Groq and xAI. No macaroon
 * begins like this: its first byte is a version.
 */
const PROVIDER_KEY = /^(?:sk-|AIza|gsk_|xai-)/;

/**
 * What to say of a credential that is no valid macaroon: one message for every cause, but for a
 * provider's key, which is in the wrong place.
 */
export function describeInvalid(credential: string): { readonly message?: string } {
  if (!PROVIDER_KEY.test(credential)) return {};
  return {
    message:
      'This looks like the key of a provider. This gateway takes a macaroon in its place ' +
      '("bursar mint" makes one); the provider\'s key belongs in the gateway\'s configuration.',
  };
}
