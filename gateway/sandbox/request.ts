import { z } from 'zod';

/** What the sandbox reads of a chat completion's request. Everything else is left unread. */
export interface SandboxRequest {
  readonly model: string;
  /** The text of each message; of one without text, the empty string. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** How many answers are asked for. */
  readonly choices: number;
  /** The most tokens of one answer. */
  readonly maxTokens: number | undefined;
}

/** OpenAI's body of a refusal. */
export interface SandboxError {
  readonly error: {
    readonly message: string;
    readonly type: 'invalid_request_error';
    readonly param: string | null;
    readonly code: null;
  };
}

const MAX_CHOICES = 128;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(ROLES),
  content: z.union([z.string(), z.array(part)]).nullish(),
});

const tokens = z.int().min(1).nullish();

const schema = z
  .looseObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
    n: z.int().min(1).max(MAX_CHOICES).nullish(),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    response_format: z
      .looseObject({ type: z.literal('text', { error: 'the sandbox answers in plain text only' }) })
      .nullish(),
  })
  .refine(({ stream, stream_options }) => stream === true || !stream_options, {
    path: ['stream_options'],
    error: 'only allowed when stream is true',
  })
  .refine(({ max_tokens, max_completion_tokens }) => !(max_tokens && max_completion_tokens), {
    path: ['max_tokens'],
    error: 'not allowed beside max_completion_tokens',
  });

/** @param body parsed JSON, not looked at before */
export function readSandboxRequest(body: unknown): SandboxRequest | SandboxError {
  const read = schema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    return invalidRequest(issue?.message ?? '', toParam(issue?.path ?? []));
  }
  const { model, messages, stream, stream_options, n, max_tokens, max_completion_tokens } =
    read.data;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    stream: stream === true,
    includeUsage: stream_options?.include_usage === true,
    choices: n ?? 1,
    maxTokens: max_completion_tokens ?? max_tokens ?? undefined,
  };
}

export function invalidRequest(reason: string, param: string | null): SandboxError {
  const message = param === null ? reason : `Invalid '${param}': ${reason}`;
  return { error: { message, type: 'invalid_request_error', param, code: null } };
}

function textOf(content: z.output<typeof message>['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('');
}

/** As OpenAI writes it: `messages[0].role`. */
function toParam(path: readonly PropertyKey[]): string | null {
  if (path.length === 0) return null;
  return path.reduce<string>((param, step) => {
    if (typeof step === 'number') return `${param}[${step}]`;
    return param === '' ? String(step) : `${param}.${String(step)}`;
  }, '');
}
