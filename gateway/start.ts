import { randomBytes } from 'node:crypto';
import { availableParallelism, uptime } from 'node:os';
import { createAccessLog } from './access-log.js';
import type { GatewayDeps } from './app.js';
import { BodyThreads } from './body-threads/pool.js';
import { waitingForStart } from './config/fixed.js';
import type { GatewayConfig } from './config/types.js';
import { createCors } from './cors.js';
import { nodeCrypto } from './crypto.js';
import { HoldKeeper, startKeeping } from './hold-keeper.js';
import { Denials } from './journal/denials.js';
import { Drainer } from './journal/drainer.js';
import type { KeyRingSource } from './key-ring-source.js';
import { startListeners } from './listeners.js';
import type { Log } from './logging.js';
import { openMarkedLedger } from './marks/marked-ledger.js';
import { createMetrics } from './metrics.js';
import { createRandomPool } from './random-pool.js';
import { Resolver } from './resolver.js';
import type { Degraded } from './routes/health.js';
import { asksTokenizers, openSettings, type SettingsInput } from './settings-source.js';
import { createSteadyClock } from './steady-clock.js';
import { startSweeper } from './sweeper.js';
import type { TlsSource } from './tls-source.js';

export interface StartOptions extends SettingsInput {
  readonly keyRing: KeyRingSource;
  readonly log: Log;
  /** Where the configuration has `tls`. */
  readonly tls?: TlsSource | undefined;
  /** Where there is to be a line for every request. */
  readonly accessLog?: Pick<Log, 'info'> | undefined;
}

export interface RunningGateway {
  readonly url: string;
  /** Where the operator calls. */
  readonly adminUrl: string;
  /**
   * Takes over upstreams, tools, costs, the price list and the operator's keys, all of them or none. Calls
   * that are open end with what they began with.
   * @returns settings that differ and wait for another start
   * @throws {ConfigError} for a price list with a mistake
   */
  reload(next: SettingsInput): Promise<readonly string[]>;
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
  const { config, keyRing, log, tls } = options;
  const settings = await openSettings(options, log);
  const metrics = createMetrics();
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
  const holder = `gateway-${randomBytes(8).toString('hex')}`;
  const denials = new Denials({ stateDir: config.stateDir, gateway: holder, clock });
  const bodyThreads = openBodyThreads(config.limits, asksTokenizers(config));
  const access = options.accessLog && createAccessLog(options.accessLog, monotonicMs);
  const cors = config.cors && createCors(config.cors);
  let draining = false;
  const deps: GatewayDeps = {
    keyRing: keyRing.current,
    crypto: nodeCrypto,
    ledger,
    resolver,
    keeper,
    settings: settings.current,
    bodyThreads,
    limits: config.limits,
    isDraining: () => draining,
    degraded: () => degraded({ key_ring: keyRing.fault(), tls: tls?.fault() }),
    clock,
    monotonicMs,
    randomBytes: createRandomPool(),
    denials,
    metrics,
    log,
    access,
    cors,
  };
  const server = await startListeners(deps, {
    ...config,
    tls,
    access,
    crossOrigin: cors,
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
    reload: async (next) => {
      await settings.replace(next);
      return waitingForStart(config, next.config);
    },
    stop: async () => {
      draining = true;
      settings.stopFollowing();
      const deadlineMs = performance.now() + config.limits.drainMs;
      await server.drain(config.limits.drainMs);
      const left = await resolver.drain(Math.max(0, deadlineMs - performance.now()));
      if (left > 0) log.warn({ holds: left }, 'holds are left to be presumed spent');
      await stopKeeping();
      await stopSweeper();
      await drainer.stop();
      await settings.close();
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
