import type { Upstream } from '../upstream/types.js';
import type { ToolLists } from './tool-lists.js';

/** A configured HTTP tool. */
export interface ToolEndpoint extends ToolLists {
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
}
