import type { Micros } from '../../src/money/units.js';

/** The exact name, or everything that begins with it: `gpt-*` is `{ name: 'gpt-', prefix: true }`. */
export interface NameRule {
  /** Plain text, as a caller sends it; nothing is percent-encoded here. */
  readonly name: string;
  readonly prefix: boolean;
}

/** What a call costs at this gateway, before its caveats. The longest match wins. */
interface CostRule extends NameRule {
  /** Micro-credits a call. */
  readonly micros: Micros;
}

interface ToolCosts {
  /** Micro-credits for a name that no rule matches; undefined: such a name has no price. */
  readonly defaultMicros: Micros | undefined;
  readonly rules: readonly CostRule[];
}

interface OpenaiUpstream {
  readonly name: string;
  readonly protocol: 'openai';
  /** http or https, without credentials, query, fragment or trailing slash. */
  readonly baseUrl: string;
  /** Sent upstream as `Authorization: Bearer`. Never empty: without a key the upstream is off. */
  readonly apiKey: string;
  readonly models: readonly NameRule[];
  /** The longest wait for the answer's headers, and between two pieces of its body. */
  readonly timeoutMs: number;
}

interface SandboxUpstream {
  readonly name: string;
  readonly protocol: 'sandbox';
  readonly models: readonly NameRule[];
}

export type UpstreamConfig = OpenaiUpstream | SandboxUpstream;

export interface EndpointConfig {
  /** http or https, without credentials, query, fragment or trailing slash. */
  readonly url: string;
  /** Sent with every call, in place of the caller's own header of that name. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface GatewayLimits {
  /** The largest request body, in bytes. */
  readonly bodyBytes: number;
  /** All of a request's headers together, in bytes. */
  readonly headerBytes: number;
  /** Open connections at once. */
  readonly connections: number;
  /** From the connection to the end of the request's headers. */
  readonly headerTimeoutMs: number;
  /** From the connection to the end of the request's body. */
  readonly requestTimeoutMs: number;
  /** How long open calls may go on after SIGTERM. */
  readonly drainMs: number;
  /** How long a hold may stay open before it is presumed spent: 1 s to 24 h. */
  readonly holdTtlMs: number;
}

/** What the gateway serves with: every value checked, every secret in place, every path absolute. */
export interface GatewayConfig {
  readonly listen: {
    /** Without the brackets of an IPv6 address. */
    readonly host: string;
    /** 0 to 65535; 0 lets the system choose. */
    readonly port: number;
  };
  /** `sqlite:` and an absolute path, `redis://…` or `rediss://…`. May hold a password. */
  readonly ledgerUrl: string;
  readonly ledgerTimeoutMs: number;
  /** An absolute path. */
  readonly stateDir: string;
  /** In the file's order, only those that are on. The first whose `models` match serves. */
  readonly upstreams: readonly UpstreamConfig[];
  readonly toolCosts: ToolCosts;
  /** The price list of models: an absolute path, the shipped list's unless configured. */
  readonly pricesFile: string;
  /** By the tool's name. */
  readonly endpoints: ReadonlyMap<string, EndpointConfig>;
  readonly limits: GatewayLimits;
}
