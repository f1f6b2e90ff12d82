import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { CallTrace } from './access-log.js';
import { callerLeaving, type Leaving } from './leaving.js';

/**
 * What Hono's Node server hands to a handler, and where there is an access log, what it is told of the
 * request. Empty when the app runs without a server.
 */
export interface NodeEnv {
  Bindings: Partial<HttpBindings> & { trace?: CallTrace | undefined };
}

/** The caller's leaving. Without a server a request has a signal of its own. */
export function leavingOf(c: Context<NodeEnv>): Leaving {
  const outgoing = c.env?.outgoing;
  return outgoing === undefined ? c.req.raw.signal : callerLeaving(outgoing);
}
