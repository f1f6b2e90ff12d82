import { expect } from 'vitest';
import { nodeFiles } from '../../../gateway/config/files.js';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../../gateway/model-calls/upstreams.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import type { AnswerRules } from '../../../gateway/providers/answer-rules.js';
import { type Upstream, UpstreamError } from '../../../gateway/upstream/types.js';
import type { ModelPriceList } from '../../../src/pricing/models/index.js';
import { gatewayUnderTest, leafBalance, modelUpstream, type Overrides } from '../harness.js';

/** What an upstream answers in a test. */
export interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or the bytes as they come. */
  readonly body: object | string | readonly (string | Uint8Array)[];
  /** Behind the last piece. */
  readonly breaks?: UpstreamError['failure'];
}

/** An upstream that always answers so, in pieces as no other one is to read it. */
function answering({ status = 200, headers = {}, body, breaks }: Given): Upstream {
  const text = typeof body === 'string' || Array.isArray(body) ? body : JSON.stringify(body);
  const pieces = (typeof text === 'string' ? [text] : text) as readonly (string | Uint8Array)[];
  return {
    send: async () => ({
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: {
        bytes: async () => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))),
        destroy: () => {},
        async *[Symbol.asyncIterator]() {
          for (const piece of pieces) yield Buffer.from(piece as string);
          if (breaks !== undefined) throw new UpstreamError(breaks);
        },
      },
    }),
    close: async () => {},
  };
}

/** The data of these events, each as a piece of its own. */
export function sse(events: readonly (object | string)[]): string[] {
  return events.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
}

/** The shipped prices and these, by model: USD per million tokens. */
export function pricesWith(lines: Readonly<Record<string, object>>): ModelPriceList {
  const dated = Object.entries(lines).map(([model, line]) => [
    model,
    { ...line, source: 'a test', date: '2026-11-22' },
  ]);
  const text = JSON.stringify({ extends: 'shipped', models: Object.fromEntries(dated) });
  return loadPriceList('/own.yaml', {
    read: (path) => (path === SHIPPED_PRICES ? nodeFiles.read(path) : { text, mode: 0o644 }),
  });
}

export interface Charged {
  readonly response: Response;
  readonly text: string;
  /** Micro-dollars, and tokens in millionths. */
  readonly usd: number;
  readonly tokens: number;
  readonly heldUsd: number;
  readonly reading: string | undefined;
  /** Why the hold was charged, as the metric counts it and the log says it. */
  readonly causes: readonly string[];
  readonly logged: readonly string[];
}

/** Makes one call of a gateway of its own, and tells what became of it. */
export async function chargeFor(
  call: { readonly path: string; readonly body: object; readonly headers?: Record<string, string> },
  given: Given | Upstream,
  options: {
    readonly prices?: ModelPriceList;
    readonly answers?: AnswerRules;
    readonly deps?: Overrides;
  } = {},
): Promise<Charged> {
  const prices = options.prices ?? pricesWith({});
  const upstream = 'send' in given ? given : answering(given);
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        apis: new Set([...OPENAI_APIS, ...ANTHROPIC_APIS]),
        models: [{ name: '', prefix: true }],
        answers: options.answers,
        upstream,
      }),
    ],
    prices: () => prices,
    priceList: { defaultMicros: undefined, rules: [] },
    limits: { ...gatewayUnderTest().deps.limits, bodyBytes: 4 * 1024 * 1024 },
    ...options.deps,
  });
  const macaroon = await gateway.mint('1000usd');
  const response = await gateway.app.request(call.path, {
    method: 'POST',
    headers: { 'x-api-key': macaroon, ...call.headers },
    body: JSON.stringify(call.body),
  });
  const text = await response.text().catch(() => '');
  expect(await gateway.resolver.drain(5_000)).toBe(0);
  const { spent, held } = await leafBalance(gateway, macaroon);
  expect(held['usd']).toBe(0);
  const id = response.headers.get('x-bursar-reservation') ?? '';
  const known = await gateway.app.request(`/bursar/v1/calls/${id}`, {
    headers: { 'x-api-key': macaroon },
  });
  const record = (await known.json()) as { held?: { usd: number }; reading?: string };
  const causes = (await gateway.deps.metrics.holdsCharged.get()).values;
  return {
    response,
    text,
    usd: Math.round((spent['usd'] ?? 0) * 1e6),
    tokens: spent['tokens'] ?? 0,
    heldUsd: Math.round((record.held?.usd ?? Number.NaN) * 1e6),
    reading: record.reading,
    causes: causes.flatMap(({ labels, value }) => Array(value).fill(labels.cause)),
    logged: gateway.lines
      .filter(({ message }) => message === 'the hold was charged')
      .map(({ fields }) => String(fields['cause'])),
  };
}
