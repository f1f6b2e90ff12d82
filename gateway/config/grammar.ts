import { isIPv4, isIPv6 } from 'node:net';
import { readPlace } from '../../src/ledger/redis/address.js';
import { parseAmount } from '../../src/money/amount.js';
import type { Micros } from '../../src/money/units.js';
import { parseDuration } from '../../src/text/duration.js';
import { isPathPattern } from '../upstream/path-pattern.js';

/**
 * How the settings are written. Each reader takes a text and answers a value, or throws
 * {@link Unfit} with what was expected.
 */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** `127.0.0.1:8787`, `localhost:0`, `[::1]:8787`. */
export function readListen(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([^\]]+)\]|([A-Za-z0-9.-]+)):(0|[1-9]\d{0,4})$/.exec(text) ?? [];
  const isHost =
    (bracketed !== undefined && isIPv6(bracketed)) ||
    (plain !== undefined && (isIPv4(plain) || !/^[\d.]+$/.test(plain)));
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (!isHost || host === undefined || port > 65_535) {
    throw new Unfit('HOST:PORT such as 127.0.0.1:8787 or [::1]:8787, with a port from 0 to 65535');
  }
  return { host, port };
}

/** A path, absolute or relative to the file. */
export function readPath(text: string): string {
  if (text === '' || text.includes('\0')) throw new Unfit('the path of a file or folder');
  // The shell's ~ would be a folder of that name here.
  if (text.startsWith('~')) throw new Unfit(`a path without ~ (\${HOME} is the home folder)`);
  return text;
}

/** Undefined for none, a path, or true for standard output. */
export function readAccessLog(text: string): string | true | undefined {
  if (text === 'true' || text === 'false') return text === 'true' ? true : undefined;
  return readPath(text);
}

/** `fd:3`, or a path. */
export function readKeys(
  text: string,
): { readonly path: string } | { readonly descriptor: number } {
  if (!text.startsWith('fd:')) return { path: readPath(text) };
  if (!/^fd:[1-9]\d{0,2}$/.test(text) || Number(text.slice(3)) < 3) {
    throw new Unfit('fd: and a number from 3 to 999, such as fd:3');
  }
  return { descriptor: Number(text.slice(3)) };
}

/** A command's name, or one of its arguments. */
export function readArgument(text: string): string {
  if (text.includes('\0')) throw new Unfit('a text without NUL');
  return text;
}

export type LedgerPlace =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'redis'; readonly url: string };

/** `sqlite:PATH`; `redis://…`, `redis+cluster://…`, `redis+sentinel://…`; and these with TLS, `rediss…`. */
export function readLedger(text: string): LedgerPlace {
  const [, scheme = '', rest = ''] = /^([a-z+]+):(.*)$/s.exec(text) ?? [];
  if (scheme === 'sqlite') return { engine: 'sqlite', path: readSqlitePath(rest) };
  const expected = REDIS_URLS[scheme.replace(/^rediss/, 'redis')];
  if (expected === undefined) {
    throw new Unfit(
      'sqlite:PATH, redis://HOST:6379/0, redis+cluster://HOST:7000,… or ' +
        'redis+sentinel://HOST:26379,…/NAME, where rediss… is the same with TLS',
    );
  }
  return { engine: 'redis', url: readRedisUrl(text, expected) };
}

/** What is expected of each. */
const REDIS_URLS: Readonly<Record<string, string>> = {
  redis: 'redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER], with no query',
  'redis+cluster':
    'redis+cluster://[USER:PASSWORD@]HOST[:PORT],…, with no path (a cluster has no numbered ' +
    'databases) and no query',
  'redis+sentinel':
    'redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/NAME[/NUMBER], and no query but ' +
    '?sentinel=[USER:]PASSWORD',
};

function readSqlitePath(path: string): string {
  if (path.startsWith('//')) throw new Unfit('sqlite:PATH without //, such as sqlite:ledger.db');
  if (path.startsWith(':')) {
    throw new Unfit('a file: a ledger in memory would let everyone spend anew at each start');
  }
  return readPath(path);
}

