import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What `/metrics` shows. Labels are closed sets: no account, holder, model or tool name, which
 * callers could multiply without bound, and which are not for whoever reads a dashboard.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    calls: new Counter({
      name: 'bursar_calls_total',
      help: 'Calls that an upstream answered, by route and the class of its status.',
      labelNames: ['route', 'outcome'] as const,
      registers,
    }),
    reservations: new Counter({
      name: 'bursar_reservations_total',
      help: 'What callers did with reservations of their own, by operation.',
      labelNames: ['operation'] as const,
      registers,
    }),
    refusals: new Counter({
      name: 'bursar_refusals_total',
      help: 'Answers that the gateway itself refused, by error code.',
      labelNames: ['code'] as const,
      registers,
    }),
    wrongOperatorKeys: new Counter({
      name: 'bursar_wrong_operator_keys_total',
      help: "Requests to the operator's routes with a key that is none.",
      registers,
    }),
    degraded: new Gauge({
      name: 'bursar_degraded',
      help: '1 while something serves on with what it had before: the key ring, or the certificate.',
      labelNames: ['part'] as const,
      registers,
    }),
    resolveRefused: new Counter({
      name: 'bursar_resolve_refused_total',
      help: 'Holds that the ledger would not settle or release.',
      labelNames: ['operation', 'reason'] as const,
      registers,
    }),
    pendingResolutions: new Gauge({
      name: 'bursar_pending_resolutions',
      help: 'Holds whose settle or release the ledger has not acknowledged yet.',
      registers,
    }),
    usageUnread: new Counter({
      name: 'bursar_usage_unread_total',
      help: 'Model calls charged at their hold or more, as their usage was missing, malformed, below what was seen, above what the model can use, or has no price.',
      labelNames: ['reason'] as const,
      registers,
    }),
    holdsCharged: new Counter({
      name: 'bursar_holds_charged_total',
      help: "Model calls charged at their hold in the place of a usage, by cause: unread usages, answers cut off or too late, billed errors, errors that are not the provider's.",
      labelNames: ['cause'] as const,
      registers,
    }),
    overruns: new Counter({
      name: 'bursar_overruns_total',
      help: 'Model calls that cost more than was held for them.',
      registers,
    }),
    unknownNamesRefused: new Counter({
      name: 'bursar_unknown_names_refused_total',
      help: 'Names on no list that are refused from now on, since a call with them cost more than its hold.',
      registers,
    }),
    presumedSpent: new Counter({
      name: 'bursar_presumed_spent_total',
      help: 'Holds past their deadline that were charged in full.',
      registers,
    }),
    journalLagEntries: new Gauge({
      name: 'bursar_journal_lag_entries',
      help: 'Entries of the journal that are in the store alone, not yet in a file.',
      registers,
    }),
    journalLagSeconds: new Gauge({
      name: 'bursar_journal_lag_seconds',
      help: 'How old the oldest of them is.',
      registers,
    }),
    ledgerSeconds: new Histogram({
      name: 'bursar_ledger_seconds',
      help: "The ledger's answers to a reservation.",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
