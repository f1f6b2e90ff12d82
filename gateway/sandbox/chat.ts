import { invalidRequest, readSandboxRequest, type SandboxRequest } from './request.js';
import { composeAnswer, estimatePromptTokens, toPieces } from './text.js';

export interface SandboxAnswer {
  readonly status: 200 | 400 | 404;
  readonly headers: Readonly<Record<string, string>>;
  /** The body in the pieces in which it is sent: one, unless it is a stream of events. */
  readonly body: readonly string[];
}

/** What makes one answer differ from another to the same request. */
export interface SandboxStamp {
  readonly id: string;
  readonly nowMs: number;
}

/**
 * OpenAI's chat completions without a model, a network or a key, for the first minutes and for
 * tests. The text says that it comes from the sandbox; `usage` is an estimate by length.
 * @param body parsed JSON
 */
export function answerChat(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const request = readSandboxRequest(body);
  if ('error' in request) return json(400, request);
  const completion = complete(request, stamp);
  return request.stream ? events(streamChunks(request, completion)) : json(200, whole(completion));
}

/** Whatever is not chat completions. */
export function answerUnknownPath(path: string): SandboxAnswer {
  return json(404, invalidRequest(`The sandbox has no ${path}.`, null));
}

export function answerNoJson(): SandboxAnswer {
  return json(400, invalidRequest('The body is not JSON.', null));
}

interface Completion {
  readonly base: {
    readonly id: string;
    readonly created: number;
    readonly model: string;
    readonly system_fingerprint: string;
  };
  /** Each choice has the same text. */
  readonly pieces: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly choices: number;
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

function complete(request: SandboxRequest, { id, nowMs }: SandboxStamp): Completion {
  const { model, choices, maxTokens = Number.POSITIVE_INFINITY } = request;
  const all = toPieces(composeAnswer(request));
  const pieces = all.slice(0, maxTokens);
  const promptTokens = estimatePromptTokens(request);
  const completionTokens = pieces.length * choices;
  return {
    base: { id, created: Math.floor(nowMs / 1000), model, system_fingerprint: 'sandbox' },
    pieces,
    finishReason: pieces.length < all.length ? 'length' : 'stop',
    choices,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

function whole({ base, pieces, finishReason, choices, usage }: Completion) {
  return {
    ...base,
    object: 'chat.completion',
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message: { role: 'assistant', content: pieces.join(''), refusal: null },
      logprobs: null,
      finish_reason: finishReason,
    })),
    usage,
  };
}

function streamChunks(
  { includeUsage }: SandboxRequest,
  { base, pieces, finishReason, choices, usage }: Completion,
): unknown[] {
  const chunk = (fields: object) => ({
    ...base,
    object: 'chat.completion.chunk',
    ...(includeUsage ? { usage: null } : {}),
    ...fields,
  });
  const deltas = [
    { delta: { role: 'assistant', content: '', refusal: null }, finish_reason: null },
    ...pieces.map((content) => ({ delta: { content }, finish_reason: null })),
    { delta: {}, finish_reason: finishReason },
  ];
  const perChoice = Array.from({ length: choices }, (_, index) =>
    deltas.map((delta) => chunk({ choices: [{ index, logprobs: null, ...delta }] })),
  );
  return [...perChoice.flat(), ...(includeUsage ? [chunk({ choices: [], usage })] : [])];
}

function json(status: SandboxAnswer['status'], value: unknown): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: [JSON.stringify(value)] };
}

/** Server-sent events, one a piece. */
function events(chunks: readonly unknown[]): SandboxAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    body: [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'],
  };
}
