import { passwordsIn } from '../../src/ledger/redis/address.js';
import type { KeyRing } from '../../src/macaroon/index.js';
import type { OperatorKey } from '../operator/keys.js';
import { loadPriceList } from '../prices/load.js';
import { SHIPPED_PRICES } from '../prices/shipped.js';
import { ConfigError, type ConfigProblem } from './errors.js';
import type { FileReader } from './files.js';
import { type LedgerPlace, readNameRule } from './grammar.js';
import type { Environment } from './interpolate.js';
import { type KeysPlace, settingOf, toKeysPlace } from './keys-place.js';
import { type LoadedConfig, readSettings } from './load.js';
import { readOperatorKeys } from './operators.js';
import { pathBeside } from './paths.js';
import { readRing } from './read-ring.js';
import { type SettingName, type Settings, settings } from './schema.js';
import { SecretError } from './secrets.js';
import { checkTlsPair, type TlsPaths } from './tls.js';
import type { EndpointConfig, GatewayConfig } from './types.js';
import { lowered, splitUpstreams } from './upstreams.js';

type Files = Pick<FileReader, 'read'>;

/** What `serve` needs: every value checked, every secret in place. */
export interface ServeConfig {
  readonly gateway: GatewayConfig;
  /** Where the key ring came from, and what it was. */
  readonly keys: KeysPlace;
  readonly keyRing: KeyRing;
  /** At least one; `operatorKey` first. */
  readonly operatorKeys: readonly OperatorKey[];
  /** Every secret of the configuration, for the log to remove. */
  readonly secrets: readonly string[];
}

/**
 * Everything, for `serve` and `config check`.
 * @throws {ConfigError} with every mistake of the settings, or else of the files that they name
 */
export function resolveForServe(loaded: LoadedConfig, env: Environment, files: Files): ServeConfig {
  const all = readSettings(loaded, Object.keys(settings) as SettingName[], env);
  const keys = toKeysPlace(loaded, all);
  const gateway = toGatewayConfig(loaded, all);
  const [, [keyRing, operatorKeys]] = collect(
    () => checkFiles(loaded, all, gateway, files),
    () =>
      collect(
        () => atSetting(loaded, settingOf(keys), () => readRing(keys, files)),
        () => readOperatorKeys(loaded, all, files),
      ),
  );
  return { gateway, keys, keyRing, operatorKeys, secrets: listSecrets(gateway, operatorKeys) };
}

/**
 * What a running gateway takes over, and what it compares with its start. The key ring is not read: its
 * source does that by itself.
 * @throws {ConfigError} with every mistake of the settings, or else of the files that they name
 */
export function resolveForReload(
  loaded: LoadedConfig,
  env: Environment,
  files: Files,
): Omit<ServeConfig, 'keyRing'> {
  const all = readSettings(loaded, Object.keys(settings) as SettingName[], env);
  const keys = toKeysPlace(loaded, all);
  const gateway = toGatewayConfig(loaded, all);
  const [, operatorKeys] = collect(
    () => checkFiles(loaded, all, gateway, files),
    () => readOperatorKeys(loaded, all, files),
  );
  return { gateway, keys, operatorKeys, secrets: listSecrets(gateway, operatorKeys) };
}

const LEDGER_SETTINGS = ['ledger', 'ledgerTimeout', 'ledgerRetain', 'ledgerWait'] as const;
type LedgerSettings = Pick<Settings, (typeof LEDGER_SETTINGS)[number]>;

/** Where the ledger is, for commands that open it themselves. @throws {ConfigError} */
export function resolveLedger(loaded: LoadedConfig, env: Environment) {
  return toLedger(loaded, readSettings(loaded, LEDGER_SETTINGS, env));
}

/** Where a gateway of this configuration keeps its own files: an absolute path. @throws {ConfigError} */
export function resolveStateDir(loaded: LoadedConfig, env: Environment): string {
  return pathBeside(loaded, readSettings(loaded, ['stateDir'], env).stateDir);
}

