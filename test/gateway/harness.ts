import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { createApp, type GatewayDeps } from '../../gateway/app.js';
import { nodeCrypto } from '../../gateway/crypto.js';
import { HoldKeeper } from '../../gateway/hold-keeper.js';
import type { LiveSettings } from '../../gateway/live-settings.js';
import type { Log, LogFields } from '../../gateway/logging.js';
import { createMetrics } from '../../gateway/metrics.js';
import { type ModelUpstream, OPENAI_APIS } from '../../gateway/model-calls/upstreams.js';
import type { NodeEnv } from '../../gateway/node-env.js';
import { createFindOperator, mainOperatorKey } from '../../gateway/operator/keys.js';
import { DEFAULT_RULES } from '../../gateway/providers/request.js';
import { Resolver } from '../../gateway/resolver.js';
import type { Upstream, UpstreamRequest, UpstreamResponse } from '../../gateway/upstream/types.js';
import { composeCaveats, parseLimit } from '../../src/caveats/compose.js';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { attenuate, NEW_KEY_BYTES, newKeyRing } from '../../src/macaroon/index.js';
import { mintRoot } from '../../src/minting/mint-root.js';
import { parseTerms } from '../../src/minting/terms.js';
import { createModelPriceList } from '../../src/pricing/models/index.js';
import { ModelLedger } from '../ledger/model.js';

export const NOW = Date.UTC(2026, 5, 1, 12);
export const OPERATOR_KEY = 'operator-key-that-is-long-enough-for-anyone';

/** Unless a test says otherwise. */
const HOLD_TTL_MS = 600_000;

type Answer = Pick<UpstreamResponse, 'status'> & {
  readonly headers?: UpstreamResponse['headers'];
  readonly body?: string | readonly string[];
};

/** An upstream inside the test: remembers what reached it, and answers as it is told. */
export class StubUpstream implements Upstream {
  readonly seen: UpstreamRequest[] = [];
  destroyed = 0;
  answer: (request: UpstreamRequest) => Answer | Promise<Answer> = () => ({
    status: 200,
    body: '{"ok":true}',
  });

  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    this.seen.push(request);
    request.ended();
    const { status, headers, body = '' } = await this.answer(request);
    const chunks = typeof body === 'string' ? [body] : body;
    const whole = typeof body === 'string' ? Buffer.from(body) : undefined;
    return {
      status,
      headers: {
        'content-type': 'application/json',
        ...(whole === undefined ? {} : { 'content-length': String(whole.length) }),
        ...headers,
      },
      body: {
        bytes: async () => whole ?? Buffer.from(chunks.join('')),
        destroy: () => {
          this.destroyed += 1;
        },
        async *[Symbol.asyncIterator]() {
          for (const chunk of chunks) yield Buffer.from(chunk);
        },
      },
    };
  }

  async close(): Promise<void> {}
}

interface LogLine {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

function capturingLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    lines,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  };
}

interface Denied {
  readonly account: string;
  readonly cause: string;
}

export interface GatewayUnderTest {
  readonly app: Hono<NodeEnv>;
  readonly ledger: Ledger;
  readonly upstream: StubUpstream;
  readonly tool: StubUpstream;
  readonly lines: LogLine[];
  /** What was counted as a denial. */
  readonly denied: Denied[];
  readonly resolver: Resolver;
  readonly keeper: HoldKeeper;
  readonly deps: GatewayDeps;
  readonly clock: { nowMs: number };
  mint(budget?: string | string[], tools?: string, expires?: string): Promise<string>;
}

export function modelLedger(clock: () => number): Ledger {
  return new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
}

/** One that speaks OpenAI's API, by the rules that ship. */
export function modelUpstream(
  given: Pick<ModelUpstream, 'models' | 'upstream'> & Partial<ModelUpstream>,
): ModelUpstream {
  return {
    name: 'provider',
    apis: new Set(OPENAI_APIS),
    headers: {},
    rules: DEFAULT_RULES,
    ...given,
  };
}

export type Overrides = Partial<GatewayDeps & LiveSettings>;