function readRedisUrl(text: string, expected: string): string {
  try {
    readPlace(text);
    return text;
  } catch {
    throw new Unfit(expected);
  }
}

/** Where calls go. Answers it without a trailing slash. */
export function readHttpUrl(text: string): string {
  const url = tryUrl(text);
  if (url === undefined || !/^https?:\/\//i.test(text) || url.hostname === '') {
    throw new Unfit('a URL that begins with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Unfit('a URL without credentials: they would show in logs');
  }
  if (/[?#]/.test(text))
    throw new Unfit('a URL without query and fragment (an upstream has query: {name: value})');
  return url.href.replace(/\/+$/, '');
}

/** What calls add to a provider's URL. */
const ROUTE =
  /\/(?:chat\/completions|completions|responses|embeddings|messages|models|moderations|images\/generations|audio\/speech)$/;

/** The URL of a provider: {@link readHttpUrl}, without the route of a call. */
export function readBaseUrl(text: string): string {
  const url = readHttpUrl(text);
  const [route] = ROUTE.exec(url) ?? [];
  if (route === undefined) return url;
  throw new Unfit(`${url.slice(0, -route.length)}: each call adds its own route, such as ${route}`);
}

function tryUrl(text: string): URL | undefined {
  // The URL parser drops line feeds and outer spaces in silence.
  return !/\s/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

/** Whatever may follow `Bearer` in a header. Empty is allowed: that upstream is off. */
export function readApiKey(text: string): string {
  if (!/^[\x21-\x7e]*$/.test(text)) throw new Unfit('printable ASCII without spaces');
  refuseBareVariable(text);
  return text;
}

/** A shell would fill it in; here it would be sent as it stands. */
function refuseBareVariable(text: string): void {
  const [, name] = /^(?:\w+ )?\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(text) ?? [];
  if (name !== undefined) throw new Unfit(`\${${name}}: a $${name} without braces is no variable`);
}

/** The value of an HTTP header. */
export function readHeaderValue(text: string): string {
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
    throw new Unfit('printable ASCII, not empty, without spaces at its ends');
  }
  refuseBareVariable(text);
  return text;
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A method of HTTP, to capitals. */
export function readMethod(text: string): string {
  const method = text.toUpperCase();
  if (!METHODS.includes(method)) throw new Unfit(`one of ${METHODS.join(', ')}`);
  return method;
}

/** A path below a tool's URL, or all paths below one. */
export function readPathPattern(text: string): string {
  if (!isPathPattern(text)) {
    throw new Unfit(
      'a path such as /v1/search, or /v1/* for all below it: plainly written, * only there',
    );
  }
  return text;
}

/** Names that speak of the connection or of the message's own form. */
const RESERVED_HEADERS = new Set(
  (
    'connection content-length expect host keep-alive proxy-authenticate proxy-authorization ' +
    'proxy-connection te trailer transfer-encoding upgrade'
  ).split(' '),
);

/** The name of an HTTP header, to lower case. */
export function readHeaderName(text: string): string {
  const name = text.toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new Unfit('the name of an HTTP header');
  if (RESERVED_HEADERS.has(name)) throw new Unfit('a header that is not about the connection');
  return name;
}

/** The name of a parameter in a URL, plain. */
export function readQueryName(text: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(text) || /[%&=#?+]/.test(text)) {
    throw new Unfit('the name of a parameter, not percent-encoded, such as api-version');
  }
  return text;
}

/** The value of a parameter in a URL. */
export function readQueryValue(text: string): string {
  if (!/^[\x20-\x7e]{0,1024}$/.test(text)) throw new Unfit('printable ASCII');
  return text;
}

/** As a browser sends it (RFC 6454 §6.2), or `*`. */
export function readOrigin(text: string): string {
  if (text === '*') return text;
  if (tryUrl(text)?.origin !== text) {
    throw new Unfit('scheme://host, with a port where it is not the usual one, and nothing behind');
  }
  return text;
}

/** `gpt-4o`, `llama3:8b`, or a prefix such as `gpt-*`. Plain text: nothing is percent-encoded. */
export function readNameRule(text: string): NameRule {
  const prefix = text.endsWith('*');
  const name = prefix ? text.slice(0, -1) : text;
  if (/%[0-9a-f]{2}/i.test(name)) throw new Unfit('the name itself, not percent-encoded');
  const isName = name.length <= 256 && !/[*\s\p{C}]|\$\{/u.test(name) && (prefix || name !== '');
  if (!isName) {
    throw new Unfit('a name without spaces, or a prefix that ends in its only *, such as gpt-*');
  }
  return { name, prefix };
}

/** As they are written, for people. */
export function formatRules(rules: readonly NameRule[]): string {
  const patterns = rules.map(({ name, prefix }) => `${name}${prefix ? '*' : ''}`);
  return patterns.includes('*') ? 'every model' : patterns.join(' ');
}

/** The name of a tool that has an endpoint: one segment of a path. */
export function readEndpointName(text: string): string {
  if (!/^(?!\.{1,2}$)[A-Za-z0-9._@:-]{1,128}$/.test(text)) {
    throw new Unfit('1 to 128 of A-Z, a-z, 0-9 and . _ @ : -');
  }
  return text;
}

export function readUpstreamName(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new Unfit('a letter, then up to 63 of A-Z, a-z, 0-9 and . _ -');
  }
  return text;
}

/** Stands in the journal as who asked. */
export function readOperatorName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new Unfit('a letter or digit, then up to 63 of A-Z, a-z, 0-9 and . _ -');
  }
  return text;
}

export function readTenant(text: string): string {
  if (!/^[a-z0-9-]{1,32}$/.test(text)) throw new Unfit('a tenant: 1 to 32 of a-z, 0-9 and -');
  return text;
}

/** Whole credits as decimal text, to micro-credits. */
export function readAmount(unit: 'credits' | 'USD'): (text: string) => Micros {
  return (text) => {
    try {
      return parseAmount(text);
    } catch {
      throw new Unfit(
        `${unit} as a plain decimal such as 15 or 0.25: no sign, exponent or leading zeros, ` +
          'at most six decimals, below 9007199254.740992',
      );
    }
  };
}

/** A whole number. */
export function readCount(min: number, max: number): (text: string) => number {
  return (text) => {
    const count = /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= min && count <= max)) throw new Unfit(`a whole number from ${min} to ${max}`);
    return count;
  };
}

