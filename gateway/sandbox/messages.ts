import { z } from 'zod';
import type { SandboxAnswer, SandboxStamp } from './chat.js';
import { type Conversation, composeAnswer, estimatePromptTokens, toPieces } from './text.js';

const text = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
]);

const counted = z.looseObject({
  model: z.string().min(1),
  system: text.nullish(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: text })).min(1),
});

const schema = counted.extend({
  max_tokens: z.int().min(1),
  stream: z.boolean().nullish(),
});

/**
 * Anthropic's messages without a model, a network or a key, as `chat.ts` has OpenAI's. Tools are
 * not called, and whatever else is asked for is left unread.
 * @param body parsed JSON
 */
export function answerMessages(body: unknown, { id }: SandboxStamp): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return refused(read.error);
  const { model, max_tokens: maxTokens, stream } = read.data;
  const request = toRequest(read.data);
  const all = toPieces(composeAnswer(request));
  const pieces = all.slice(0, maxTokens);
  const message = {
    id: id.replace('chatcmpl-sandbox-', 'msg_sandbox_'),
    type: 'message',
    role: 'assistant',
    model,
    stop_sequence: null,
  };
  const stop_reason = pieces.length < all.length ? 'max_tokens' : 'end_turn';
  const usage = { input_tokens: estimatePromptTokens(request), output_tokens: pieces.length };
  if (stream === true) return events(message, pieces, stop_reason, usage);
  const content = [{ type: 'text', text: pieces.join(''), citations: null }];
  return json(200, { ...message, content, stop_reason, usage });
}

/** The estimate by which the sandbox counts. */
export function answerCountTokens(body: unknown): SandboxAnswer {
  const read = counted.safeParse(body);
  if (!read.success) return refused(read.error);
  return json(200, { input_tokens: estimatePromptTokens(toRequest(read.data)) });
}

function toRequest({ model, system, messages }: z.output<typeof counted>): Conversation {
  const shown = messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const said =
    system === undefined || system === null ? [] : [{ role: 'system', text: textOf(system) }];
  return { model, messages: [...said, ...shown] };
}

function textOf(content: z.output<typeof text>): string {
  if (typeof content === 'string') return content;
  return content.map((block) => block.text ?? '').join('');
}

interface Counts {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

interface SandboxEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Anthropic API reference, "Streaming Messages". The counts of the last event are cumulative. */
function events(
  message: object,
  pieces: readonly string[],
  stop_reason: string,
  usage: Counts,
): SandboxAnswer {
  const started = { ...message, content: [], stop_reason: null };
  const all: SandboxEvent[] = [
    { type: 'message_start', message: { ...started, usage: { ...usage, output_tokens: 0 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    body: all.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`),
  };
}

function refused({ issues: [issue] }: z.ZodError): SandboxAnswer {
  const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return json(400, { type: 'error', error: { type: 'invalid_request_error', message } });
}

function json(status: SandboxAnswer['status'], value: unknown): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: [JSON.stringify(value)] };
}
