import { Problem } from '../../../gateway/api/problem.js';
import { parseJsonObject } from '../../../gateway/body.js';
import type { ModelLimits } from '../../../gateway/providers/bound.js';
import { readModelRequest } from '../../../gateway/providers/read.js';
import {
  type Api,
  DEFAULT_OVERHEAD,
  DEFAULT_RULES,
  type ModelRequest,
  type RequestRules,
} from '../../../gateway/providers/request.js';

/**
 * Rules under which nothing is added unseen, so that a bound can be computed by hand, and every name
 * that is on no list is refused.
 */
const BARE: RequestRules = {
  ...DEFAULT_RULES,
  overhead: { request: 0, message: 0, tools: 0, tool: 0 },
  unknown: 'refuse',
};

/** The rules that ship, but for what is added unseen: unknown names count. */
export const COUNTING: Partial<RequestRules> = { unknown: 'count' };

/** What of a model bounds its requests. */
export function limitsOf(
  contextWindow: number | undefined,
  more: Partial<ModelLimits> = {},
): ModelLimits {
  return { contextWindow, maxOutput: undefined, serverTools: new Map(), ...more };
}

export { DEFAULT_OVERHEAD, DEFAULT_RULES };

export const bytesOf = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

export interface Case {
  readonly rules?: Partial<RequestRules>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads a body as the gateway does: from its bytes. */
export function read(api: Api, body: unknown, { rules, headers }: Case = {}): ModelRequest {
  const bytes = bytesOf(body);
  const fields = parseJsonObject(bytes);
  return readModelRequest(api, { bytes, fields }, new Headers(headers), { ...BARE, ...rules });
}

/** What refuses it: `code param`. */
export function refusal(api: Api, body: unknown, options: Case = {}): string {
  try {
    read(api, body, options);
  } catch (error) {
    if (error instanceof Problem) return `${error.code} ${error.details.param}`;
    throw error;
  }
  return 'taken';
}