export function readFlag(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Unfit('true or false');
  return text === 'true';
}

/** The name of something of a provider's: a field, a feature, a tool, a tier. */
export function readWord(text: string): string {
  if (!/^[\x21-\x7e]{1,128}$/.test(text)) {
    throw new Unfit('1 to 128 printable ASCII characters without spaces');
  }
  return text;
}

/** Milliseconds from a duration that lies between two others. */
export function readDuration(min: string, max: string): (text: string) => number {
  const minMs = parseDuration(min);
  const maxMs = parseDuration(max);
  return (text) => {
    const ms = tryDuration(text);
    if (!(ms >= minMs && ms <= maxMs)) {
      throw new Unfit(`a duration from ${min} to ${max}: a whole number and ms, s, m, h or d`);
    }
    return ms;
  };
}

function tryDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return Number.NaN;
  }
}

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes from a size that lies between two others. */
export function readSize(min: string, max: string): (text: string) => number {
  return (text) => {
    const bytes = toBytes(text);
    if (!(bytes >= toBytes(min) && bytes <= toBytes(max))) {
      throw new Unfit(`a size from ${min} to ${max}: a whole number and B, KiB, MiB or GiB`);
    }
    return bytes;
  };
}

function toBytes(text: string): number {
  const [, count, unit = ''] = /^(0|[1-9]\d{0,8})(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  return Number(count) * (BYTES[unit] ?? Number.NaN);
}

/** The exact name, or everything that begins with it: `gpt-*` is `{ name: 'gpt-', prefix: true }`. */
export interface NameRule {
  /** Plain text, as a caller sends it; nothing is percent-encoded here. */
  readonly name: string;
  readonly prefix: boolean;
}