/** Where the key ring comes from; it is not looked at. @throws {ConfigError} */
export function resolveKeys(loaded: LoadedConfig, env: Environment): KeysPlace {
  return toKeysPlace(loaded, readSettings(loaded, ['keys', 'keysCommand'], env));
}

/** The price list's file, as an absolute path; it is not looked at. @throws {ConfigError} */
export function resolvePricesFile(loaded: LoadedConfig, env: Environment): string {
  return toPricesFile(loaded, readSettings(loaded, ['prices'], env));
}

/** Where a running gateway is, and whether it speaks TLS. @throws {ConfigError} */
export function resolveListen(loaded: LoadedConfig, env: Environment) {
  const { listen, adminListen, tls } = readSettings(loaded, LISTEN_SETTINGS, env);
  return { listen, adminListen: adminListen ?? listen, isTls: tls !== undefined };
}

const LISTEN_SETTINGS = ['listen', 'adminListen', 'tls'] as const;

function toPricesFile(loaded: LoadedConfig, { prices }: Pick<Settings, 'prices'>): string {
  return prices === undefined ? SHIPPED_PRICES : pathBeside(loaded, prices);
}

function checkFiles(loaded: LoadedConfig, all: Settings, gateway: GatewayConfig, files: Files) {
  const { tls } = gateway;
  collect(
    () => checkOwnPrices(all, gateway, files),
    () => tls && checkTlsPair(loaded, tls, files),
  );
}

/** A list of the operator's own must be good at the start; the shipped one is the tests' to check. */
function checkOwnPrices(all: Settings, { pricesFile }: GatewayConfig, files: Files): void {
  if (all.prices !== undefined) loadPriceList(pricesFile, files);
}

function toGatewayConfig(loaded: LoadedConfig, all: Settings): GatewayConfig {
  const { upstreamTimeout, ...limits } = all.limits;
  const endpoints = Object.entries(all.tools.endpoints);
  return {
    listen: all.listen,
    ...toAdminListen(loaded, all),
    ...(all.tls && { tls: toTlsPaths(loaded, all.tls) }),
    ...toLedger(loaded, all),
    stateDir: pathBeside(loaded, all.stateDir),
    ...splitUpstreams(loaded, all.upstreams, all.limits),
    toolCosts: {
      defaultMicros: all.tools.defaultCost,
      rules: Object.entries(all.tools.costs).map(([rule, { credits, usd }]) => ({
        ...readNameRule(rule),
        micros: credits,
        usdMicros: usd,
      })),
    },
    pricesFile: toPricesFile(loaded, all),
    ...toAccessLog(loaded, all),
    ...(all.cors.length === 0 ? {} : { cors: all.cors }),
    endpoints: new Map(
      endpoints.map(([name, endpoint]) => [name, toEndpoint(endpoint, upstreamTimeout)]),
    ),
    limits: {
      bodyBytes: limits.body,
      headerBytes: limits.header,
      connections: limits.connections,
      inFlight: limits.inFlight,
      upstreamConnections: limits.upstreamConnections,
      uploadBytes: limits.uploads,
      freeCallsPerSecond: limits.freeCalls,
      headerTimeoutMs: limits.headerTimeout,
      requestTimeoutMs: limits.requestTimeout,
      drainMs: limits.drain,
      holdTtlMs: limits.holdTtl,
      defaultOutput: limits.defaultOutput,
      defaultReasoningOutput: limits.defaultReasoningOutput,
      leastOutput: limits.leastOutput,
      unknownInFlight: limits.unknownInFlight,
      unknownWaitMs: limits.unknownWait,
      drainBound: { ms: limits.leftTime, bytes: limits.leftBytes },
      decode: { bytes: limits.decoded, ratio: limits.decodeRatio },
    },
  };
}

function toAccessLog(
  loaded: LoadedConfig,
  { accessLog }: Pick<Settings, 'accessLog'>,
): Pick<GatewayConfig, 'accessLog'> {
  if (accessLog === undefined) return {};
  return { accessLog: accessLog === true ? true : pathBeside(loaded, accessLog) };
}

