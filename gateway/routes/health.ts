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
  /** Whether a request has the operator's key. */
  readonly isOperator: (headers: Headers) => boolean;
}

/**
 * `GET /readyz`: calls would be let through now. What is wrong in detail names accounts and hosts: that is
 * for who has the operator's key.
 */
export function readyzRoute({ ledger, isDraining, isOperator }: ReadyzDeps) {
  const answer = (ready: boolean, why?: string, detail?: string) =>
    new Response(toApiJson({ ready, why, detail }), { status: ready ? 200 : 503, headers: json });
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
export function metricsRoute({ registry }: Metrics) {
  return async (_c: Context): Promise<Response> =>
    new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
}
