import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import type { ConfigOption, GatewayOption } from '../options.js';
import { configuredListen } from '../settings.js';

/** Where a gateway listens when nothing says otherwise. */
const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8787 };

/**
 * The gateway to ask: the one that was named, else where the configuration lets it listen.
 * @throws {UsageError | ConfigError}
 */
export function findGateway(io: Io, options: ConfigOption & GatewayOption): string {
  return (
    namedGateway(io, options.gateway) ??
    localGateway(configuredListen(io, options) ?? DEFAULT_LISTEN)
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
function localGateway({ host, port }: { readonly host: string; readonly port: number }): string {
  if (port === 0) {
    throw new UsageError(
      'listen has port 0, which the system chooses: name the gateway with --gateway URL or $BURSAR_GATEWAY',
    );
  }
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
