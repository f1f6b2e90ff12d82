import { createConnection, type Socket } from 'node:net';
import { startServer } from '../../../gateway/server.js';
import type { Ledger } from '../../../src/ledger/contract.js';
import { createModelPriceList } from '../../../src/pricing/models/index.js';
import { price, rates } from '../../pricing/models/fixture.js';
import {
  bearer,
  type GatewayUnderTest,
  gatewayUnderTest,
  modelUpstream,
  OPERATOR_KEY,
  StubUpstream,
} from '../harness.js';

/** So few that an attack of a dozen requests can fill them. */
export const SMALL = { maxAccountsPerRoot: 64, maxHoldsPerRoot: 64 };

const PAID = price({
  default: rates([{ aboveInputTokens: 0, input: 1_000_000, output: 4_000_000 }]),
});
const GRATIS = price({ default: rates([{ aboveInputTokens: 0, input: 0, output: 0 }]) });

export interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly cost: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What the upstream says of a call that it did: its usage, nothing of it, or an error of its own. */
export type Telling = 'usage' | 'nothing' | 'error';

/**
 * A gateway on a ledger with little room, an upstream that answers as the caller wrote in `user`, and
 * a socket for those that want to be slow.
 */
export class Arena {
  readonly gateway: GatewayUnderTest;
  readonly #url: URL;
  readonly #drain: () => Promise<void>;
  readonly #slow = new Set<Socket>();

  private constructor(gateway: GatewayUnderTest, url: string, drain: () => Promise<void>) {
    this.gateway = gateway;
    this.#url = new URL(url);
    this.#drain = drain;
  }

  static async start(ledger: Ledger): Promise<Arena> {
    const upstream = new StubUpstream();
    const gateway = gatewayUnderTest({
      ledger,
      modelUpstreams: [
        modelUpstream({
          models: [
            { name: 'gpt-', prefix: true },
            { name: 'omni-moderation-', prefix: true },
          ],
          upstream,
        }),
      ],
      clock: Date.now,
      monotonicMs: () => performance.now(),
      prices: () =>
        createModelPriceList([
          { name: 'gpt-paid', prefix: false, price: PAID },
          { name: 'gpt-gratis', prefix: false, price: GRATIS },
        ]),
      priceList: {
        defaultMicros: undefined,
        rules: [
          { name: 'gpt-paid', prefix: false, micros: 1_000_000 },
          { name: 'gpt-gratis', prefix: false, micros: 0 },
          { name: 'gratis', prefix: false, micros: 0 },
          { name: 'web_search', prefix: false, micros: 1_000_000 },
        ],
      },
    });
    gateway.clock.nowMs = Date.now();
    upstream.answer = ({ body }) => answerOf(Buffer.from(body ?? '').toString());
    const server = await startServer(gateway.app, {
      listen: { host: '127.0.0.1', port: 0 },
      limits: {
        headerBytes: 16 * 1024,
        connections: 1_024,
        headerTimeoutMs: 10_000,
        requestTimeoutMs: 60_000,
      },
    });
    return new Arena(gateway, server.url, () => server.drain(1_000));
  }

  async post(macaroon: string, path: string, body: object = {}): Promise<Answered> {
    return read(
      await this.gateway.app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(macaroon) },
        body: JSON.stringify(body),
      }),
    );
  }

  async get(macaroon: string, path: string): Promise<Answered> {
    return read(await this.gateway.app.request(path, { headers: bearer(macaroon) }));
  }

  operate(path: string, body: object): Promise<Answered> {
    return this.post(OPERATOR_KEY, `/bursar/v1${path}`, body);
  }

  chat(macaroon: string, model: string, telling: Telling, more: object = {}): Promise<Answered> {
    const messages = [{ role: 'user', content: 'hi' }];
    return this.post(macaroon, '/v1/chat/completions', { model, messages, user: telling, ...more });
  }

  /** Begins an upload and stops one byte short of its end. Resolves when its bytes are on the way. */
  slowBody(macaroon: string, bytes: number): Promise<void> {
    const socket = createConnection(Number(this.#url.port), this.#url.hostname);
    this.#slow.add(socket);
    socket.on('error', () => {});
    socket.resume();
    const head =
      `POST /v1/chat/completions HTTP/1.1\r\nhost: ${this.#url.host}\r\n` +
      `authorization: Bearer ${macaroon}\r\ncontent-type: application/json\r\n` +
      `content-length: ${bytes}\r\n\r\n`;
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.write(head + ' '.repeat(bytes - 1), () => resolve());
    });
  }

  /** Ends what was left hanging. */
  hangUp(): void {
    for (const socket of this.#slow) socket.destroy();
    this.#slow.clear();
  }

  async close(): Promise<void> {
    this.hangUp();
    await this.#drain();
    await this.gateway.ledger.close();
  }
}

async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const { code } = (body['error'] ?? {}) as { code?: string };
  const cost = response.headers.get('x-bursar-cost') ?? undefined;
  return { status: response.status, code, cost, body };
}

function answerOf(body: string) {
  const { user, model = 'gpt-paid' } = JSON.parse(body) as { user?: Telling; model?: string };
  if (user === 'error') {
    const error = { message: 'no', type: 'invalid_request_error', param: null, code: 'no' };
    return { status: 400, body: JSON.stringify({ error }) };
  }
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const message = { role: 'assistant', content: 'hello', refusal: null };
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    ...(user === 'nothing' ? {} : { usage }),
  };
  return { status: 200, body: JSON.stringify(answer) };
}
