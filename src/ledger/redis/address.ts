import { LedgerInputError } from '../contract.js';

/** As whom to connect, and whether under TLS. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
  /** Present for a connection under TLS. */
  readonly tls?: Record<string, never>;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where a ledger is kept, by its URL. */
export type Place =
  | { readonly kind: 'server'; readonly at: HostPort; readonly db: number; readonly login: Login }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostPort[];
      /** By what name the sentinels know the primary. */
      readonly name: string;
      readonly db: number;
      readonly login: Login;
      readonly sentinelLogin: Login;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostPort[]; readonly login: Login };

const EXPECTED = {
  server: 'redis:// or rediss://, [user:password@]host[:port] and an optional /database number',
  cluster: 'redis+cluster:// or rediss+cluster://, [user:password@]host[:port],… and nothing else',
  sentinel:
    'redis+sentinel:// or rediss+sentinel://, [user:password@]host[:port],…/primary-name, ' +
    'an optional /database number and ?sentinel=[user:]password',
} as const;

const URL_PARTS = /^redis(s?)(?:\+(cluster|sentinel))?:\/\/(?:([^@/?#\s]*)@)?([^@/?#\s]+)(\S*)$/;
const HOST_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;
const PORTS = { server: 6379, cluster: 6379, sentinel: 26379 } as const;

/**
 * Where and as whom to connect. Parameters after `?`, but the sentinels' own password, are refused:
 * other clients know some that we would not follow.
 * @throws {LedgerInputError} that does not repeat the URL, since it may have a password.
 */
export function readPlace(url: string): Place {
  const place = tryPlace(url);
  if (place !== undefined) return place;
  throw new LedgerInputError(`the ledger's Redis URL: expected ${EXPECTED[kindOf(url)]}`);
}

/** Every password in a URL, in clear and as it is spelled there: what no log may show. */
export function passwordsIn(url: string): string[] {
  const [, , , userinfo = '', , rest = ''] = URL_PARTS.exec(url) ?? [];
  const own = /\?sentinel=(?:[^:]*:)?(.+)$/.exec(rest)?.[1];
  const spelled = [/:(.+)$/.exec(userinfo)?.[1], own].filter((text) => text !== undefined);
  return [...new Set(spelled.flatMap((text) => [text, decodeURIComponent(text)]))];
}

function kindOf(url: string): Place['kind'] {
  const [, kind] = /^rediss?\+(cluster|sentinel):/.exec(url) ?? [];
  return kind === 'cluster' || kind === 'sentinel' ? kind : 'server';
}

function tryPlace(url: string): Place | undefined {
  const [, tls, , userinfo = '', hosts = '', rest = ''] = URL_PARTS.exec(url) ?? [];
  const kind = kindOf(url);
  const secure = tls === 's' ? { tls: {} } : {};
  const login = readLogin(userinfo, secure);
  const at = hosts.split(',').map((text) => readHostPort(text, PORTS[kind]));
  const [first] = at;
  if (tls === undefined || login === undefined || first === undefined) return undefined;
  if (!at.every((one) => one !== undefined)) return undefined;
  if (kind === 'cluster') return rest === '' ? { kind, nodes: at, login } : undefined;
  if (kind === 'sentinel') {
    const parts = /^\/([A-Za-z0-9._-]+)(?:\/(\d{0,4}))?(?:\?sentinel=([^&#?]+))?$/.exec(rest);
    const [, name, db, own] = parts ?? [];
    const sentinelLogin = readSentinelLogin(own, secure);
    if (name === undefined || sentinelLogin === undefined) return undefined;
    return { kind, sentinels: at, name, db: Number(db ?? 0), login, sentinelLogin };
  }
  const [, db] = /^(?:\/(\d{0,4}))?$/.exec(rest) ?? ['', undefined];
  const isWhole = at.length === 1 && /^(?:\/\d{0,4})?$/.test(rest);
  return isWhole ? { kind, at: first, db: Number(db ?? 0), login } : undefined;
}

/** `user:password`, `:password`, `user`, each percent-encoded; or nothing. */
function readLogin(userinfo: string, secure: Login): Login | undefined {
  try {
    const at = userinfo.indexOf(':');
    const username = decodeURIComponent(at < 0 ? userinfo : userinfo.slice(0, at));
    const password = at < 0 ? '' : decodeURIComponent(userinfo.slice(at + 1));
    return {
      ...secure,
      ...(username !== '' && { username }),
      ...(password !== '' && { password }),
    };
  } catch {
    return undefined;
  }
}

/** `password` alone is the one that `requirepass` sets. */
function readSentinelLogin(text: string | undefined, secure: Login): Login | undefined {
  return readLogin(text === undefined || text.includes(':') ? (text ?? '') : `:${text}`, secure);
}

function readHostPort(text: string, usualPort: number): HostPort | undefined {
  const [, bracketed, plain, digits] = HOST_PORT.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? usualPort : Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
