import { Hono } from 'hono';
import type { Ledger } from '../src/ledger/contract.js';
import type { MacaroonCrypto } from '../src/macaroon/crypto.js';
import type { KeyRing } from '../src/macaroon/index.js';
import type { ToolPriceList } from '../src/pricing/tool-price.js';
import { Problem, problemResponse } from './api/problem.js';
import { createAuthenticator } from './authenticate.js';
import { createCaller } from './call.js';
import type { GatewayLimits } from './config/types.js';
import { readCredential } from './credential.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';
import type { NodeEnv } from './node-env.js';
import { createReserver } from './reservations/reserve.js';
import type { Resolver } from './resolver.js';
import { activateRoute } from './routes/activate.js';
import { balanceRoute } from './routes/balance.js';
import { chatRoute, type ModelUpstream } from './routes/chat.js';
import { healthzRoute, metricsRoute, readyzRoute } from './routes/health.js';
import { macaroonsRoute } from './routes/macaroons.js';
import { addOperatorRoutes } from './routes/operator.js';
import { addReservationRoutes } from './routes/reservations.js';
import { type ToolEndpoint, toolsRoute } from './routes/tools.js';

/** Everything that the gateway touches. The app itself opens nothing and reads no environment. */
export interface GatewayDeps {
  readonly keyRing: () => KeyRing;
  readonly crypto: MacaroonCrypto;
  readonly ledger: Ledger;
  readonly resolver: Resolver;
  readonly modelUpstreams: readonly ModelUpstream[];
  readonly endpoints: ReadonlyMap<string, ToolEndpoint>;
  readonly priceList: ToolPriceList;
  readonly limits: Pick<GatewayLimits, 'bodyBytes' | 'holdTtlMs'>;
  /** Constant-time. */
  readonly isOperatorKey: (presented: string) => boolean;
  readonly isDraining: () => boolean;
  readonly clock: () => number;
  readonly monotonicMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The gateway as a pure Hono app: every route that there is, and one place that answers refusals. */
export function createApp(deps: GatewayDeps): Hono<NodeEnv> {
  const { ledger, clock, metrics, limits } = deps;
  const authenticate = createAuthenticator(deps);
  const makeCall = createCaller({ ...deps, holdTtlMs: limits.holdTtlMs });
  const requireOperator = (headers: Headers): void => {
    if (!deps.isOperatorKey(readOperatorKey(headers))) throw new Problem('invalid_operator_key');
  };
  const priced = { authenticate, makeCall, maxBodyBytes: limits.bodyBytes };

  const app = new Hono<NodeEnv>();
  app.post('/v1/chat/completions', chatRoute({ ...priced, modelUpstreams: deps.modelUpstreams }));
  app.all('/tools/*', toolsRoute({ ...priced, endpoints: deps.endpoints }));
  app.get('/bursar/v1/balance', balanceRoute({ authenticate, ledger, clock }));
  const mint = () => ({ ...deps, ring: deps.keyRing(), openRoot: ledger.openRoot.bind(ledger) });
  app.post('/bursar/v1/macaroons', macaroonsRoute({ mint, clock, requireOperator }));
  addOperatorRoutes(app, '/bursar/v1', { ...deps, requireOperator, actor: 'operator' });
  app.post('/bursar/v1/activate', activateRoute({ authenticate, ledger }));
  const { holdTtlMs } = limits;
  const makeReservation = createReserver({ ...deps, holdTtlMs });
  addReservationRoutes(app, { ...deps, authenticate, makeReservation, holdTtlMs });
  app.get('/healthz', healthzRoute());
  app.get('/readyz', readyzRoute(deps));
  app.get('/metrics', metricsRoute(metrics));
  // Deny by default: a route that nobody priced is refused, never passed through.
  app.notFound(() => answerProblem(new Problem('not_routed'), deps));
  app.onError((error) => answerProblem(toProblem(error), deps));
  return app;
}

function readOperatorKey(headers: Headers): string {
  try {
    return readCredential(headers);
  } catch {
    throw new Problem('invalid_operator_key');
  }
}

function toProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal_error', { cause: error });
}

function answerProblem(problem: Problem, { metrics, log }: GatewayDeps): Response {
  const { code, details, status } = problem;
  metrics.refusals.inc({ code });
  const record = { code, status, account: details.account, cause: causeText(details.cause) };
  if (status >= 500) log.warn(record, 'refused');
  else log.info(record, 'refused');
  return problemResponse(problem);
}

/** The inner reason, for the log: its message alone, since an error's members can hold anything. */
function causeText(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? '' : `: ${causeText(cause.cause)}`;
  return `${cause.message}${inner}`;
}
