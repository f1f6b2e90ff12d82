import type { ServerResponse } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** Pages of these origins may call, or of all: a browser asks, and hides the answer unless it is told. */
export interface Cors {
  /** Answers `OPTIONS`, for which a browser sends no credential. */
  readonly preflight: MiddlewareHandler;
  /** Marks an answer, however it will be written. */
  readonly mark: (origin: string | undefined, outgoing: ServerResponse) => void;
}

/** What a page may read of an answer, beside what every page may (Fetch, "CORS-safelisted"). */
const EXPOSED = [
  'x-bursar-account',
  'x-bursar-cost',
  'x-bursar-held',
  'x-bursar-output-limit',
  'x-bursar-remaining',
  'x-bursar-reservation',
  'x-bursar-resets-at',
  'idempotent-replayed',
  'request-id',
  'retry-after',
  'x-request-id',
  'x-should-retry',
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PREFLIGHT_S = 600;

/**
 * The headers that a page asks for are those that it may send: each SDK has its own, and what no
 * upstream is to see stays behind in any case. No cookies: a macaroon is sent by who has it.
 * @param origins such as `https://app.example.com`, or `*` for all
 */
export function createCors(origins: readonly string[]): Cors {
  const isAny = origins.includes('*');
  const known = new Set(origins);
  const exposed = EXPOSED.join(', ');
  return {
    preflight: cors({
      origin: isAny ? '*' : [...origins],
      allowMethods: METHODS,
      maxAge: PREFLIGHT_S,
    }),
    mark: (origin, outgoing) => {
      if (!isAny) outgoing.setHeader('vary', 'Origin');
      if (origin === undefined || !(isAny || known.has(origin))) return;
      outgoing.setHeader('access-control-allow-origin', isAny ? '*' : origin);
      outgoing.setHeader('access-control-expose-headers', exposed);
    },
  };
}
