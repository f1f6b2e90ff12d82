import { z } from 'zod';
import { fieldsOf, readChoice, readTools } from './openai-tools.js';
import type { Asked, AskedFormat } from './say.js';
import { estimatePrompt, type Turn, textOf } from './text.js';

/** What the sandbox reads of a chat completion's request. Everything else is left unread. */
export interface ChatAsk extends Asked {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly obfuscates: boolean;
  /** How many answers are asked for. */
  readonly choices: number;
  /** Undefined where none are asked for. */
  readonly topLogprobs: number | undefined;
  readonly inputTokens: number;
}

const MAX_CHOICES = 128;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

const message = z.looseObject({
  role: z.enum(ROLES),
  content: z.union([z.string(), z.array(z.looseObject({}))]).nullish(),
});

const tokens = z.int().min(1).nullish();

const schema = z
  .looseObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    stream: z.boolean().nullish(),
    stream_options: z
      .looseObject({
        include_usage: z.boolean().optional(),
        include_obfuscation: z.boolean().optional(),
      })
      .nullish(),
    n: z.int().min(1).max(MAX_CHOICES).nullish(),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    reasoning_effort: z.string().nullish(),
  })
  .refine(({ stream, stream_options }) => stream === true || !stream_options, {
    path: ['stream_options'],
    error: 'only allowed when stream is true',
  })
  .refine(({ max_tokens, max_completion_tokens }) => !(max_tokens && max_completion_tokens), {
    path: ['max_tokens'],
    error: 'not allowed beside max_completion_tokens',
  });

type Body = z.output<typeof schema>;

/** @param body parsed JSON, not looked at before */
export function readChat(body: unknown): ChatAsk | z.ZodError {
  const read = schema.safeParse(body);
  if (!read.success) return read.error;
  const { model, messages, stream, stream_options, n, ...fields } = read.data;
  const conversation = { model, turns: messages.map(toTurn) };
  const beside = [fields['tools'], fields['functions'], fields['response_format']];
  return {
    ...conversation,
    tools: readTools(fields['tools']),
    choice: readChoice(fields['tool_choice']),
    format: readFormat(fields['response_format']),
    thinks: isThought(fields.reasoning_effort),
    maxTokens: fields.max_completion_tokens ?? fields.max_tokens ?? Number.POSITIVE_INFINITY,
    stream: stream === true,
    includeUsage: stream_options?.include_usage === true,
    obfuscates: stream_options?.include_obfuscation !== false,
    choices: n ?? 1,
    topLogprobs: fields.logprobs === true ? (fields.top_logprobs ?? 0) : undefined,
    inputTokens: estimatePrompt(conversation, beside),
  };
}

/** What an effort is, but for none. */
export function isThought(effort: string | null | undefined): boolean {
  return typeof effort === 'string' && effort !== 'none';
}

function toTurn({ role, content, ...fields }: Body['messages'][number]): Turn {
  const calls = Array.isArray(fields['tool_calls']) ? fields['tool_calls'] : [];
  const called = calls.map((call: unknown) => {
    const { function: made, custom } = fieldsOf(call);
    return textOf(made ?? custom);
  });
  const isToolResult = role === 'tool' || role === 'function';
  return { role, text: textOf(content) + called.join(''), isToolResult };
}

function readFormat(format: unknown): AskedFormat {
  const { type, json_schema } = fieldsOf(format);
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') return { type: 'text' };
  return { type: 'schema', schema: fieldsOf(json_schema)['schema'] };
}
