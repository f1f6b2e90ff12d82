import { LedgerInputError } from '../contract.js';

const EXPECTED =
  'redis:// or rediss://, [user:password@]host[:port] and an optional /database number';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** Present for a connection under TLS. */
  readonly tls?: Record<string, never>;
}

/**
 * Where and as whom to connect. Parameters after `?` are refused: the client would take them for
 * settings of its own, over ours.
 * @throws {LedgerInputError} that does not repeat the URL, since it may have a password.
 */
export function readAddress(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const database = /^\/?(\d{0,4})$/.exec(parsed?.pathname ?? '')?.[1];
  if (
    parsed === undefined ||
    (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') ||
    parsed.hostname === '' ||
    parsed.search !== '' ||
    parsed.hash !== '' ||
    database === undefined
  ) {
    throw new LedgerInputError(`the ledger's Redis URL: expected ${EXPECTED}`);
  }
  const { username, password, port } = parsed;
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    db: Number(database),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(parsed.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
