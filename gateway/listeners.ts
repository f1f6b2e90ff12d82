import type { Hono } from 'hono';
import { createApp, type GatewayDeps } from './app.js';
import type { GatewayConfig } from './config/types.js';
import type { Log } from './logging.js';
import type { NodeEnv } from './node-env.js';
import { type RunningServer, type ServerOptions, startServer } from './server.js';

export interface Listeners {
  /** Where agents call. */
  readonly url: string;
  /** Where the operator does: the same, unless there is a listener for it. */
  readonly adminUrl: string;
  drain(timeoutMs: number): Promise<void>;
}

type Options = Omit<ServerOptions, 'listen'> & Pick<GatewayConfig, 'listen' | 'adminListen'>;

/** One listener for everything; or one for agents, and another for the operator. */
export async function startListeners(
  deps: GatewayDeps,
  { listen, adminListen, ...options }: Options,
): Promise<Listeners> {
  const start = async (app: Hono<NodeEnv>, at: GatewayConfig['listen']): Promise<RunningServer> => {
    const server = await startServer(app, { ...options, listen: at });
    if (options.tls === undefined && !isLoopback(at.host)) warnPlain(deps.log, server.url);
    return server;
  };
  if (adminListen === undefined) {
    const { url, drain } = await start(createApp(deps), listen);
    return { url, adminUrl: url, drain };
  }
  const agents = await start(createApp(deps, 'agents'), listen);
  const operator = await start(createApp(deps, 'operator'), adminListen).catch(
    async (error: unknown) => {
      await agents.drain(0);
      throw error;
    },
  );
  return {
    url: agents.url,
    adminUrl: operator.url,
    drain: async (timeoutMs) => {
      await Promise.all([agents.drain(timeoutMs), operator.drain(timeoutMs)]);
    },
  };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|(?:::ffff:)?127(?:\.\d+){3}|::1)$/i.test(host);
}

function warnPlain(log: Log, url: string): void {
  log.warn(
    { url },
    'listening beyond loopback without TLS: macaroons and keys can be read on the way, unless ' +
      'something in front of the gateway speaks TLS. Set tls, or listen on 127.0.0.1',
  );
}