function toTlsPaths(loaded: LoadedConfig, { cert, key }: TlsPaths): TlsPaths {
  return { cert: pathBeside(loaded, cert), key: pathBeside(loaded, key) };
}

function toAdminListen(
  { document }: LoadedConfig,
  { listen, adminListen }: Pick<Settings, 'listen' | 'adminListen'>,
): Pick<GatewayConfig, 'adminListen'> {
  if (adminListen === undefined) return {};
  const { host, port } = adminListen;
  if (port === 0 || port !== listen.port || host !== listen.host) return { adminListen };
  const at = document.valueAt(['adminListen']);
  const [found, expected] = ['the address of listen', 'another port'];
  throw new ConfigError([{ file: document.file, at, setting: 'adminListen', found, expected }]);
}

function toEndpoint(
  { url, headers, timeout, methods, paths }: Settings['tools']['endpoints'][string],
  defaultTimeoutMs: number,
): EndpointConfig {
  return {
    url,
    headers: lowered(headers),
    timeoutMs: timeout ?? defaultTimeoutMs,
    ...(methods && { methods }),
    ...(paths && { paths }),
  };
}

function toLedger(
  loaded: LoadedConfig,
  { ledger, ledgerTimeout, ledgerRetain, ledgerWait }: LedgerSettings,
): Pick<GatewayConfig, 'ledgerUrl' | 'ledgerTimeoutMs' | 'ledgerRetainMs' | 'ledgerWait'> {
  const own = {
    ledgerUrl: toLedgerUrl(loaded, ledger),
    ledgerTimeoutMs: ledgerTimeout,
    ledgerRetainMs: ledgerRetain,
  };
  if (ledgerWait === undefined) return own;
  const { file, valueAt } = loaded.document;
  const refuse = (setting: string, found: string, expected: string) => {
    const at = valueAt(['ledgerWait']);
    return new ConfigError([{ file, at, setting, found, expected }]);
  };
  if (ledger.engine !== 'redis') {
    throw refuse('ledgerWait', 'a ledger without replicas', 'a ledger in Redis, or no ledgerWait');
  }
  if (ledgerWait.timeout >= ledgerTimeout) {
    const found = `${ledgerWait.timeout}ms`;
    throw refuse('ledgerWait.timeout', found, `less than ledgerTimeout, ${ledgerTimeout}ms`);
  }
  const { replicas, timeout } = ledgerWait;
  return { ...own, ledgerWait: { replicas, timeoutMs: timeout } };
}

function toLedgerUrl(loaded: LoadedConfig, place: LedgerPlace): string {
  return place.engine === 'sqlite' ? `sqlite:${pathBeside(loaded, place.path)}` : place.url;
}

function listSecrets(gateway: GatewayConfig, operatorKeys: readonly OperatorKey[]): string[] {
  const { upstreams, endpoints, ledgerUrl } = gateway;
  const sent = upstreams.flatMap((one) =>
    one.protocol === 'sandbox'
      ? []
      : [one.apiKey, ...Object.values(one.headers), ...Object.values(one.query)],
  );
  const headers = [...endpoints.values()].flatMap((endpoint) => Object.values(endpoint.headers));
  return [
    ...new Set([
      ...operatorKeys.map(({ key }) => key),
      ...sent,
      ...headers,
      ...passwordsIn(ledgerUrl),
    ]),
  ];
}

/** Says where in the configuration the refused secret is named. */
function atSetting<T>({ document }: LoadedConfig, setting: SettingName, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    const { found, expected } = error;
    const at = document.valueAt([setting]);
    throw new ConfigError([{ file: document.file, at, setting, found, expected }]);
  }
}

/** Both, or the problems of both. */
function collect<A, B>(readA: () => A, readB: () => B): [A, B] {
  const problems: ConfigProblem[] = [];
  const attempt = <T>(read: () => T): { readonly value: T } | undefined => {
    try {
      return { value: read() };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const a = attempt(readA);
  const b = attempt(readB);
  if (a === undefined || b === undefined) throw new ConfigError(problems);
  return [a.value, b.value];
}
