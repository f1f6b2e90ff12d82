import { isDeepStrictEqual } from 'node:util';
import type { GatewayConfig, GatewayLimits } from './types.js';

/** Settings that only a start takes over, by their names in the file. */
const FIXED = {
  listen: 'listen',
  adminListen: 'adminListen',
  tls: 'tls',
  ledgerUrl: 'ledger',
  ledgerTimeoutMs: 'ledgerTimeout',
  ledgerRetainMs: 'ledgerRetain',
  ledgerWait: 'ledgerWait',
  stateDir: 'stateDir',
  accessLog: 'accessLog',
  cors: 'cors',
} as const satisfies { readonly [K in keyof GatewayConfig]?: string };

const FIXED_LIMITS: { readonly [K in keyof GatewayLimits]: string } = {
  bodyBytes: 'body',
  headerBytes: 'header',
  connections: 'connections',
  inFlight: 'inFlight',
  upstreamConnections: 'upstreamConnections',
  uploadBytes: 'uploads',
  freeCallsPerSecond: 'freeCalls',
  headerTimeoutMs: 'headerTimeout',
  requestTimeoutMs: 'requestTimeout',
  drainMs: 'drain',
  holdTtlMs: 'holdTtl',
  defaultOutput: 'defaultOutput',
  defaultReasoningOutput: 'defaultReasoningOutput',
  leastOutput: 'leastOutput',
  unknownInFlight: 'unknownInFlight',
  unknownWaitMs: 'unknownWait',
  drainBound: 'leftTime, leftBytes',
  decode: 'decoded, decodeRatio',
};

/** What differs between the configuration of the start and one of now, and waits for another start. */
export function waitingForStart(started: GatewayConfig, now: GatewayConfig): string[] {
  return [
    ...changed(FIXED, started, now),
    ...changed(FIXED_LIMITS, started.limits, now.limits).map((name) => `limits.${name}`),
  ];
}

function changed<T extends object>(
  names: { readonly [K in keyof T]?: string },
  a: T,
  b: T,
): string[] {
  const all = Object.entries(names) as [keyof T, string][];
  return all.flatMap(([key, name]) => (isDeepStrictEqual(a[key], b[key]) ? [] : [name]));
}
