import { z } from 'zod';
import { isThought } from './chat-request.js';
import { fieldsOf, readChoice, readTools } from './openai-tools.js';
import type { Asked, AskedFormat } from './say.js';
import { estimatePrompt, type Turn, textOf } from './text.js';

/** What the sandbox reads of a response's request; the rest is said again, as the API does. */
export interface ResponseAsk extends Asked {
  readonly stream: boolean;
  readonly obfuscates: boolean;
  readonly inputTokens: number;
  /** Whether the reasoning is to be shown, and whether it is to come encrypted. */
  readonly showsSummary: boolean;
  readonly encrypts: boolean;
  readonly topLogprobs: number | undefined;
  readonly isStored: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

const counted = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.looseObject({}))]).nullish(),
  instructions: z.union([z.string(), z.array(z.looseObject({}))]).nullish(),
});

const schema = counted.extend({
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
});

/** @param body parsed JSON, not looked at before */
export function readResponse(body: unknown): ResponseAsk | z.ZodError {
  const read = schema.safeParse(body);
  if (!read.success) return read.error;
  const { model, stream, max_output_tokens, ...fields } = read.data;
  const reasoning = fieldsOf(fields['reasoning']);
  const include = Array.isArray(fields['include']) ? fields['include'] : [];
  const { effort, summary, generate_summary } = reasoning;
  const top = fields['top_logprobs'];
  const asksLogprobs = include.includes('message.output_text.logprobs');
  return {
    model,
    turns: turnsOf(read.data),
    tools: readTools(fields['tools']),
    choice: readChoice(fields['tool_choice']),
    format: readFormat(fieldsOf(fields['text'])['format']),
    thinks: typeof effort === 'string' ? isThought(effort) : Object.keys(reasoning).length > 0,
    maxTokens: max_output_tokens ?? Number.POSITIVE_INFINITY,
    stream: stream === true,
    obfuscates: fieldsOf(fields['stream_options'])['include_obfuscation'] !== false,
    inputTokens: countInput(read.data),
    showsSummary: (summary ?? generate_summary ?? null) !== null,
    encrypts: include.includes('reasoning.encrypted_content') || fields['store'] === false,
    topLogprobs: asksLogprobs ? (typeof top === 'number' ? top : 0) : undefined,
    isStored: fields['store'] !== false,
    fields: read.data,
  };
}

/** The estimate by which the sandbox counts. */
export function readCounted(body: unknown): number | z.ZodError {
  const read = counted.safeParse(body);
  return read.success ? countInput(read.data) : read.error;
}

type Counted = z.output<typeof counted>;

function countInput(body: Counted): number {
  const conversation = { model: body.model, turns: turnsOf(body) };
  return estimatePrompt(conversation, [body['tools'], fieldsOf(body['text'])['format']]);
}

function turnsOf({ instructions, input }: Counted): Turn[] {
  const told = instructions ?? '';
  const system = told === '' ? [] : [{ role: 'system', text: textOf(told) }];
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : (input ?? []);
  return [...system, ...items.map(toTurn)];
}

function toTurn(item: Readonly<Record<string, unknown>>): Turn {
  const { type, role } = item;
  const isToolResult = typeof type === 'string' && type.endsWith('_output');
  return { role: typeof role === 'string' ? role : 'assistant', text: textOf(item), isToolResult };
}

function readFormat(format: unknown): AskedFormat {
  const { type, schema: asked } = fieldsOf(format);
  if (type === 'json_object') return { type: 'json' };
  return type === 'json_schema' ? { type: 'schema', schema: asked } : { type: 'text' };
}
