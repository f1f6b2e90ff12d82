import type { UpstreamResponse } from './types.js';

/**
 * What of the caller's headers goes upstream. A list of what may pass, not of what may not: the
 * macaroon, cookies, hop-by-hop headers and whatever `Connection` names can't be on it, and a
 * header that some provider prices or routes by stays behind until somebody has looked at it.
 */
const PASSED_UP = [
  'accept',
  'accept-language',
  'content-type',
  'traceparent',
  'tracestate',
  'user-agent',
];

/**
 * What of the upstream's answer stays behind, beside what its `Connection` header names: what is about the
 * connection; what a browser would keep of this gateway's address (RFC 6797, RFC 7838, CORS, cookies); and
 * what a proxy before the gateway would carry out, such as sending one of its own files.
 */
const KEPT_FROM_CALLER = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'www-authenticate',
  'alt-svc',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'clear-site-data',
  'nel',
  'public-key-pins',
  'public-key-pins-report-only',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie2',
  'strict-transport-security',
  'x-accel-charset',
  'x-accel-expires',
  'x-accel-limit-rate',
  'x-accel-redirect',
  'x-lighttpd-send-file',
  'x-litespeed-location',
  'x-reproxy-file',
  'x-reproxy-url',
  'x-sendfile',
]);

/** @param fixed the gateway's own: its credential for the upstream. They win, the later ones most. */
export function headersForUpstream(
  caller: Headers,
  ...fixed: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of PASSED_UP) {
    const value = caller.get(name);
    if (value !== null) headers[name] = value;
  }
  // Asked for plainly: the gateway reads what comes back, and a caller here has no use for gzip.
  headers['accept-encoding'] = 'identity';
  return Object.assign(headers, ...fixed);
}

/**
 * The upstream's headers as the caller may see them, with the gateway's own on top.
 * @param length of a body that was read whole, in bytes: in the place of what the upstream said
 */
export function headersForCaller(
  upstream: UpstreamResponse['headers'],
  own: Readonly<Record<string, string>>,
  length?: number,
): Record<string, string> {
  const named = connectionListed(upstream['connection']);
  const headers: Record<string, string> = {};
  for (const name of Object.keys(upstream)) {
    const value = upstream[name];
    if (value === undefined || KEPT_FROM_CALLER.has(name) || named.includes(name)) continue;
    // Whose pages may read an answer of the gateway's is for its operator to say.
    if (name.startsWith('x-bursar-') || name.startsWith('access-control-')) continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  if (length !== undefined) headers['content-length'] = String(length);
  return Object.assign(headers, own);
}

function connectionListed(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === 'keep-alive' || value === 'close') return [];
  return String(value)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}
