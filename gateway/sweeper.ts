import { type Ledger, LedgerUnavailable } from '../src/ledger/contract.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';

export interface SweeperDeps {
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly everyMs: number;
}

const BATCH = 200;

/**
 * Charges, at once and then every so often, the holds that nobody ended by their deadline, and lets go of finished
 * ones that were kept long enough. Every gateway does it; they don't disturb each other.
 * @returns stops it, and waits for the batch under way
 */
export function startSweeper(deps: SweeperDeps): () => Promise<void> {
  let running: Promise<void> | undefined;
  const sweep = () => {
    running ??= sweepAll(deps).finally(() => {
      running = undefined;
    });
  };
  // At once too: gateways that fall sooner than a first round would come never get to one.
  sweep();
  const timer = setInterval(sweep, deps.everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function sweepAll(deps: SweeperDeps): Promise<void> {
  const { ledger, log } = deps;
  // The next round tries again; a ledger that is down shows in /readyz.
  const failed = (error: unknown) => {
    if (!(error instanceof LedgerUnavailable)) log.error({ err: error }, 'the sweep failed');
    return [];
  };
  for (const tenant of await ledger.tenants().catch(failed)) {
    // In a cluster the node of one tenant can be gone, and the others' be there.
    await sweepTenant(deps, tenant).catch(failed);
  }
}

async function sweepTenant({ ledger, metrics, log }: SweeperDeps, tenant: string): Promise<void> {
  for (let more = true; more; ) {
    const swept = await ledger.sweep(tenant, BATCH);
    metrics.presumedSpent.inc(swept.presumedSpent);
    if (swept.presumedSpent > 0) {
      log.warn({ tenant, holds: swept.presumedSpent }, 'holds past their deadline were charged');
    }
    ({ more } = swept);
  }
}
