import { randomBytes } from 'node:crypto';
import { availableParallelism, uptime } from 'node:os';
import type { GatewayDeps } from './app.js';
import { BodyThreads } from './body-threads/pool.js';
import { nodeFiles } from './config/files.js';
import type { GatewayConfig, ProviderUpstream, UpstreamConfig } from './config/types.js';
import { nodeCrypto } from './crypto.js';
import { HoldKeeper, startKeeping } from './hold-keeper.js';
import { Denials } from './journal/denials.js';
import { Drainer } from './journal/drainer.js';
import type { KeyRingSource } from './key-ring-source.js';
import { startListeners } from './listeners.js';
import type { Log } from './logging.js';
import { openMarkedLedger } from './marks/marked-ledger.js';
import { createMetrics } from './metrics.js';
import { API_LISTS, type ModelUpstream } from './model-calls/upstreams.js';
import { createFindOperator, type OperatorKey } from './operator/keys.js';
import { followPriceList, onDisk } from './prices/follow.js';
import { ANTHROPIC_VERSION } from './providers/headers.js';
import { DEFAULT_RULES } from './providers/request.js';
import { loadOpenAiTokenizers, type Tokenizers } from './providers/tokenizers.js';
import { createRandomPool } from './random-pool.js';
import { Resolver } from './resolver.js';
import type { Degraded } from './routes/health.js';
import type { ToolEndpoint } from './routes/tools.js';
import { createSandboxUpstream } from './sandbox/upstream.js';
import { createSteadyClock } from './steady-clock.js';
import { startSweeper } from './sweeper.js';
import type { TlsSource } from './tls-source.js';
import { createHttpUpstream, type HttpUpstreamOptions } from './upstream/http.js';
import { hideSecrets } from './upstream/secrets/hiding.js';
import type { Upstream } from './upstream/types.js';

export interface StartOptions {
  readonly config: GatewayConfig;
  readonly keyRing: KeyRingSource;
  readonly operatorKeys: readonly OperatorKey[];
  readonly log: Log;
  /** Where the configuration has `tls`. */
  readonly tls?: TlsSource | undefined;
}

export interface RunningGateway {
  readonly url: string;
  /** Where the operator calls. */
  readonly adminUrl: string;
  /**
   * Not ready from now on; waits for open calls and for holds whose end the ledger has not
   * acknowledged, at most the configured time; then closes everything.
   */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;
const DRAIN_EVERY_MS = 2_000;

/**
 * What can hold the event loop for more than 25 ms is read in a thread (bench/README.md): 96 KiB of
 * members, or 24 KiB of letters that a tokenizer has no words for.
 */
const DEAR_BYTES = 96 * 1024;
const DEAR_TOKENIZED_BYTES = 24 * 1024;
/** Ten times what the dearest body takes, so that a loaded machine refuses none that is honest. */
const READING_MS = 2_000;
/** The tokenizers take 60; and the dearest JSON of one megabyte less than 10. */
const HEAP_MB = 128;
const HEAP_MB_EACH = 16;

/** Puts a gateway together from its configuration, and starts it. */
export async function startGateway(options: StartOptions): Promise<RunningGateway> {
  const { config, keyRing, operatorKeys, log, tls } = options;
  const tokenizers = await loadTokenizers(config);
  const metrics = createMetrics();
  const prices = followPriceList({ file: config.pricesFile, files: nodeFiles, ...onDisk, log });
  const monotonicMs = () => performance.now();
  const clock = createSteadyClock({
    wall: Date.now,
    monotonic: monotonicMs,
    sinceBoot: () => uptime() * 1_000,
    warn: (message) => log.warn({}, message),
  });
  const { ledger, closeLedger } = await openMarkedLedger(config, log, clock);
  const resolver = new Resolver({ ledger, log, metrics });
  const { holdTtlMs } = config.limits;
  const keeper = new HoldKeeper({ ledger, holdTtlMs, monotonicMs, log });
  const { upstreamConnections } = config.limits;
  const modelUpstreams = config.upstreams.map((one) =>
    openModelUpstream(one, tokenizers, upstreamConnections),
  );
  const endpoints = openEndpoints(config);
  const holder = `gateway-${randomBytes(8).toString('hex')}`;
  const denials = new Denials({ stateDir: config.stateDir, gateway: holder, clock });
  const bodyThreads = openBodyThreads(config.limits, tokenizers !== undefined);
  let draining = false;
  const deps: GatewayDeps = {
    keyRing: keyRing.current,
    crypto: nodeCrypto,
    ledger,
    resolver,
    keeper,
    modelUpstreams,
    offUpstreams: config.offUpstreams,
    endpoints,
    bodyThreads,
    priceList: config.toolCosts,
    prices: prices.current,
    limits: config.limits,
    findOperator: createFindOperator(operatorKeys),
    isDraining: () => draining,
    degraded: () => degraded({ key_ring: keyRing.fault(), tls: tls?.fault() }),
    clock,
    monotonicMs,
    randomBytes: createRandomPool(),
    denials,
    metrics,
    log,
  };
  const server = await startListeners(deps, {
    ...config,
    tls,
    onShed: () => metrics.refusals.inc({ code: 'too_many_connections' }),
  }).catch(async (error: unknown) => {
    await closeLedger();
    throw error;
  });
  // Served all the same: a store may come up after its gateways. But somebody should know.
  ledger.ping().catch((error: unknown) => {
    if (draining) return;
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ reason }, 'the ledger does not answer: every call gets 503 until it does');
  });
  const stopSweeper = startSweeper({ ledger, metrics, log, everyMs: SWEEP_EVERY_MS });
  const stopKeeping = startKeeping(keeper);
  const { stateDir } = config;
  const drainer = new Drainer({
    ...{ ledger, denials, stateDir, holder, metrics, log },
    ...{ clock, everyMs: DRAIN_EVERY_MS },
  });
  drainer.start();
  return {
    url: server.url,
    adminUrl: server.adminUrl,
    stop: async () => {
      draining = true;
      prices.close();
      const deadlineMs = performance.now() + config.limits.drainMs;
      await server.drain(config.limits.drainMs);
      const left = await resolver.drain(Math.max(0, deadlineMs - performance.now()));
      if (left > 0) log.warn({ holds: left }, 'holds are left to be presumed spent');
      await stopKeeping();
      await stopSweeper();
      await drainer.stop();
      const upstreams = [...modelUpstreams, ...endpoints.values()];
      await Promise.all(upstreams.map(({ upstream }) => upstream.close()));
      await bodyThreads.close();
      await closeLedger();
    },
  };
}

