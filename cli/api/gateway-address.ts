import { ConfigError } from '../../gateway/config/errors.js';
import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import type { ConfigOption, GatewayOption } from '../options.js';
import { configuredListen } from '../settings.js';

/** Where a gateway listens when nothing says otherwise. */
const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8787 };
const DEFAULT_ADDRESSES = { listen: DEFAULT_LISTEN, adminListen: DEFAULT_LISTEN, isTls: false };

/**
 * The gateway to ask: the one that was named, else where the configuration lets it listen.
 * @throws {UsageError | ConfigError}
 */
export function findGateway(io: Io, options: ConfigOption & GatewayOption): string {
  const named = namedGateway(io, options.gateway);
  if (named !== undefined) return named;
  const { listen, isTls } = configuredListen(io, options) ?? DEFAULT_ADDRESSES;
  if (listen.port === 0) throw unknownPort('listen');
  return localGateway(listen, isTls);
}

/**
 * The gateway that was named, for the operator: where that is the configured one's `listen`, and it
 * has a listener for the operator, that one. So one `$BURSAR_GATEWAY` serves all commands.
 * @throws {UsageError}
 */
export function namedOperatorGateway(
  io: Io,
  options: ConfigOption & GatewayOption,
): string | undefined {
  const named = namedGateway(io, options.gateway);
  if (named === undefined) return undefined;
  const { listen, adminListen, isTls } = tryConfiguredListen(io, options);
  const isConfigured = withoutLocalName(named) === withoutLocalName(localGateway(listen, isTls));
  if (!isConfigured || adminListen === listen) return named;
  if (adminListen.port === 0) throw unknownPort('adminListen');
  return localGateway(adminListen, isTls);
}

/** Who names a gateway needs no configuration: one that can't be read says nothing here. */
function tryConfiguredListen(io: Io, options: ConfigOption) {
  try {
    return configuredListen(io, options) ?? DEFAULT_ADDRESSES;
  } catch (error) {
    if (error instanceof ConfigError) return DEFAULT_ADDRESSES;
    throw error;
  }
}

function withoutLocalName(url: string): string {
  return url.replace('//localhost:', '//127.0.0.1:');
}

function unknownPort(setting: string): UsageError {
  return new UsageError(
    `${setting} has port 0, which the system chooses: name the gateway with --gateway URL or $BURSAR_GATEWAY`,
  );
}

/**
 * The gateway that `--gateway` or `$BURSAR_GATEWAY` names, without a trailing slash; undefined when
 * neither does.
 * @throws {UsageError}
 */
export function namedGateway(io: Io, option: string | undefined): string | undefined {
  if (option !== undefined) return checkGateway('--gateway', option);
  const fromEnv = io.env['BURSAR_GATEWAY'] ?? '';
  return fromEnv === '' ? undefined : checkGateway('$BURSAR_GATEWAY', fromEnv);
}

function checkGateway(source: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    (url?.protocol === 'http:' || url?.protocol === 'https:') &&
    `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (url === undefined || !isPlain) {
    throw new UsageError(
      `${source}: found ${JSON.stringify(url === undefined ? text : url.protocol)}, ` +
        'expected a URL such as http://127.0.0.1:8787, without credentials, query or fragment',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** The URL at which a gateway of this machine is reached that listens there. */
function localGateway(
  { host, port }: { readonly host: string; readonly port: number },
  isTls: boolean,
): string {
  const scheme = isTls ? 'https' : 'http';
  if (host === '0.0.0.0') return `${scheme}://127.0.0.1:${port}`;
  if (host === '::') return `${scheme}://[::1]:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
