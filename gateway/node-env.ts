import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { callerLeaving, type Leaving } from './leaving.js';

/** What Hono's Node server hands to a handler. Empty when the app runs without it. */
export interface NodeEnv {
  Bindings: Partial<HttpBindings>;
}

/** The caller's leaving. Without a server a request has a signal of its own. */
export function leavingOf(c: Context<NodeEnv>): Leaving {
  const outgoing = c.env?.outgoing;
  return outgoing === undefined ? c.req.raw.signal : callerLeaving(outgoing);
}
