import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenLocally } from '../support/listen.js';
import { plain, type StubAnswer } from './answer.js';
import { answerCountTokens, answerMessages } from './anthropic.js';
import { answerChat } from './openai-chat.js';
import { answerEmbeddings, answerModels } from './openai-embeddings.js';
import { answerResponses } from './openai-responses.js';
import type { Asked, Script } from './said.js';

interface SeenCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: StubAnswer;
}

export interface ProviderOptions {
  /** What the model says; without it, it echoes. */
  readonly script?: (asked: Asked) => Script;
  readonly models?: readonly string[];
  /** Writes the answer to the wire: to compress it, to cut it off, to wait. */
  readonly send?: (answer: StubAnswer, response: ServerResponse) => void;
}

export interface ProviderStub {
  /** Without `/v1`. */
  readonly url: string;
  readonly server: Server;
  readonly seen: SeenCall[];
  close(): Promise<void>;
}

/**
 * The answer of OpenAI or Anthropic, by path, to a request that was parsed. No model, no network,
 * and always the same.
 */
export function answerAs(
  path: string,
  body: Readonly<Record<string, unknown>>,
  { script = () => ({}), models = ['stub-model'] }: ProviderOptions = {},
): StubAnswer {
  const [route = '', query = ''] = path.split('?');
  const isBeta = query.includes('beta=true');
  switch (route) {
    case '/v1/chat/completions':
      return answerChat(body as unknown as Parameters<typeof answerChat>[0], script);
    case '/v1/responses':
      return answerResponses(body as unknown as Parameters<typeof answerResponses>[0], script);
    case '/v1/embeddings':
      return answerEmbeddings(body as unknown as Parameters<typeof answerEmbeddings>[0]);
    case '/v1/models':
      return answerModels(models);
    case '/v1/messages':
      return answerMessages(
        body as unknown as Parameters<typeof answerMessages>[0],
        script,
        isBeta,
      );
    case '/v1/messages/count_tokens':
      return answerCountTokens(body as unknown as Parameters<typeof answerCountTokens>[0], isBeta);
    default:
      return plain({ error: { message: `no ${path}`, type: 'not_found_error' } }, undefined, 404);
  }
}

/** Both providers behind one socket. */
export async function startProvider(options: ProviderOptions = {}): Promise<ProviderStub> {
  const seen: SeenCall[] = [];
  const send = options.send ?? sendWhole;
  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      const path = request.url ?? '';
      const answer = answerAs(path, body, options);
      seen.push({ path, headers: request.headers, body, answer });
      send(answer, response);
    });
  });
  const port = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A stream goes out event by event, a plain answer with its length. */
function sendWhole({ status, contentType, pieces }: StubAnswer, response: ServerResponse): void {
  const [only = ''] = pieces;
  const length = pieces.length === 1 ? { 'content-length': Buffer.byteLength(only) } : {};
  response.writeHead(status, {
    'content-type': contentType,
    'x-request-id': 'req_stub',
    ...length,
  });
  for (const piece of pieces) response.write(piece);
  response.end();
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
