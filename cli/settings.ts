import { nodeFiles } from '../gateway/config/files.js';
import { type FindOptions, findConfig, requireConfig } from '../gateway/config/find.js';
import { type LoadedConfig, loadConfig } from '../gateway/config/load.js';
import { resolveOperatorKey } from '../gateway/config/operators.js';
import { resolveLedger, resolveListen, resolvePricesFile } from '../gateway/config/resolve.js';
import { checkOperatorKey } from '../gateway/config/secrets.js';
import type { Scope } from '../gateway/operator/keys.js';
import { SHIPPED_PRICES } from '../gateway/prices/shipped.js';
import { LEDGER_DEFAULTS, type Ledger, LedgerUnavailable } from '../src/ledger/contract.js';
import { openLedger } from '../src/ledger/open.js';
import { Refusal } from './errors.js';
import type { Io } from './io.js';
import type { ConfigOption } from './options.js';

/** The configuration that a command can't do without. @throws {ConfigError} */
export function loadRequiredConfig(io: Io, options: ConfigOption): LoadedConfig {
  return loadConfig(requireConfig(search(io, options)), nodeFiles);
}

/** Undefined when there is none at all. @throws {ConfigError} */
function loadAnyConfig(io: Io, options: ConfigOption): LoadedConfig | undefined {
  const file = findConfig(search(io, options));
  return file === undefined ? undefined : loadConfig(file, nodeFiles);
}

function search(io: Io, { config: flag }: ConfigOption): FindOptions {
  return { flag, env: io.env, cwd: io.cwd, files: nodeFiles };
}

/** @throws {ConfigError | Refusal} */
export async function openConfiguredLedger(io: Io, loaded: LoadedConfig): Promise<Ledger> {
  const ledgerConfig = resolveLedger(loaded, io.env);
  const { ledgerUrl, ledgerTimeoutMs: timeoutMs, ledgerRetainMs: retainMs } = ledgerConfig;
  const { ledgerWait: wait } = ledgerConfig;
  const own = { timeoutMs, retainMs, clock: io.clock, ...(wait && { wait }) };
  const options = { ...LEDGER_DEFAULTS, ...own };
  let ledger: Ledger | undefined;
  try {
    ledger = await openLedger(ledgerUrl, options);
    await ledger.ping();
    return ledger;
  } catch (error) {
    await ledger?.close();
    if (!(error instanceof LedgerUnavailable)) throw error;
    throw new Refusal(`the ledger, ${withoutPassword(ledgerUrl)}: ${error.message}`);
  }
}

/** The ledger's URL, to show. What follows `?` is the sentinels' password. */
export function withoutPassword(ledgerUrl: string): string {
  return ledgerUrl.replace(/^([a-z+]+:\/\/)[^/]*@/, '$1…@').replace(/\?.*$/, '?…');
}

/**
 * The operator's key to ask a gateway with: `$BURSAR_OPERATOR_KEY`, else the configuration's.
 * @param scopes what the command needs of it; the first it can't do without
 * @throws {ConfigError | SecretError | Refusal}
 */
export function findOperatorKey(io: Io, options: ConfigOption, scopes: readonly Scope[]): string {
  const fromEnv = io.env['BURSAR_OPERATOR_KEY'] ?? '';
  if (fromEnv !== '') return checkOperatorKey(fromEnv);
  const loaded = loadAnyConfig(io, options);
  if (loaded === undefined) {
    throw new Refusal(
      "found no operator's key: expected a configuration that names one, or $BURSAR_OPERATOR_KEY",
    );
  }
  const key = resolveOperatorKey(loaded, io.env, nodeFiles, scopes);
  if (key !== undefined) return key;
  throw new Refusal(
    `found no operator key with the scope ${scopes[0]} in ${loaded.document.file}: ` +
      'add one to operatorKeys, or set $BURSAR_OPERATOR_KEY',
  );
}

/** Where the configuration says that the gateway listens, and with TLS; undefined without one. */
export function configuredListen(io: Io, options: ConfigOption) {
  const loaded = loadAnyConfig(io, options);
  return loaded === undefined ? undefined : resolveListen(loaded, io.env);
}

/** The price list that a gateway of this configuration reads: without one, the shipped list. */
export function findPricesFile(io: Io, options: ConfigOption): string {
  const loaded = loadAnyConfig(io, options);
  return loaded === undefined ? SHIPPED_PRICES : resolvePricesFile(loaded, io.env);
}
