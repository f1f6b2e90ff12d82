import { z } from 'zod';
import {
  idFrom,
  json,
  namedEvents,
  type SandboxAnswer,
  type SandboxEvent,
  type SandboxStamp,
} from './answer.js';
import { anthropicMistake } from './errors.js';
import { fieldsOf } from './openai-tools.js';
import { type Asked, type AskedTool, type Said, say, type ToolChoice } from './say.js';
import { estimatePrompt, type Turn, textOf } from './text.js';

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);

const counted = z.looseObject({
  model: z.string().min(1),
  system: content.nullish(),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content }))
    .min(1),
});

const schema = counted.extend({
  max_tokens: z.int().min(1),
  stream: z.boolean().nullish(),
});

/**
 * Anthropic's messages without a model, a network or a key, as `chat.ts` has OpenAI's.
 * @param body parsed JSON
 */
export function answerMessages(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return anthropicMistake(read.error);
  const asked = toAsked(read.data, read.data.max_tokens);
  const said = say(asked);
  const message = {
    id: idFrom(stamp, 'msg'),
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content: toBlocks(said, stamp).map(({ block }) => block),
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: stopOf(said),
    stop_sequence: null,
    usage: usageOf(countInput(read.data), said),
  };
  return read.data.stream === true
    ? namedEvents(toEvents(message, toBlocks(said, stamp)))
    : json(200, message);
}

/** The estimate by which the sandbox counts. */
export function answerCountTokens(body: unknown): SandboxAnswer {
  const read = counted.safeParse(body);
  if (!read.success) return anthropicMistake(read.error);
  return json(200, { input_tokens: countInput(read.data) });
}

type Counted = z.output<typeof counted>;

function countInput(body: Counted): number {
  const conversation = { model: body.model, turns: turnsOf(body) };
  return estimatePrompt(conversation, [body['tools'], body['output_config']]);
}

function turnsOf({ system, messages }: Counted): Turn[] {
  const told = system ?? '';
  const first = told === '' ? [] : [{ role: 'system', text: textOf(told) }];
  return [...first, ...messages.map(toTurn)];
}

function toTurn({ role, content: said }: Counted['messages'][number]): Turn {
  const isToolResult =
    typeof said !== 'string' && said.some(({ type }) => type.endsWith('tool_result'));
  return { role, text: textOf(said), isToolResult };
}

function toAsked(body: Counted, maxTokens: number): Asked {
  const { type: thinking } = fieldsOf(body['thinking']);
  const format = fieldsOf(fieldsOf(body['output_config'])['format'] ?? body['output_format']);
  return {
    model: body.model,
    turns: turnsOf(body),
    tools: toolsOf(body['tools']),
    choice: choiceOf(body['tool_choice']),
    format:
      format['schema'] === undefined
        ? { type: 'text' }
        : { type: 'schema', schema: format['schema'] },
    thinks: thinking === 'enabled' || thinking === 'adaptive',
    maxTokens,
  };
}

/** Those that the caller describes: others have a type, and run elsewhere or are known to the model. */
function toolsOf(tools: unknown): AskedTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown) => {
    const { name, input_schema } = fieldsOf(tool);
    if (typeof name !== 'string' || input_schema === undefined) return [];
    return [{ name, kind: 'function' as const, schema: input_schema }];
  });
}

function choiceOf(choice: unknown): ToolChoice {
  const { type, name } = fieldsOf(choice);
  if (type === 'none') return 'none';
  if (type === 'any') return 'required';
  return type === 'tool' && typeof name === 'string' ? { name } : 'auto';
}

interface Block {
  readonly block: Readonly<Record<string, unknown>>;
  /** As it begins in a stream, and the deltas that follow. */
  readonly start: Readonly<Record<string, unknown>>;
  readonly deltas: readonly object[];
}

function toBlocks(said: Said, stamp: SandboxStamp): Block[] {
  const thought = said.thought.length === 0 ? [] : [thinkingBlock(said)];
  return [...thought, said.call === undefined ? textBlock(said) : toolBlock(said, stamp)];
}

function thinkingBlock({ thought }: Said): Block {
  const thinking = thought.join('');
  const signature = Buffer.from(`sandbox ${thinking}`).toString('base64');
  return {
    block: { type: 'thinking', thinking, signature },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...thought.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature },
    ],
  };
}

function textBlock({ text }: Said): Block {
  return {
    block: { type: 'text', text: text.join(''), citations: null },
    start: { type: 'text', text: '', citations: null },
    deltas: text.map((piece) => ({ type: 'text_delta', text: piece })),
  };
}

function toolBlock({ call, isCut }: Said, stamp: SandboxStamp): Block {
  const { name = '', pieces = [] } = call ?? {};
  const id = idFrom(stamp, 'toolu');
  const shared = { type: 'tool_use', id, name, caller: { type: 'direct' }, toolset_name: null };
  // One that was cut is no JSON.
  const input: unknown = isCut ? {} : JSON.parse(pieces.join(''));
  return {
    block: { ...shared, input },
    start: { ...shared, input: {} },
    deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  };
}

function stopOf({ isCut, call }: Said): 'max_tokens' | 'tool_use' | 'end_turn' {
  if (isCut) return 'max_tokens';
  return call === undefined ? 'end_turn' : 'tool_use';
}

function usageOf(input_tokens: number, said: Said) {
  return {
    input_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: said.tokens,
    output_tokens_details: { thinking_tokens: said.thought.length },
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: null,
    speed: 'standard',
  };
}

type Message = Readonly<Record<string, unknown>> & { readonly usage: ReturnType<typeof usageOf> };

/** Anthropic API reference, "Streaming Messages". The counts of the last event are cumulative. */
function toEvents(message: Message, blocks: readonly Block[]): SandboxEvent[] {
  const { usage, container, stop_details, stop_reason, stop_sequence } = message;
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: { thinking_tokens: 0 } },
  };
  const { cache_creation: _c, service_tier: _t, inference_geo: _g, speed: _s, ...counts } = usage;
  return [
    { type: 'message_start', message: begun },
    { type: 'ping' },
    ...blocks.flatMap(({ start, deltas }, index) => [
      { type: 'content_block_start', index, content_block: start },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { container, stop_details, stop_reason, stop_sequence },
      usage: counts,
    },
    { type: 'message_stop' },
  ];
}
