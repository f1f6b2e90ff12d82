import { join } from 'node:path';
import { type Ledger, LedgerUnavailable } from '../../src/ledger/contract.js';
import type { Log } from '../logging.js';
import type { Metrics } from '../metrics.js';
import type { Denials } from './denials.js';
import { type Lag, TenantDrain } from './drain-tenant.js';
import { JournalFolder } from './folder.js';
import { journalFolder } from './segments.js';

export interface DrainerDeps {
  readonly ledger: Ledger;
  readonly denials: Denials;
  readonly stateDir: string;
  /** Of this process alone. */
  readonly holder: string;
  readonly metrics: Pick<Metrics, 'journalLagEntries' | 'journalLagSeconds'>;
  readonly log: Log;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  readonly everyMs: number;
}

/** Longer than any round between two renewals; another takes over once it has passed. */
const LEASE_MS = 30_000;
/** How long a gateway that stops goes on with one tenant. What is left, the next one drains. */
const LAST_MS = 1_000;
/** The event loop stands still for some 3 ms while one is spelled and hashed. */
const BATCH = 500;
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** What lies undrained for longer than this is worth a warning, once a minute. */
const WARN_LAG_MS = 60_000;
const WARN_EVERY_MS = 60_000;

/**
 * Drains the journals of all tenants into this gateway's folder, every so often, where no other
 * gateway does. All of them look at the lag, so that it shows also when nobody drains.
 */
export class Drainer {
  readonly #deps: DrainerDeps;
  readonly #drains = new Map<string, TenantDrain>();
  readonly #warnedMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: DrainerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.round().finally(() => {
        this.#running = undefined;
      });
    }, this.#deps.everyMs);
    this.#timer.unref();
  }

  /** Ends the batch under way, drains what came since, and lets go of every lease. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    await this.#running;
    await this.round();
    // A lease that is not given up runs out by itself.
    await Promise.allSettled([...this.#drains.values()].map((drain) => drain.close()));
  }

  /** Every tenant once: what one can't be drained for keeps no other from it. Never throws. */
  async round(): Promise<void> {
    const { ledger, denials, metrics, clock } = this.#deps;
    await denials.flush({ all: this.#isStopped }).catch((error: unknown) => {
      this.#warn('denials', { err: error }, 'denials could not be written');
    });
    let tenants: readonly string[];
    try {
      tenants = await ledger.tenants();
    } catch (error) {
      this.#notDrained('', error);
      return;
    }
    const lags: Lag[] = [];
    for (const tenant of tenants) {
      const lag = await this.#drain(tenant);
      if (lag !== undefined) lags.push(lag);
    }
    // Where nothing answers, what was known last stays.
    if (lags.length === 0 && tenants.length > 0) return;
    const oldestMs = lags.map((lag) => lag.oldestMs ?? Number.POSITIVE_INFINITY);
    const nowMs = clock();
    metrics.journalLagEntries.set(lags.reduce((sum, { entries }) => sum + entries, 0));
    metrics.journalLagSeconds.set((nowMs - Math.min(nowMs, ...oldestMs)) / 1_000);
  }

  /** Undefined when not even the lag can be told. */
  async #drain(tenant: string): Promise<Lag | undefined> {
    const { clock } = this.#deps;
    const drain = this.#drainOf(tenant);
    let lag: Lag | undefined;
    try {
      const endMs = clock() + (this.#isStopped ? LAST_MS : LEASE_MS / 2);
      lag = await drain.run(() => clock() > endMs);
    } catch (error) {
      this.#notDrained(tenant, error);
      if (error instanceof LedgerUnavailable) return undefined;
      lag = await drain.lag().catch(() => undefined);
    }
    if (lag?.oldestMs === undefined) return lag;
    const ageMs = clock() - lag.oldestMs;
    if (ageMs > WARN_LAG_MS) {
      const fields = { tenant, entries: lag.entries, seconds: Math.floor(ageMs / 1_000) };
      this.#warn(tenant, fields, 'the journal lags: its entries are in the store alone');
    }
    return lag;
  }

  /** A ledger that is not there shows in /readyz; one whose journal can't be read, nowhere else. */
  #notDrained(tenant: string, error: unknown): void {
    const ofStore = error instanceof LedgerUnavailable;
    if (ofStore && error.reason !== 'store_error' && error.reason !== 'state_lost') return;
    // A store has the same error for many tenants.
    const about = ofStore ? 'store' : tenant;
    this.#warn(about, { tenant, err: error }, 'the journal can not be drained');
  }

  #drainOf(tenant: string): TenantDrain {
    const known = this.#drains.get(tenant);
    if (known !== undefined) return known;
    const { ledger, stateDir, holder } = this.#deps;
    const folder = new JournalFolder(journalFolder(stateDir, tenant), SEGMENT_BYTES);
    const drain = new TenantDrain({
      ...{ ledger, tenant, holder, folder },
      ...{ leaseMs: LEASE_MS, batch: BATCH },
    });
    this.#drains.set(tenant, drain);
    return drain;
  }

  /** At most once a minute about one thing. */
  #warn(about: string, fields: Parameters<Log['warn']>[0], message: string): void {
    const nowMs = this.#deps.clock();
    const key = join(about, message);
    if (nowMs - (this.#warnedMs.get(key) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) return;
    this.#warnedMs.set(key, nowMs);
    this.#deps.log.warn(fields, message);
  }
}
