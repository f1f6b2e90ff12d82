import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import type { AccessLog } from './access-log.js';
import { Problem } from './api/problem.js';
import { problemResponse } from './api/problem-response.js';
import type { GatewayConfig } from './config/types.js';
import type { Cors } from './cors.js';
import { answerEarly } from './early-answer.js';
import type { NodeEnv } from './node-env.js';
import { closeWaitingAnswers } from './pipelining.js';
import { shedAbove } from './shedding.js';
import type { TlsSource } from './tls-source.js';

export interface ServerOptions {
  readonly listen: GatewayConfig['listen'];
  readonly limits: Pick<
    GatewayConfig['limits'],
    'headerBytes' | 'connections' | 'headerTimeoutMs' | 'requestTimeoutMs'
  >;
  /** Speaks TLS with these. */
  readonly tls?: Pick<TlsSource, 'current' | 'onChange'> | undefined;
  /** Called for each request that is refused because of too many connections. */
  readonly onShed?: () => void;
  readonly access?: AccessLog | undefined;
  readonly crossOrigin?: Pick<Cors, 'mark'> | undefined;
}

export interface RunningServer {
  /** Where it really listens: the port is known when the configuration says 0. */
  readonly url: string;
  /** Takes no new connection, closes idle ones, and waits for open calls, at most so long. */
  drain(timeoutMs: number): Promise<void>;
}

/** How often a draining server looks for connections that have become idle. */
const IDLE_CHECK_MS = 50;

/** Puts the app behind an HTTP/1.1 server with limits on headers, time and connections. */
export async function startServer(
  app: Hono<NodeEnv>,
  options: ServerOptions,
): Promise<RunningServer> {
  const { limits, listen, tls, access, crossOrigin } = options;
  const refuse = (
    problem: Problem,
    env: NodeEnv['Bindings'],
    headers: Readonly<Record<string, string>> = {},
  ): Response | Promise<Response> => {
    if (env.trace !== undefined) access?.refused(env.trace, problem);
    const response = problemResponse(problem);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return answerEarly(response, env);
  };
  const server = createAdaptorServer({
    fetch: (request: Request, env: Http2Bindings | HttpBindings) => {
      // HTTP/1.1 is all that it speaks.
      const own = env as HttpBindings & NodeEnv['Bindings'];
      if (access !== undefined) own.trace = access.begin(own.incoming, own.outgoing);
      crossOrigin?.mark(own.incoming.headers.origin, own.outgoing);
      if (shed.has(env.incoming.socket)) {
        options.onShed?.();
        return refuse(new Problem('too_many_connections'), own);
      }
      if (!isPlainTarget(env.incoming.url)) return refuse(wrongTarget(), own);
      if (isFaultyFraming(env.incoming))
        return refuse(wrongFraming(), own, { connection: 'close' });
      const answer = app.fetch(request, env);
      return env.incoming.method === 'HEAD' ? keepMark(answer, env.outgoing) : answer;
    },
    createServer: tls === undefined ? createServer : createTlsServer,
    serverOptions: {
      ...(tls === undefined ? {} : tlsOptions(tls, limits)),
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      // How often Node looks for connections past those two.
      connectionsCheckingInterval: 1_000,
    },
  } as Parameters<typeof createAdaptorServer>[0]) as Server;
  tls?.onChange((pair) => (server as TlsServer).setSecureContext({ ...pair, ...TLS_VERSIONS }));
  const shed = shedAbove(server, limits.connections);
  closeWaitingAnswers(server);
  await listening(server, listen);
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  const scheme = tls === undefined ? 'http' : 'https';
  return { url: `${scheme}://${host}:${port}`, drain: (timeoutMs) => drain(server, timeoutMs) };
}

/** RFC 9325 §3.1.1. */
const TLS_VERSIONS = { minVersion: 'TLSv1.2' } as const;

function tlsOptions(tls: Pick<TlsSource, 'current'>, { headerTimeoutMs }: ServerOptions['limits']) {
  return {
    ...tls.current(),
    ...TLS_VERSIONS,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: headerTimeoutMs,
  };
}

/** A dot segment, in any spelling, before the query. */
const DOT_SEGMENT = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/**
 * A proxy's absolute-form target names a host, and the gateway takes none from a caller. A dot
 * segment would be resolved on the way to the app, after whoever stands before the gateway has
 * taken `/v1/../tools/x` for a path below `/v1`.
 */
function isPlainTarget(target: string | undefined): boolean {
  return target?.startsWith('/') === true && !DOT_SEGMENT.test(target);
}

function wrongTarget(): Problem {
  return new Problem('invalid_request', {
    message: 'Expected a request target that begins with "/" and has no dot segment.',
  });
}

/**
 * HTTP/1.0 knows no transfer codings: who stands before the gateway may have read another end of the
 * message (RFC 9112 §6.1).
 */
function isFaultyFraming({
  httpVersion,
  headers,
}: Pick<IncomingMessage, 'httpVersion' | 'headers'>) {
  return httpVersion === '1.0' && headers['transfer-encoding'] !== undefined;
}

function wrongFraming(): Problem {
  return new Problem('invalid_request', {
    message:
      'Transfer-Encoding: found in a request by HTTP/1.0, expected HTTP/1.1 or a Content-Length.',
  });
}

/**
 * Hono answers HEAD with a copy that has no body, which is no longer known as the mark of an answer
 * that was written already: it would be written again, and the connection be lost over it.
 */
async function keepMark(
  answer: Response | Promise<Response>,
  outgoing: (Http2Bindings | HttpBindings)['outgoing'],
): Promise<Response> {
  const response = await answer;
  return outgoing.headersSent ? RESPONSE_ALREADY_SENT : response;
}

function listening(server: Server, { host, port }: GatewayConfig['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function drain(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that a call kept alive becomes idle when the call ends, and would stay.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