function degraded(faults: Readonly<Record<Degraded['part'], string | undefined>>): Degraded[] {
  const parts = Object.entries(faults) as [Degraded['part'], string | undefined][];
  return parts.flatMap(([part, why]) => (why === undefined ? [] : [{ part, why }]));
}

/** As many as there are cores beside that of the event loop, up to four. */
function openBodyThreads(
  { bodyBytes }: GatewayConfig['limits'],
  hasTokenizers: boolean,
): BodyThreads {
  return new BodyThreads({
    heapMb: HEAP_MB + HEAP_MB_EACH * Math.ceil(bodyBytes / 1024 ** 2),
    threads: Math.min(4, Math.max(1, availableParallelism() - 1)),
    dearBytes: hasTokenizers ? DEAR_TOKENIZED_BYTES : DEAR_BYTES,
    budgetMs: READING_MS,
    hasTokenizers,
  });
}

/** None where no upstream asks for them. */
async function loadTokenizers({ upstreams }: GatewayConfig): Promise<Tokenizers | undefined> {
  const isAsked = upstreams.some((one) => one.protocol !== 'sandbox' && one.tokenizer === 'openai');
  return isAsked ? loadOpenAiTokenizers() : undefined;
}

/** Only who asked for the tokenizers is counted by them. */
function rulesOf({ rules, tokenizer }: ProviderUpstream, loaded: Tokenizers | undefined) {
  return { ...rules, tokenizers: tokenizer === 'openai' ? loaded : undefined };
}

function openModelUpstream(
  config: UpstreamConfig,
  loaded: Tokenizers | undefined,
  connections: number,
): ModelUpstream {
  const { name, models } = config;
  switch (config.protocol) {
    case 'openai': {
      const headers = { authorization: `Bearer ${config.apiKey}` };
      return {
        name,
        models,
        apis: new Set(API_LISTS.openai),
        headers,
        rules: rulesOf(config, loaded),
        answers: config.answers,
        upstream: openProvider(config, headers, connections),
      };
    }
    case 'anthropic': {
      const headers = { 'x-api-key': config.apiKey, 'anthropic-version': ANTHROPIC_VERSION };
      return {
        name,
        models,
        apis: new Set(API_LISTS.anthropic),
        headers,
        rules: rulesOf(config, loaded),
        answers: config.answers,
        upstream: openProvider(config, headers, connections),
      };
    }
    case 'sandbox':
      return {
        name,
        models,
        apis: new Set(API_LISTS.sandbox),
        headers: {},
        rules: DEFAULT_RULES,
        upstream: createSandboxUpstream(),
      };
  }
}

/** Its answers of errors do not quote its key. What it answers otherwise is not looked at: it would cost each call. */
function openProvider(
  config: Pick<HttpUpstreamOptions, 'baseUrl' | 'timeoutMs'>,
  headers: Readonly<Record<string, string>>,
  connections: number,
): Upstream {
  const upstream = createHttpUpstream({ ...config, connections });
  return hideSecrets(upstream, { headers, isLookedAt: (status) => status >= 400 });
}

function openEndpoints({ endpoints, limits }: GatewayConfig): Map<string, ToolEndpoint> {
  const { upstreamConnections: connections } = limits;
  return new Map(
    [...endpoints].map(([name, { url, headers, timeoutMs, ...lists }]) => [
      name,
      {
        headers,
        ...lists,
        upstream: hideSecrets(createHttpUpstream({ baseUrl: url, timeoutMs, connections }), {
          headers,
        }),
      },
    ]),
  );
}
