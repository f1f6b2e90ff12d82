import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { ConfigError } from '../../gateway/config/errors.js';
import { nodeFiles } from '../../gateway/config/files.js';
import { loadConfig } from '../../gateway/config/load.js';
import { readRing, readRingAside } from '../../gateway/config/read-ring.js';
import {
  resolveForReload,
  resolveForServe,
  type ServeConfig,
} from '../../gateway/config/resolve.js';
import { readTlsPair } from '../../gateway/config/tls.js';
import type { GatewayConfig } from '../../gateway/config/types.js';
import type { KeyRingSource } from '../../gateway/key-ring-source.js';
import { createLog, type HidingLog, type Log } from '../../gateway/logging.js';
import type { RunningGateway } from '../../gateway/start.js';
import { DEFAULT_TENANT } from '../../src/minting/terms.js';
import { isSystemError, Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addConfigOption, addExample, type ConfigOption } from '../options.js';
import { loadRequiredConfig } from '../settings.js';
import { describeUpstreams } from '../upstreams.js';
import { renderWelcome } from '../welcome.js';
import { welcomeMacaroon } from '../welcome-macaroon.js';
import { type OpenAccessLog, openAccessLog } from './access-log.js';
import { Reloads } from './reloads.js';

interface ServeOptions extends ConfigOption {
  readonly welcome?: true;
}

export function addServe(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway until SIGTERM or SIGINT, then lets open calls end. SIGHUP reads the ' +
        'configuration again. The log goes to standard error: JSON lines, or readable ones at a terminal.',
    )
    .option(
      '--welcome',
      'print a macaroon of 1000 credits, the one of before while it lasts, and commands to try',
    );
  addConfigOption(command);
  addExample(command, 'bursar serve --config /etc/bursar/bursar.yaml');
  command.action((options: ServeOptions) => serve(io, options));
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
  const reloads = new Reloads(io, () =>
    log.info({}, 'stopping: the configuration is not read again'),
  );
  const loaded = loadRequiredConfig(io, options);
  const config = resolveForServe(loaded, io.env, nodeFiles);
  const { secrets, gateway } = config;
  const log = createLog({
    level: 'info',
    destination: io.err,
    readable: io.err.isTerminal,
    secrets,
  });
  log.info({ config: loaded.document.file }, describeUpstreams(gateway));
  const stopRequest = untilStopRequest(io);
  const access = openAccessLog(io, gateway.accessLog, secrets, log);
  const { running, keyRing, close } = await start(io, config, log, access.log);
  const { file } = loaded.document;
  reloads.begin(() => reload({ io, file, started: config, running, keyRing, log, access }));
  try {
    log.info(describeAddresses(running), 'listening');
    if (options.welcome) {
      const kept = join(dirname(file), 'welcome.json');
      const minted = await welcomeMacaroon(io, kept, running, mintingKeyOf(config));
      const environment = environmentElsewhere(options, gateway, running.url);
      io.out.write(renderWelcome({ url: running.url, ...minted, environment }));
    }
    await stopRequest;
    log.info({}, 'stopping: open calls may end');
  } finally {
    reloads.stop();
    close();
    await running.stop();
    await access.close();
  }
  log.info({}, 'stopped');
}

interface ReloadDeps extends Omit<Started, 'close'> {
  readonly io: Io;
  readonly file: string;
  readonly started: ServeConfig;
  readonly log: HidingLog;
  readonly access: OpenAccessLog;
}

