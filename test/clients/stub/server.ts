import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listenLocally } from '../../support/listen.js';
import type { Billed } from './billed.js';
import { answerChat } from './chat.js';
import { answerMessages } from './messages.js';
import { answerResponses } from './responses.js';
import type { Api, Asked, Script } from './script.js';
import { type Answer, json } from './wire.js';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  /** Undefined where it is no JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly bytes: Buffer;
  readonly answer: Answer;
}

export interface Stub {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** What was billed so far, an answer each. */
  readonly billed: () => readonly Billed[];
  close(): Promise<void>;
}

const ROUTES: Readonly<Record<string, Api>> = {
  '/v1/chat/completions': 'chat',
  '/v1/responses': 'responses',
  '/v1/messages': 'messages',
};

const ANSWERS = { chat: answerChat, responses: answerResponses, messages: answerMessages };

/** Both providers at one address: every field of their answers, and a script for what they say. */
export async function startStub(
  script: Script,
  onSeen: (seen: Seen) => void = () => {},
): Promise<Stub> {
  const seen: Seen[] = [];
  const held = new Map<string, Held>();
  const server = createServer((request, response) => {
    read(request).then((bytes) => {
      const body = parse(bytes, request.headers['content-encoding']);
      const answer = decide(request, body, bytes.length, script, held);
      const one: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body,
        bytes,
        answer,
      };
      seen.push(one);
      onSeen(one);
      send(response, answer);
    });
  });
  const port = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    billed: () => seen.flatMap(({ answer }) => answer.billed ?? []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the provider keeps of a conversation under the id of its last answer. */
interface Held {
  readonly turn: number;
  readonly bytes: number;
  readonly tools: readonly string[];
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer, encoding: string | undefined): Seen['body'] {
  try {
    const text = encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    return JSON.parse(text.toString('utf8')) as Seen['body'];
  } catch {
    return undefined;
  }
}

function decide(
  { method, url = '' }: IncomingMessage,
  body: Seen['body'],
  length: number,
  script: Script,
  held: Map<string, Held>,
): Answer {
  const path = new URL(url, 'http://stub.invalid').pathname;
  if (path === '/v1/messages/count_tokens') return json({ input_tokens: Math.ceil(length / 5) });
  if (path === '/v1/models' && method === 'GET') return json(models());
  const api = ROUTES[path];
  if (api === undefined || body === undefined || method !== 'POST') {
    return json({ error: { message: 'not found', type: 'invalid_request_error' } }, undefined, 404);
  }
  const before = held.get(continued(body) ?? '') ?? { turn: 0, bytes: 0, tools: [] };
  const listed = toolNames(body['tools']);
  const tools = api === 'messages' && listed.length === 0 ? before.tools : listed;
  const turn = turnsIn(body) + before.turn;
  const bytes = length + before.bytes;
  const asked: Asked = { api, model: String(body['model']), body, turn, tools };
  const answer = ANSWERS[api](asked, script(asked), bytes);
  const said = answer.pieces.join('');
  const made = /"id":"((?:resp|msg)_[0-9a-f]+)"/.exec(said)?.[1];
  if (made !== undefined) held.set(made, { turn, bytes: bytes + said.length, tools });
  return answer;
}

/** The id of the answer that a request goes on from: the history before it stays with the provider. */
function continued(body: Readonly<Record<string, unknown>>): string | undefined {
  const { previous_response_id, thread } = body as {
    previous_response_id?: string | null;
    thread?: { readonly previous_message_id?: string };
  };
  return previous_response_id ?? thread?.previous_message_id;
}

/** Results of tools that stand together are one round. */
function turnsIn(body: Readonly<Record<string, unknown>>): number {
  const list = body['messages'] ?? body['input'];
  if (!Array.isArray(list)) return 0;
  const isResult = list.map((one: Record<string, unknown>) => {
    if (one['role'] === 'tool' || String(one['type']).endsWith('_output')) return true;
    const { content } = one;
    return (
      Array.isArray(content) && content.some(({ type }: { type: string }) => type === 'tool_result')
    );
  });
  return isResult.filter((is, n) => is && isResult[n - 1] !== true).length;
}

function toolNames(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool: Record<string, unknown>) => {
    const inner = tool['function'] as Record<string, unknown> | undefined;
    return String(inner?.['name'] ?? tool['name'] ?? tool['type']);
  });
}

function models() {
  const data = ['gpt-5-mini', 'claude-sonnet-4-5'].map((name) => ({
    id: name,
    object: 'model',
    created: 1_795_305_600,
    owned_by: 'stub',
    type: 'model',
    display_name: name,
    created_at: '2026-11-22T00:00:00Z',
  }));
  return { object: 'list', data, has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id };
}

function send(response: ServerResponse, { status, contentType, pieces }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'request-id': 'req_stub',
    'x-request-id': 'req_stub',
    'openai-processing-ms': '5',
    'anthropic-ratelimit-requests-remaining': '999',
    'x-ratelimit-remaining-requests': '999',
  });
  for (const piece of pieces) response.write(piece);
  response.end();
}
