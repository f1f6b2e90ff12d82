import type { HttpBindings } from '@hono/node-server';

/** What Hono's Node server hands to a handler. Empty when the app runs without it. */
export interface NodeEnv {
  Bindings: Partial<HttpBindings>;
}
