import { parseExactJson } from '../../src/text/exact-json.js';
import { OutcomeUnknown, Refusal } from '../errors.js';
import type { Io } from '../io.js';

interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Below `/bursar/v1/`, with its query. */
  readonly path: string;
  readonly body?: unknown;
}

/** The text of a successful answer. */
export type Ask = (request: ApiRequest) => Promise<string>;

const TIMEOUT_MS = 30_000;

/**
 * Asks a running gateway. The credential goes to that address alone: redirects are not followed.
 * @param credential the operator's key, or a macaroon
 * @throws {Refusal} the gateway's own message and code, or that there is none
 */
export function askGateway(io: Io, gateway: string, credential: string): Ask {
  return async ({ method, path, body }) => {
    const response = await send(io, gateway, `${gateway}/bursar/v1/${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response.text;
    const message = refusalText(response, gateway);
    throw response.status >= 500 ? new OutcomeUnknown(message) : new Refusal(message);
  };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

async function send(io: Io, gateway: string, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await io.fetch(url, init);
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    const fault = connectionFault(error);
    // Nothing was sent: the handshake comes first.
    if (CERTIFICATE_FAULT.test(fault)) throw new Refusal(describeCertificate(gateway, fault));
    throw new OutcomeUnknown(
      `no gateway answers at ${gateway} (${fault}): start it with "bursar serve", ` +
        'or name another with --gateway URL or $BURSAR_GATEWAY',
    );
  }
}

/** Codes of Node's TLS, all of a certificate that is not trusted, or not for this name. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

function describeCertificate(gateway: string, fault: string): string {
  const remedy =
    fault === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? 'name it with --gateway URL by a name that the certificate has'
      : 'set NODE_EXTRA_CA_CERTS to a file in PEM with the certificate of who issued it';
  return `the certificate of ${gateway} is not trusted (${fault}): ${remedy}`;
}

/** The innermost reason: fetch itself only says that it failed. */
function connectionFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return connectionFault(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code || error.message;
}

function hintOf(code: string): string {
  if (code !== 'not_routed') return '';
  return '. Where the gateway has an adminListen, the operator calls that address: name it with --gateway';
}

function refusalText({ status, text }: Answer, gateway: string): string {
  try {
    const { error } = parseExactJson(text) as {
      error?: { message?: unknown; code?: unknown };
    };
    if (typeof error?.message === 'string' && typeof error.code === 'string') {
      return `${error.message} (${error.code}, from ${gateway})${hintOf(error.code)}`;
    }
  } catch {
    // Not JSON: told below like everything else that no gateway says.
  }
  return `${gateway} answered HTTP ${status} and nothing that a Bursar gateway says: is it one?`;
}
