import type { ReplicaWait } from '../../src/ledger/contract.js';
import type { Micros } from '../../src/money/units.js';
import type { InFlightLimits } from '../in-flight.js';
import type { AnswerRules } from '../providers/answer-rules.js';
import type { RequestRules } from '../providers/request.js';
import type { DecodeLimits } from '../stream/decode.js';
import type { DrainBound } from '../stream/metered-body.js';
import type { NameRule } from './grammar.js';
import type { TlsPaths } from './tls.js';

/** What a call costs at this gateway, before its caveats. The longest match wins. */
interface CostRule extends NameRule {
  /** Micro-credits a call; undefined: no price in credits. */
  readonly micros: Micros | undefined;
  /** Micro-dollars a call, of a tool; undefined: no price in USD. */
  readonly usdMicros: Micros | undefined;
}

interface ToolCosts {
  /** Micro-credits for a name that no rule matches; undefined: such a name has no price. */
  readonly defaultMicros: Micros | undefined;
  readonly rules: readonly CostRule[];
}

export interface ProviderUpstream {
  readonly name: string;
  /** Whose API it speaks. */
  readonly protocol: 'openai' | 'anthropic';
  /** http or https, without credentials, query, fragment or trailing slash. */
  readonly baseUrl: string;
  /** Sent upstream as the API has it. Never empty: without a key the upstream is off. */
  readonly apiKey: string;
  /** Sent with every request, in the place of any other of that name. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same for the URL's query; plain, not percent-encoded. */
  readonly query: Readonly<Record<string, string>>;
  readonly models: readonly NameRule[];
  /** What of a request passes, and how it is bounded. */
  readonly rules: Omit<RequestRules, 'tokenizers'>;
  /** Which errors are billed, and what in a usage costs nothing; undefined: what is known of all upstreams. */
  readonly answers: AnswerRules | undefined;
  /** Whose tokenizers count the text of models that are known to use them. */
  readonly tokenizer: 'none' | 'openai';
  /** The longest wait for the answer's headers, and between two pieces of its body. */
  readonly timeoutMs: number;
}

interface SandboxUpstream {
  readonly name: string;
  readonly protocol: 'sandbox';
  readonly models: readonly NameRule[];
}

export type UpstreamConfig = ProviderUpstream | SandboxUpstream;

/** An upstream that is off: it serves nothing, and refusals say why. */
export interface OffUpstream {
  readonly name: string;
  readonly protocol: UpstreamConfig['protocol'];
  readonly models: readonly NameRule[];
  /** For people: `its apiKey is empty: set OPENAI_API_KEY`. */
  readonly why: string;
}

export interface EndpointConfig {
  /** http or https, without credentials, query, fragment or trailing slash. */
  readonly url: string;
  /** Sent with every call, in place of the caller's own header of that name. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** In capitals; all by default. */
  readonly methods?: readonly string[];
  /** Below `url`, such as `/v1/*`; all by default. */
  readonly paths?: readonly string[];
}

export interface GatewayLimits extends InFlightLimits {
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
  /** Tokens of output, where a caller states no maximum: what is granted at the most. */
  readonly defaultOutput: number;
  /** The same for a model that reasons, since reasoning counts as output. */
  readonly defaultReasoningOutput: number;
  /** Calls with names on no list that one root may have under way, over all gateways. */
  readonly unknownInFlight: number;
  /** How long one more waits for its turn. */
  readonly unknownWaitMs: number;
  /** And what must fit, for a call to be let through at all. */
  readonly leastOutput: number;
  /** How long, and for how many bytes, an answer is still read whose caller has left. */
  readonly drainBound: DrainBound;
  /** Of an answer that came compressed although it was not asked to. */
  readonly decode: DecodeLimits;
}

/** What the gateway serves with: every value checked, every secret in place, every path absolute. */
export interface GatewayConfig {
  readonly listen: {
    /** Without the brackets of an IPv6 address. */
    readonly host: string;
    /** 0 to 65535; 0 lets the system choose. */
    readonly port: number;
  };
  /** A listener of the operator's API alone; without it, that is where agents call. */
  readonly adminListen?: GatewayConfig['listen'];
  /** `sqlite:` and an absolute path, or Redis, as `src/ledger/open.ts` has it. May hold a password. */
  readonly ledgerUrl: string;
  readonly ledgerTimeoutMs: number;
  /** How long a finished hold's id is remembered. */
  readonly ledgerRetainMs: number;
  /** On Redis alone, and shorter than the timeout. */
  readonly ledgerWait?: ReplicaWait;
  /** An absolute path. */
  readonly stateDir: string;
  /** In the file's order, only those that are on. The first whose `models` match serves. */
  readonly upstreams: readonly UpstreamConfig[];
  /** Those that are not, in the same order. */
  readonly offUpstreams: readonly OffUpstream[];
  readonly toolCosts: ToolCosts;
  /** The price list of models: an absolute path, the shipped list's unless configured. */
  readonly pricesFile: string;
  /** A line for every request: to this file, an absolute path, or true for standard output. */
  readonly accessLog?: string | true;
  /** Origins of pages that may call, or `*`. */
  readonly cors?: readonly string[];
  /** What both listeners show; without it they speak plain HTTP. */
  readonly tls?: TlsPaths;
  /** By the tool's name. */
  readonly endpoints: ReadonlyMap<string, EndpointConfig>;
  readonly limits: GatewayLimits;
}
