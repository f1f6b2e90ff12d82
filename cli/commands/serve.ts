import type { Command } from 'commander';
import { nodeFiles } from '../../gateway/config/files.js';
import { resolveForServe, type ServeConfig } from '../../gateway/config/resolve.js';
import { readPrivateText } from '../../gateway/config/secrets.js';
import { readTlsPair } from '../../gateway/config/tls.js';
import type { GatewayConfig } from '../../gateway/config/types.js';
import { createLog, type Log } from '../../gateway/logging.js';
import type { RunningGateway } from '../../gateway/start.js';
import { DEFAULT_TENANT } from '../../src/minting/terms.js';
import { isSystemError, Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addConfigOption, addExample, type ConfigOption } from '../options.js';
import { loadRequiredConfig } from '../settings.js';
import { describeUpstreams } from '../upstreams.js';
import { renderWelcome, WELCOME_TERMS } from '../welcome.js';
import { mintAtGateway } from './mint.js';

interface ServeOptions extends ConfigOption {
  readonly welcome?: true;
}

export function addServe(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway until SIGTERM or SIGINT, then lets open calls end. The log goes to standard ' +
        'error: JSON lines, or readable ones at a terminal.',
    )
    .option('--welcome', 'print a fresh macaroon of 1000 credits, and commands to try');
  addConfigOption(command);
  addExample(command, 'bursar serve --config /etc/bursar/bursar.yaml');
  command.action((options: ServeOptions) => serve(io, options));
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
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
  const { running, close } = await start(io, config, log);
  try {
    log.info(describeAddresses(running), 'listening');
    if (options.welcome) {
      const minted = await mintAtGateway(io, running.adminUrl, mintingKeyOf(config), WELCOME_TERMS);
      const environment = environmentElsewhere(options, gateway, running.url);
      io.out.write(renderWelcome({ url: running.url, ...minted, environment }));
    }
    await stopRequest;
    log.info({}, 'stopping: open calls may end');
  } finally {
    close();
    await running.stop();
  }
  log.info({}, 'stopped');
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
  readonly close: () => void;
}

async function start(io: Io, config: ServeConfig, log: Log): Promise<Started> {
  // Loaded here, so that every other command starts without it.
  const { startGateway } = await import('../../gateway/start.js');
  const { followKeyRing } = await import('../../gateway/key-ring-source.js');
  const { followTlsPair } = await import('../../gateway/tls-source.js');
  const { gateway, keysFile, operatorKeys } = config;
  const readText = (file: string) => readPrivateText(file, nodeFiles);
  const keyRing = followKeyRing(keysFile, readText, log);
  const { tls: paths } = gateway;
  const tls = paths && followTlsPair(paths, () => readTlsPair(paths, nodeFiles), log, io.clock);
  const close = () => {
    keyRing.close();
    tls?.close();
  };
  try {
    const running = await startGateway({ config: gateway, keyRing, operatorKeys, log, tls });
    return { running, close };
  } catch (error) {
    close();
    throw isSystemError(error) && error.syscall === 'listen' ? listenRefusal(error) : error;
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
