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
}

/** `GET /readyz`: calls would be let through now. */
export function readyzRoute({ ledger, isDraining }: ReadyzDeps) {
  const answer = (ready: boolean, why?: string, detail?: string) =>
    new Response(toApiJson({ ready, why, detail }), { status: ready ? 200 : 503, headers: json });
  return async (): Promise<Response> => {
    if (isDraining()) return answer(false, 'shutting_down');
    try {
      await ledger.ping();
      return answer(true);
    } catch (error) {
      if (error instanceof LedgerUnavailable && error.reason === 'state_lost') {
        return answer(false, 'ledger_state_lost', error.message);
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
