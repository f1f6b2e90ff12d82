import type { Context } from 'hono';
import { type Ledger, LedgerUnavailable } from '../../src/ledger/contract.js';
import { toApiJson } from '../api/json.js';
import type { Metrics } from '../metrics.js';

const json = { 'content-type': 'application/json' };

/** `GET /healthz`: the process answers. Says nothing of the ledger: a restart would not mend it. */
export function healthzRoute() {
  return (): Response => new Response(toApiJson({ ok: true }), { headers: json });
}

export interface ReadyzDeps {
  readonly ledger: Ledger;
  readonly isDraining: () => boolean;
  /** Whether a request has a key of an operator who may read all. */
  readonly isOperator: (headers: Headers) => boolean;
  readonly degraded: () => readonly Degraded[];
}

/** Something that serves on with what it had before, since what is there now can't be used. */
export interface Degraded {
  readonly part: 'key_ring' | 'tls';
  /** Names no file: anybody may read it. */
  readonly why: string;
}

/**
 * `GET /readyz`: calls would be let through now, also while something is degraded. What is wrong in
 * detail names tenants and hosts: that is for operators.
 */
export function readyzRoute({ ledger, isDraining, isOperator, degraded }: ReadyzDeps) {
  const answer = (ready: boolean, why?: string, detail?: string) => {
    const parts = degraded().map((one) => ({ ...one }));
    const body = { ready, why, detail, degraded: parts.length === 0 ? undefined : parts };
    return new Response(toApiJson(body), { status: ready ? 200 : 503, headers: json });
  };
  return async (c: Context): Promise<Response> => {
    if (isDraining()) return answer(false, 'shutting_down');
    try {
      await ledger.ping();
      return answer(true);
    } catch (error) {
      if (error instanceof LedgerUnavailable && error.reason === 'state_lost') {
        const detail = isOperator(c.req.raw.headers) ? error.message : undefined;
        return answer(false, 'ledger_state_lost', detail);
      }
      return answer(false, 'ledger_unavailable');
    }
  };
}

/** `GET /metrics`, in Prometheus' text format. */
export function metricsRoute({
  metrics,
  degraded,
}: Pick<ReadyzDeps, 'degraded'> & { readonly metrics: Metrics }) {
  const { registry, degraded: gauge } = metrics;
  return async (_c: Context): Promise<Response> => {
    for (const part of DEGRADABLE) gauge.set({ part }, 0);
    for (const { part } of degraded()) gauge.set({ part }, 1);
    return new Response(await registry.metrics(), {
      headers: { 'content-type': registry.contentType },
    });
  };
}

const DEGRADABLE: readonly Degraded['part'][] = ['key_ring', 'tls'];