/** All of the changed configuration, or nothing of it. Never throws. */
async function reload(deps: ReloadDeps): Promise<void> {
  const { io, file, started, running, keyRing, log, access } = deps;
  access.reopen();
  // The ring has its own words, and its own place in /readyz.
  await keyRing.reload();
  try {
    const next = resolveForReload(loadConfig(file, nodeFiles), io.env, nodeFiles);
    log.hide(next.secrets);
    access.log?.hide(next.secrets);
    const { gateway: config, operatorKeys } = next;
    const waiting = [
      ...(await running.reload({ config, operatorKeys })),
      ...(isDeepStrictEqual(next.keys, started.keys) ? [] : ['keys']),
    ];
    log.info({ config: file }, `configuration read again: ${describeUpstreams(config)}`);
    if (waiting.length === 0) return;
    log.warn({ settings: waiting }, 'these settings differ, and wait for a restart');
  } catch (error) {
    const why = error instanceof ConfigError ? { mistakes: error.message } : { err: error };
    log.error(
      { config: file, ...why },
      'configuration not read again: the settings of before stay',
    );
  }
}

/** @throws {Refusal} */
function mintingKeyOf({ operatorKeys }: ServeConfig): string {
  const found = operatorKeys.find(
    ({ scope, tenants }) => scope.has('mint') && (tenants?.has(DEFAULT_TENANT) ?? true),
  );
  if (found !== undefined) return found.key;
  throw new Refusal(
    `--welcome needs an operator key that may mint in the tenant ${DEFAULT_TENANT}`,
  );
}

interface Started {
  readonly running: RunningGateway;
  readonly keyRing: KeyRingSource;
  readonly close: () => void;
}

async function start(
  io: Io,
  config: ServeConfig,
  log: Log,
  accessLog: Log | undefined,
): Promise<Started> {
  // Loaded here, so that every other command starts without it.
  const { startGateway } = await import('../../gateway/start.js');
  const { followTlsPair } = await import('../../gateway/tls-source.js');
  const { gateway, operatorKeys } = config;
  const keyRing = await openKeyRing(config, log);
  const { tls: paths } = gateway;
  const tls = paths && followTlsPair(paths, () => readTlsPair(paths, nodeFiles), log, io.clock);
  const close = () => {
    keyRing.close();
    tls?.close();
  };
  try {
    const running = await startGateway({
      ...{ config: gateway, keyRing, operatorKeys, log, tls },
      accessLog,
    });
    return { running, keyRing, close };
  } catch (error) {
    close();
    throw isSystemError(error) && error.syscall === 'listen' ? listenRefusal(error) : error;
  }
}

/** A file is followed; a command runs again at SIGHUP; a descriptor was read, and is gone. */
async function openKeyRing({ keys, keyRing }: ServeConfig, log: Log): Promise<KeyRingSource> {
  const sources = await import('../../gateway/key-ring-source.js');
  switch (keys.kind) {
    case 'file':
      return sources.followKeyRing(keys.file, () => readRing(keys, nodeFiles), log);
    case 'descriptor':
      return sources.fixedKeyRing(keyRing);
    case 'command':
      return sources.reloadableKeyRing(keyRing, () => readRingAside(keys), log);
  }
}

function listenRefusal(error: NodeJS.ErrnoException): Refusal {
  const { address, port } = error as { address?: string; port?: number };
  const why = error.code === 'EADDRINUSE' ? 'something listens there already' : error.message;
  return new Refusal(`can't listen on ${address}, port ${port}: ${why}`);
}

function describeAddresses({ url, adminUrl }: RunningGateway) {
  return url === adminUrl ? { url } : { url, adminUrl };
}

/** What another terminal in this folder can't find by itself. */
function environmentElsewhere({ config }: ConfigOption, { listen }: GatewayConfig, url: string) {
  return {
    ...(config === undefined ? {} : { BURSAR_CONFIG: config }),
    ...(listen.port === 0 ? { BURSAR_GATEWAY: url } : {}),
  };
}

/** Ctrl-C under npm arrives twice: from the terminal, and forwarded by npm. */
const SAME_REQUEST_MS = 1_000;

/** Answers at the first request to stop; at another one after it, the process ends at once. */
function untilStopRequest(io: Io): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    io.onStop(() => {
      if (firstMs === undefined) {
        firstMs = io.clock();
        resolve();
      } else if (io.clock() - firstMs > SAME_REQUEST_MS) {
        io.exit(1);
      }
    });
  });
}
