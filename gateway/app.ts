import { type Context, Hono, type HonoRequest, type MiddlewareHandler } from 'hono';
import type { Ledger } from '../src/ledger/contract.js';
import type { MacaroonCrypto } from '../src/macaroon/crypto.js';
import type { KeyRing } from '../src/macaroon/index.js';
import type { AccessLog } from './access-log.js';
import { Problem } from './api/problem.js';
import { type ErrorShape, problemResponse } from './api/problem-response.js';
import { type Authenticate, createAuthenticator } from './authenticate.js';
import type { BodyThreads } from './body-threads/pool.js';
import { createCaller } from './call.js';
import { createCallLog } from './calls.js';
import type { GatewayLimits } from './config/types.js';
import type { Cors } from './cors.js';
import { readCredential } from './credential.js';
import { answerEarly } from './early-answer.js';
import type { HoldKeeper } from './hold-keeper.js';
import { InFlight, type InFlightLimits } from './in-flight.js';
import { type Denials, isDenial } from './journal/denials.js';
import type { LiveSettings } from './live-settings.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';
import type { NodeEnv } from './node-env.js';
import {
  type AuthorizeOperator,
  createOperatorAuthorizer,
  mayReadAll,
} from './operator/authorize.js';
import type { Api } from './providers/request.js';
import { createReserver } from './reservations/reserve.js';
import type { Resolver } from './resolver.js';
import { Revocations } from './revocations.js';
import { activateRoute } from './routes/activate.js';
import { balanceRoute } from './routes/balance.js';
import { callsRoute } from './routes/calls.js';
import { type Degraded, healthzRoute, metricsRoute, readyzRoute } from './routes/health.js';
import { macaroonsRoute } from './routes/macaroons.js';
import { API_PATHS, modelCallRoute } from './routes/model-call.js';
import { modelsRoute } from './routes/models.js';
import { notServed, notServedToOperator } from './routes/not-served.js';
import { accountHandlers, addOperatorRoutes } from './routes/operator.js';
import { addReservationRoutes } from './routes/reservations.js';
import { rootRoute } from './routes/root.js';
import { addStoredResponseRoutes } from './routes/stored-responses.js';
import { toolsRoute } from './routes/tools.js';
import { UnknownNames } from './unknown-names.js';

type CallLimits = Pick<
  GatewayLimits,
  | 'bodyBytes'
  | 'holdTtlMs'
  | 'defaultOutput'
  | 'defaultReasoningOutput'
  | 'leastOutput'
  | 'unknownInFlight'
  | 'unknownWaitMs'
  | 'drainBound'
  | 'decode'
> &
  InFlightLimits;

/** Everything that the gateway touches. The app itself opens nothing and reads no environment. */
export interface GatewayDeps {
  readonly keyRing: () => KeyRing;
  readonly crypto: MacaroonCrypto;
  readonly ledger: Ledger;
  readonly resolver: Resolver;
  /** Somebody is to call its `extendDue` every so often. */
  readonly keeper: HoldKeeper;
  /** As they are now: what a call takes once, at its start. */
  readonly settings: () => LiveSettings;
  /** Where large bodies are read; without them, in this thread. */
  readonly bodyThreads?: Pick<BodyThreads, 'isDear' | 'open'>;
  readonly limits: CallLimits;
  readonly isDraining: () => boolean;
  /** What serves on with what it had before. */
  readonly degraded: () => readonly Degraded[];
  readonly clock: () => number;
  readonly monotonicMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly denials: Pick<Denials, 'note'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly access?: AccessLog | undefined;
  /** Where pages of other origins may call. */
  readonly cors?: Pick<Cors, 'preflight'> | undefined;
}

/** Whose routes a listener has; health and readiness are everybody's. */
export type Serves = 'everything' | 'agents' | 'operator';

/** The gateway as a pure Hono app: every route that there is, and one place that answers refusals. */
export function createApp(deps: GatewayDeps, serves: Serves = 'everything'): Hono<NodeEnv> {
  const authenticate = createAuthenticator(deps);
  /** By the leaf of the macaroon: it was proved already, and that is remembered. */
  const countDenial = ({ code, details }: Problem, headers: Headers): void => {
    // An expired one is not proved again, but says its account; the operator's key is no macaroon.
    const account = code === 'expired' ? details.account : leafOf(authenticate, headers);
    if (account !== undefined && account !== '') deps.denials.note(account, code);
  };

  const trace = (c: Context<NodeEnv>, problem: Problem): void => {
    const { trace } = c.env ?? {};
    if (trace === undefined) return;
    trace.account ??=
      problem.code === 'expired'
        ? problem.details.account
        : leafOf(authenticate, c.req.raw.headers);
    deps.access?.refused(trace, problem);
  };

  const app = new Hono<NodeEnv>();
  if (deps.cors !== undefined) app.options('*', deps.cors.preflight);
  if (deps.access !== undefined) traceOwnRoutes(app, authenticate);
  if (serves !== 'operator') addAgentRoutes(app, deps, authenticate);
  const authorize = createOperatorAuthorizer(deps);
  if (serves !== 'agents') addOperatorApi(app, deps, authorize);
  app.get('/healthz', healthzRoute());
  // Where agents alone call, no operator's key is looked at.
  const isOperator = (c: Context) => serves !== 'agents' && mayReadAll(c, authorize);
  app.get('/readyz', readyzRoute({ ...deps, isOperator }));
  // Deny by default: a route that nobody priced is refused, never passed through.
  app.notFound((c) => {
    const { method, path, raw } = c.req;
    const problem =
      serves === 'operator'
        ? notServedToOperator(method, path)
        : notServed(method, path, raw.headers, shapeOf(c.req));
    trace(c, problem);
    return answerEarly(answerProblem(problem, deps, c.req), c.env);
  });
  app.onError((error, c) => {
    const problem = toProblem(error);
    if (isDenial(problem.code)) countDenial(problem, c.req.raw.headers);
    trace(c, problem);
    return answerEarly(answerProblem(problem, deps, c.req), c.env);
  });
  return app;
}