/** The whole gateway with nothing outside of this process: no socket, no store, no waiting. */
export function gatewayUnderTest(overrides: Overrides = {}): GatewayUnderTest {
  const clock = { nowMs: NOW };
  const ring =
    overrides.keyRing?.() ?? newKeyRing({ random: randomBytes(NEW_KEY_BYTES), nowMs: NOW });
  const ledger = overrides.ledger ?? modelLedger(() => clock.nowMs);
  const upstream = new StubUpstream();
  const tool = new StubUpstream();
  const metrics = createMetrics();
  const { log, lines } = capturingLog();
  const denied: Denied[] = [];
  const resolver = new Resolver({ ledger, log, metrics });
  const keeper = new HoldKeeper({
    ledger,
    holdTtlMs: overrides.limits?.holdTtlMs ?? HOLD_TTL_MS,
    monotonicMs: () => clock.nowMs,
    log,
  });
  const settings: LiveSettings = {
    modelUpstreams: [
      modelUpstream({
        models: [{ name: 'gpt-', prefix: true }],
        headers: { authorization: 'Bearer provider-key' },
        upstream,
      }),
    ],
    offUpstreams: [],
    endpoints: new Map([
      ['web_search', { headers: { 'x-tool-key': 'tool-key' }, upstream: tool }],
      ['render', { headers: {}, upstream: tool }],
      ['translate', { headers: {}, upstream: tool }],
      ['unpriced', { headers: {}, upstream: tool }],
    ]),
    priceList: {
      defaultMicros: undefined,
      rules: [
        { name: 'gpt-4o', prefix: false, micros: 15_000_000 },
        { name: 'gpt-4o-mini', prefix: false, micros: 1_000_000 },
        { name: 'web_search', prefix: false, micros: 5_000_000 },
        { name: 'render', prefix: false, micros: 2_000_000, usdMicros: 10_000 },
        { name: 'translate', prefix: false, micros: undefined, usdMicros: 3_000 },
      ],
    },
    prices: () => createModelPriceList([]),
    findOperator: createFindOperator([mainOperatorKey(OPERATOR_KEY)]),
    ...overrides,
  };
  const deps: GatewayDeps = {
    keyRing: () => ring,
    crypto: nodeCrypto,
    ledger,
    resolver,
    keeper,
    settings: () => settings,
    limits: {
      bodyBytes: 64 * 1024,
      holdTtlMs: HOLD_TTL_MS,
      defaultOutput: 4_096,
      defaultReasoningOutput: 32_768,
      leastOutput: 16,
      inFlight: 4_096,
      upstreamConnections: 1_024,
      uploadBytes: 256 * 1024 * 1024,
      freeCallsPerSecond: 1_000,
      unknownInFlight: 16,
      unknownWaitMs: 30_000,
      drainBound: { bytes: 1024 * 1024, ms: 30_000 },
      decode: { bytes: 64 * 1024 * 1024, ratio: 100 },
    },
    isDraining: () => false,
    degraded: () => [],
    clock: () => clock.nowMs,
    monotonicMs: () => 0,
    randomBytes: (length) => randomBytes(length),
    denials: { note: (account, cause) => denied.push({ account, cause }) },
    metrics,
    log,
    ...overrides,
  };
  return {
    denied,
    app: createApp(deps),
    ledger,
    upstream,
    tool,
    lines,
    resolver,
    keeper,
    deps,
    clock,
    mint: async (budget = '100', tools, expires = '24h') => {
      const terms = parseTerms(
        { holder: 'agent', budget: [budget].flat(), tools, expires },
        clock.nowMs,
      );
      const openRoot = ledger.openRoot.bind(ledger);
      return (await mintRoot({ ...deps, ring, openRoot }, terms)).macaroon;
    },
  };
}

/** Cuts a child off a macaroon, offline. */
export function delegate(
  macaroon: string,
  holder: string,
  budget: string,
  { carved = false, expiresAtMs }: { carved?: boolean; expiresAtMs?: number } = {},
): string {
  const limits = [parseLimit(budget, carved)];
  const until = expiresAtMs === undefined ? {} : { expiresAtMs };
  return attenuate(macaroon, composeCaveats({ holder, limits, ...until }));
}

export function bearer(credential: string): Record<string, string> {
  return { authorization: `Bearer ${credential}` };
}

/** `POST /v1/chat/completions` with this macaroon. */
export function chat(
  { app }: Pick<GatewayUnderTest, 'app'>,
  macaroon: string,
  model = 'gpt-4o-mini',
  init: { body?: string; headers?: Record<string, string> } = {},
): Response | Promise<Response> {
  return app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(macaroon), ...init.headers },
    body: init.body ?? JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
  });
}

interface BalanceAccount {
  readonly account: string;
  readonly holder: string;
  readonly standing: string;
  readonly limits: readonly Record<string, number | string | boolean>[];
  readonly spent: Record<string, number>;
  readonly held: Record<string, number>;
}

/** What the caller's own balance shows of the leaf account. */
export async function leafBalance(
  { app }: Pick<GatewayUnderTest, 'app'>,
  macaroon: string,
): Promise<BalanceAccount> {
  const response = await app.request('/bursar/v1/balance', { headers: bearer(macaroon) });
  const { path } = (await response.json()) as { path: BalanceAccount[] };
  const leaf = path.at(-1);
  if (leaf === undefined) throw new Error(`no path in the balance: ${response.status}`);
  return leaf;
}

export interface ErrorBody {
  readonly error: { message: string; type: string; code: string; param: string | null };
  readonly account?: string;
  readonly unit?: string;
  readonly window?: string;
  readonly resetsAt?: string;
  readonly remaining?: number;
  readonly held?: number;
  readonly required?: number;
}

export async function errorOf(response: Response): Promise<ErrorBody> {
  return (await response.json()) as ErrorBody;
}
