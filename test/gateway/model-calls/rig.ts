import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { nodeFiles } from '../../../gateway/config/files.js';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../../gateway/model-calls/upstreams.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { startServer } from '../../../gateway/server.js';
import { createHttpUpstream } from '../../../gateway/upstream/http.js';
import { costOf } from '../../../src/pricing/models/index.js';
import { totalTokens } from '../../../src/pricing/usage.js';
import {
  type ProviderOptions,
  type ProviderStub,
  startProvider,
} from '../../upstreams/provider.js';
import {
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  modelUpstream,
  type Overrides,
} from '../harness.js';

export const SHIPPED = loadPriceList(SHIPPED_PRICES, nodeFiles);

type SeenCall = ProviderStub['seen'][number];

/** What a call has to be charged: the provider's own count, at the shipped prices. */
export function dueOf(model: string, { answer }: SeenCall): { usd: number; tokens: number } {
  const { billed } = answer;
  const price = SHIPPED.find(model);
  if (billed === undefined || price === undefined) throw new Error(`no bill for ${model}`);
  const cost = costOf(price, billed);
  if (cost.status !== 'priced') throw new Error(`no price for ${model}`);
  return { usd: cost.micros, tokens: totalTokens(billed) };
}

export interface Rig extends GatewayUnderTest {
  readonly url: string;
  readonly provider: ProviderStub;
  /** The official SDKs, unchanged: a base URL, and the macaroon as their key. */
  openai(macaroon: string): OpenAI;
  anthropic(macaroon: string): Anthropic;
  /** What a macaroon's own account has spent, in whole units, and holds. */
  spent(macaroon: string): Promise<{ spent: Record<string, number>; held: Record<string, number> }>;
  close(): Promise<void>;
}

const SOCKETS = {
  headerBytes: 16 * 1024,
  connections: 1_024,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
};

/** The gateway on a socket with the shipped prices, in front of stubs that speak the real protocols. */
export async function startRig(
  options: ProviderOptions = {},
  overrides: Overrides = {},
): Promise<Rig> {
  const provider = await startProvider(options);
  const upstream = createHttpUpstream({ baseUrl: `${provider.url}/v1`, timeoutMs: 30_000 });
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        name: 'openai',
        apis: new Set(OPENAI_APIS),
        models: [
          { name: 'gpt-', prefix: true },
          { name: 'text-embedding-', prefix: true },
        ],
        headers: { authorization: 'Bearer provider-key' },
        upstream,
      }),
      modelUpstream({
        name: 'anthropic',
        apis: new Set(ANTHROPIC_APIS),
        models: [{ name: 'claude-', prefix: true }],
        headers: { 'x-api-key': 'provider-key', 'anthropic-version': '2023-06-01' },
        upstream,
      }),
    ],
    prices: () => SHIPPED,
    priceList: { defaultMicros: undefined, rules: [] },
    ...overrides,
  });
  const listen = { host: '127.0.0.1', port: 0 };
  const server = await startServer(gateway.app, { listen, limits: SOCKETS });
  return {
    ...gateway,
    url: server.url,
    provider,
    openai: (apiKey) => new OpenAI({ baseURL: `${server.url}/v1`, apiKey }),
    anthropic: (apiKey) => new Anthropic({ baseURL: server.url, apiKey }),
    spent: async (macaroon) => leafBalance(gateway, macaroon),
    close: async () => {
      await server.drain(0);
      await upstream.close();
      await provider.close();
    },
  };
}
