import { nodeFiles } from './config/files.js';
import type { GatewayConfig, ProviderUpstream, UpstreamConfig } from './config/types.js';
import type { LiveSettings } from './live-settings.js';
import type { Log } from './logging.js';
import { API_LISTS, type ModelUpstream } from './model-calls/upstreams.js';
import { createFindOperator, type OperatorKey } from './operator/keys.js';
import { followPriceList, onDisk } from './prices/follow.js';
import { ANTHROPIC_VERSION } from './providers/headers.js';
import { DEFAULT_RULES } from './providers/request.js';
import { loadOpenAiTokenizers, type Tokenizers } from './providers/tokenizers.js';
import type { ToolEndpoint } from './routes/tool-endpoint.js';
import { createSandboxUpstream } from './sandbox/upstream.js';
import { createHttpUpstream } from './upstream/http.js';
import { type OpenUpstream, UpstreamPools } from './upstream/pools.js';
import { hideSecrets } from './upstream/secrets/hiding.js';

/** What settings are made of. */
export interface SettingsInput {
  readonly config: GatewayConfig;
  readonly operatorKeys: readonly OperatorKey[];
}

export interface SettingsSource {
  readonly current: () => LiveSettings;
  /**
   * Puts other settings in the place of these, all of them or none.
   * @throws {ConfigError} for a price list with a mistake
   */
  replace(next: SettingsInput): Promise<void>;
  /** Follows the price list no longer. */
  stopFollowing(): void;
  /** Closes every upstream. */
  close(): Promise<void>;
}

/** @throws {ConfigError} for a price list with a mistake */
export async function openSettings(first: SettingsInput, log: Log): Promise<SettingsSource> {
  const pools = new UpstreamPools();
  const { limits } = first.config;
  let tokenizers: Tokenizers | undefined;
  const build = async ({ config, operatorKeys }: SettingsInput) => {
    if (asksTokenizers(config)) tokenizers ??= await loadOpenAiTokenizers();
    const prices = followPriceList({ file: config.pricesFile, files: nodeFiles, ...onDisk, log });
    // How many connections there may be is a limit, and those are the start's.
    const upstreams = pools.replace((open) =>
      openUpstreams({ ...config, limits }, tokenizers, open),
    );
    const findOperator = createFindOperator(operatorKeys);
    const settings: LiveSettings = {
      ...upstreams,
      offUpstreams: config.offUpstreams,
      priceList: config.toolCosts,
      prices: prices.current,
      findOperator,
    };
    return { prices, settings };
  };
  let { prices, settings } = await build(first);
  let list = prices.current();
  const withPrices = (): LiveSettings => ({ ...settings, prices: fixed(list) });
  let value = withPrices();
  return {
    // A list that its file's change has brought is another value of the settings.
    current: () => {
      if (prices.current() !== list) {
        list = prices.current();
        value = withPrices();
      }
      return value;
    },
    replace: async (next) => {
      const built = await build(next);
      prices.close();
      ({ prices, settings } = built);
      list = prices.current();
      value = withPrices();
    },
    stopFollowing: () => prices.close(),
    close: () => pools.close(),
  };
}

function fixed<T>(value: T): () => T {
  return () => value;
}

/** None where no upstream asks for them. */
export function asksTokenizers({ upstreams }: GatewayConfig): boolean {
  return upstreams.some((one) => one.protocol !== 'sandbox' && one.tokenizer === 'openai');
}

function openUpstreams(config: GatewayConfig, loaded: Tokenizers | undefined, open: OpenUpstream) {
  const { upstreamConnections } = config.limits;
  return {
    modelUpstreams: config.upstreams.map((one) =>
      openModelUpstream(one, loaded, upstreamConnections, open),
    ),
    endpoints: openEndpoints(config, open),
  };
}

/** Only who asked for the tokenizers is counted by them. */
function rulesOf({ rules, tokenizer }: ProviderUpstream, loaded: Tokenizers | undefined) {
  return { ...rules, tokenizers: tokenizer === 'openai' ? loaded : undefined };
}

function openModelUpstream(
  config: UpstreamConfig,
  loaded: Tokenizers | undefined,
  connections: number,
  open: OpenUpstream,
): ModelUpstream {
  const { name, models } = config;
  if (config.protocol === 'sandbox') {
    return {
      name,
      models,
      apis: new Set(API_LISTS.sandbox),
      headers: {},
      rules: DEFAULT_RULES,
      upstream: open(['sandbox', name], createSandboxUpstream),
    };
  }
  const { protocol, baseUrl, timeoutMs, answers, query } = config;
  const headers = credentialOf(config);
  // Its answers of errors do not quote its key. What it answers otherwise is not looked at: it would cost each call.
  const secret = { ...config.headers, ...headers };
  const isLookedAt = (status: number) => status >= 400;
  return {
    name,
    models,
    apis: new Set(API_LISTS[protocol]),
    headers,
    added: config.headers,
    rules: rulesOf(config, loaded),
    answers,
    upstream: open(['models', name, baseUrl, timeoutMs, query, secret], () =>
      hideSecrets(createHttpUpstream({ baseUrl, timeoutMs, connections, query }), {
        headers: secret,
        isLookedAt,
      }),
    ),
  };
}

function credentialOf({ protocol, apiKey }: ProviderUpstream): Record<string, string> {
  return protocol === 'openai'
    ? { authorization: `Bearer ${apiKey}` }
    : { 'x-api-key': apiKey, 'anthropic-version': ANTHROPIC_VERSION };
}

function openEndpoints(
  { endpoints, limits }: GatewayConfig,
  open: OpenUpstream,
): Map<string, ToolEndpoint> {
  const { upstreamConnections: connections } = limits;
  return new Map(
    [...endpoints].map(([name, { url, headers, timeoutMs, ...lists }]) => [
      name,
      {
        headers,
        ...lists,
        upstream: open(['tool', name, url, timeoutMs, headers], () =>
          hideSecrets(createHttpUpstream({ baseUrl: url, timeoutMs, connections }), { headers }),
        ),
      },
    ]),
  );
}
