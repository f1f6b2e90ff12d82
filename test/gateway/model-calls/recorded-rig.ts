import { readFileSync } from 'node:fs';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../../gateway/model-calls/upstreams.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { type ModelPrice, upperBound } from '../../../src/pricing/models/index.js';
import type { RecordedAnswer } from '../../recorded/answer.js';
import { withUsage } from '../../recorded/billing.js';
import { type Conversation, limitOf, type NextRequest, requestOf } from '../../recorded/history.js';
import { honestTokens } from '../../recorded/honest.js';
import { searchesOf } from '../../recorded/runs.js';
import { wireOf } from '../../recorded/wire.js';
import { memoryFiles } from '../config/memory-files.js';
import {
  bearer,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  modelUpstream,
} from '../harness.js';

/** Lines for the providers that the shipped list leaves out. */
const OWN_PRICES = `extends: shipped
models:
  anthropic/claude-opus-4.5: {input: 5, cachedInput: 0.5, cacheWrite: 6.25, cacheWriteLong: 10, output: 25, contextWindow: 200000, maxOutput: 64000, source: a test, date: 2026-11-22}
  grok-4.3: {input: 1.25, cachedInput: 0.2, output: 2.5, contextWindow: 1000000, maxOutput: 100000, source: a test, date: 2026-11-22}
  magistral-medium-latest: {input: 2, cachedInput: 2, output: 5, contextWindow: 128000, maxOutput: 40000, source: a test, date: 2026-11-22}
  Qwen/Qwen3-8B: {input: 0.1, cachedInput: 0.1, output: 0.3, contextWindow: 131072, maxOutput: 32768, source: a test, date: 2026-11-22}
`;

const FILE = '/etc/bursar/prices.yaml';
const PRICES = loadPriceList(
  FILE,
  memoryFiles({
    [FILE]: { text: OWN_PRICES },
    [SHIPPED_PRICES]: { text: readFileSync(SHIPPED_PRICES, 'utf8') },
  }),
);

export interface RecordedRig {
  readonly gateway: GatewayUnderTest;
  readonly macaroon: string;
}

/** A gateway in front of whatever answers the next call, and a budget that is always enough. */
export async function openRecordedRig(): Promise<RecordedRig> {
  const plain = gatewayUnderTest();
  const { upstream } = plain;
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        name: 'anthropic',
        apis: new Set(ANTHROPIC_APIS),
        models: [{ name: 'claude-', prefix: true }],
        upstream,
      }),
      modelUpstream({
        name: 'openai',
        apis: new Set(OPENAI_APIS),
        models: [{ name: '', prefix: true }],
        upstream,
      }),
    ],
    prices: () => PRICES,
    priceList: { defaultMicros: undefined, rules: [] },
    limits: { ...plain.deps.limits, bodyBytes: 8 * 1024 * 1024 },
  });
  return { gateway: { ...gateway, upstream }, macaroon: await gateway.mint('1000000usd') };
}

export interface Asking {
  readonly stream: boolean;
  /** Of the output; undefined where the client states none. */
  readonly limit: number | undefined;
}

/** What was held while the provider answered, and charged in the end, in micro-dollars. */
export interface Charged {
  readonly status: number;
  readonly text: string;
  /** 0 where the call did not reach the provider. */
  readonly heldMicros: number;
  readonly chargedMicros: number;
}

export type Outcome =
  | { readonly status: 'refused'; readonly why: string }
  | {
      readonly status: 'answered';
      readonly heldMicros: number;
      readonly chargedMicros: number;
      /** What the provider billed. */
      readonly billedMicros: number;
      /** What the request costs with its whole output, no cache hits and the hold's own write price. */
      readonly fullMicros: number;
    };

const micros = (usd: number | undefined): number => Math.round((usd ?? 0) * 1e6);

type Body = Readonly<Record<string, unknown>>;

export interface ProviderAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: readonly string[];
}

/** Sends a request, and has the provider answer what it got. */
export async function call(
  { gateway, macaroon }: RecordedRig,
  { path, headers, body }: NextRequest,
  answer: (sent: Body) => ProviderAnswer,
): Promise<Charged> {
  const before = await leafBalance(gateway, macaroon);
  let heldMicros = 0;
  gateway.upstream.answer = async (request) => {
    const sent = JSON.parse(Buffer.from(request.body ?? []).toString()) as Body;
    const { held } = await leafBalance(gateway, macaroon);
    heldMicros = micros(held['usd']);
    const { status, contentType, pieces } = answer(sent);
    return { status, headers: { 'content-type': contentType }, body: pieces };
  };
  const response = await gateway.app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(macaroon), ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { spent } = await leafBalance(gateway, macaroon);
  const chargedMicros = micros(spent['usd']) - micros(before.spent['usd']);
  return { status: response.status, text, heldMicros, chargedMicros };
}

/**
 * Asks for the next turn of a conversation. The provider gives this answer, bills the request's real
 * tokens and as much output as the limit allows.
 */
export async function askNext(
  rig: RecordedRig,
  conversation: Conversation,
  answer: RecordedAnswer,
  asking: Asking,
): Promise<Outcome> {
  const { api, model } = conversation;
  const request = requestOf(conversation, asking);
  const price = PRICES.find(model);
  if (price === undefined) throw new Error(`no price of ${model}`);
  let costs = { billedMicros: 0, fullMicros: 0 };
  const { status, text, ...charged } = await call(rig, request, (sent) => {
    const searches = searchesOf(answer);
    // After each run the model reads everything again.
    const input = honestTokens(api, request.body) * (searches + 1);
    const output = limitOf(api, sent);
    costs = costsOf(price, conversation, { input, output, searches, body: request.body });
    const said = withUsage(answer, { input, output, usd: costs.billedMicros / 1e6 });
    return { status: 200, ...wireOf(said, asking.stream) };
  });
  if (status !== 200) return { status: 'refused', why: `${status} ${text}` };
  return { status: 'answered', ...charged, ...costs };
}

interface Counted {
  readonly input: number;
  readonly output: number;
  readonly searches: number;
  readonly body: Body;
}

function costsOf(
  price: ModelPrice,
  { api }: Conversation,
  { input, output, searches, body }: Counted,
) {
  const serverTools = { web_search: searches };
  const bound = { inputTokens: input, outputTokens: output, serverTools };
  const choices = Number(body['n'] ?? 1);
  const cacheWrites = api === 'messages' ? marksOf(body) : 'unstated';
  return {
    billedMicros: toMicros(upperBound(price, { ...bound, cacheWrites: 'none' })),
    fullMicros: toMicros(upperBound(price, { ...bound, choices, cacheWrites })),
  };
}

function toMicros(cost: ReturnType<typeof upperBound>): number {
  if (cost.status !== 'priced') throw new Error(`no price: ${cost.status}`);
  return cost.micros;
}

/** Which cache entries a request asks Anthropic to write. */
function marksOf(body: unknown): 'none' | 'short' | 'long' {
  const text = JSON.stringify(body);
  if (!text.includes('"cache_control":{')) return 'none';
  return text.includes('"ttl":"1h"') ? 'long' : 'short';
}
