import type { Command } from 'commander';
import { ConfigError } from '../../gateway/config/errors.js';
import { nodeFiles } from '../../gateway/config/files.js';
import { resolveForServe, type ServeConfig } from '../../gateway/config/resolve.js';
import type { GatewayConfig } from '../../gateway/config/types.js';
import type { OperatorKey } from '../../gateway/operator/keys.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addJsonOption,
  type ConfigOption,
  type JsonOption,
} from '../options.js';
import { loadRequiredConfig, withoutPassword } from '../settings.js';
import { describeUpstreams } from '../upstreams.js';

export function addConfig(program: Command, io: Io): void {
  const config = program
    .command('config')
    .summary('check the configuration')
    .description(
      'The configuration: --config, else $BURSAR_CONFIG, else bursar.yaml, else .bursar/bursar.yaml.',
    );
  addExample(config, 'bursar config check');

  const check = config
    .command('check')
    .description(
      'Reads the configuration and all that "bursar serve" would need of it, and tells every mistake ' +
        'with its line, what was found and what was expected. Connects to nothing.',
    );
  addConfigOption(check);
  addJsonOption(check);
  addExample(check, 'bursar config check --config /etc/bursar/bursar.yaml');
  check.action((options: ConfigOption & JsonOption) => checkConfig(io, options));
}

function checkConfig(io: Io, options: ConfigOption & JsonOption): void {
  try {
    const loaded = loadRequiredConfig(io, options);
    const config = resolveForServe(loaded, io.env, nodeFiles);
    io.out.write(renderSummary(loaded.document.file, config, options));
  } catch (error) {
    if (options.json && error instanceof ConfigError) {
      io.out.write(`${JSON.stringify({ ok: false, problems: error.problems })}\n`);
    }
    throw error;
  }
}

function renderSummary(file: string, config: ServeConfig, { json }: JsonOption): string {
  const { gateway, operatorKeys } = config;
  const { tls } = gateway;
  const listen = formatAddress(gateway.listen);
  const adminListen = gateway.adminListen && formatAddress(gateway.adminListen);
  const ledger = withoutPassword(gateway.ledgerUrl);
  const tools = [...gateway.endpoints.keys()];
  if (json) {
    const upstreams = gateway.upstreams.map(({ name }) => name);
    const off = gateway.offUpstreams.map(({ name, why }) => ({ name, why }));
    const keys = operatorKeys.map(({ name, scope, tenants }) => ({
      ...{ name, scope: [...scope] },
      tenants: tenants && [...tenants],
    }));
    const found = {
      ok: true,
      file,
      listen,
      adminListen,
      tls,
      ledger,
      operatorKeys: keys,
      upstreams,
      off,
      tools,
    };
    return `${JSON.stringify(found)}\n`;
  }
  return (
    `OK         ${file}\n` +
    `listen     ${listen}${tls === undefined ? '' : ', with TLS'}\n` +
    (adminListen === undefined ? '' : `operator   ${adminListen}\n`) +
    `ledger     ${ledger}\n` +
    `keys       ${operatorKeys.map(describeKey).join('\n           ')}\n` +
    `upstreams  ${describeUpstreams(gateway)}\n` +
    `tools      ${tools.length === 0 ? 'none' : tools.join(' ')}\n`
  );
}

function describeKey({ name, scope, tenants }: OperatorKey): string {
  const where = tenants === undefined ? 'every tenant' : [...tenants].join(' ');
  return `${name}: ${[...scope].join(' ')}; ${where}`;
}

function formatAddress({ host, port }: GatewayConfig['listen']): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