/** Whose request it was, of routes that are no calls and know nothing of the access log. */
function traceOwnRoutes(app: Hono<NodeEnv>, authenticate: Authenticate): void {
  const traceAnswer: MiddlewareHandler<NodeEnv> = async (c, next) => {
    await next();
    const { trace } = c.env;
    if (trace === undefined) return;
    const { headers } = c.res;
    trace.account ??=
      headers.get('x-bursar-account') ?? leafOf(authenticate, c.req.raw.headers) ?? undefined;
    trace.reservation ??= headers.get('x-bursar-reservation') ?? undefined;
  };
  app.use('/bursar/*', traceAnswer);
  app.use('/v1/models', traceAnswer);
  app.use('/v1/models/*', traceAnswer);
}

/** What holders of macaroons call. */
function addAgentRoutes(app: Hono<NodeEnv>, deps: GatewayDeps, authenticate: Authenticate): void {
  const { ledger, clock, limits } = deps;
  const calls = createCallLog();
  const revocations = new Revocations();
  const { holdTtlMs } = limits;
  const unknownNames = new UnknownNames({ ...deps, ...limits, shared: ledger.shared });
  const inFlight = new InFlight(limits, deps.monotonicMs);
  const makeCall = createCaller({
    ...deps,
    ...{ calls, holdTtlMs, unknownNames, inFlight, revocations, meterLimits: limits },
  });
  const priced = { ...deps, authenticate, makeCall, inFlight, maxBodyBytes: limits.bodyBytes };
  const remember = { shared: ledger.shared, log: deps.log };
  const modelCalls = { ...priced, output: limits, remember, unknownNames };

  for (const [api, path] of Object.entries(API_PATHS) as [Api, string][]) {
    app.post(`/v1${path}`, modelCallRoute(api, modelCalls));
  }
  addStoredResponseRoutes(app, { ...priced, recall: (ids) => ledger.shared.recall(ids) });
  const models = modelsRoute({ ...deps, authenticate });
  app.get('/v1/models', models);
  app.get('/v1/models/*', models);
  app.all('/tools/*', toolsRoute(priced));
  app.get('/bursar/v1/calls/:id', callsRoute({ authenticate, calls }));
  app.get('/bursar/v1/balance', balanceRoute({ authenticate, ledger, clock }));
  app.post('/bursar/v1/activate', activateRoute({ authenticate, ledger, revocations }));
  const makeReservation = createReserver({ ...deps, holdTtlMs, inFlight, revocations });
  addReservationRoutes(app, { ...deps, authenticate, makeReservation, revocations, holdTtlMs });
  for (const path of ['/', '/v1', '/v1/']) app.get(path, rootRoute());
}

/** What holders of an operator's key call, and the metrics. */
function addOperatorApi(app: Hono<NodeEnv>, deps: GatewayDeps, authorize: AuthorizeOperator): void {
  const { ledger } = deps;
  const mint = () => ({ ...deps, ring: deps.keyRing(), openRoot: ledger.openRoot.bind(ledger) });
  const operating = {
    ...accountHandlers(deps),
    'POST /macaroons': macaroonsRoute({ ...deps, mint }),
  };
  addOperatorRoutes(app, '/bursar/v1', operating, authorize);
  app.get('/metrics', metricsRoute(deps));
}

/**
 * Anthropic's own paths, below whatever base URL, and the ones that both providers have when its SDK
 * asks.
 */
function shapeOf({ path, raw }: HonoRequest): ErrorShape | undefined {
  if (OWN_PATHS.test(path)) return undefined;
  if (MESSAGES_PATH.test(path)) return 'anthropic';
  if (raw.headers.has('anthropic-version')) return 'anthropic';
  return path.startsWith('/v1/') ? 'openai' : undefined;
}

const MESSAGES_PATH = /^(?:\/(?:v1|api|anthropic))*\/messages(?:\/|$)/;

/** Of this service, and of tools. */
const OWN_PATHS = /^\/(?:bursar|tools)(?:\/|$)/;

function leafOf(authenticate: Authenticate, headers: Headers): string | undefined {
  try {
    return authenticate(readCredential(headers)).path.at(-1)?.account;
  } catch {
    return undefined;
  }
}

function toProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal_error', { cause: error });
}

function answerProblem(problem: Problem, deps: GatewayDeps, request: HonoRequest): Response {
  const { metrics, log } = deps;
  const { code, details, status } = problem;
  metrics.refusals.inc({ code });
  const shape = shapeOf(request);
  // Only the providers' SDKs read one.
  const requestId = shape === undefined ? undefined : `req_${hex(deps.randomBytes(12))}`;
  const { account, cause } = details;
  const record = { code, status, account, requestId, cause: causeText(cause) };
  if (details.isLogged) return problemResponse(problem, shape, requestId);
  if (status >= 500) log.warn(record, 'refused');
  else log.info(record, 'refused');
  return problemResponse(problem, shape, requestId);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The inner reason, for the log: its message alone, since an error's members can hold anything. */
function causeText(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? '' : `: ${causeText(cause.cause)}`;
  return `${cause.message}${inner}`;
}
