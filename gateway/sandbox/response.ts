import { z } from 'zod';
import {
  idFrom,
  json,
  namedEvents,
  type SandboxAnswer,
  type SandboxStamp,
  secondsOf,
} from './answer.js';
import { openaiMistake } from './errors.js';
import { logprobOf } from './logprobs.js';
import { type ResponseAsk, readCounted, readResponse } from './response-request.js';
import { toEvents } from './response-stream.js';
import type { Item, SandboxResponse } from './response-types.js';
import { type Said, say } from './say.js';
import type { StoredResponses } from './stored.js';

/** OpenAI's responses, as `chat.ts` has its chat completions. @param body parsed JSON */
export function answerResponse(
  body: unknown,
  stamp: SandboxStamp,
  stored: StoredResponses,
): SandboxAnswer {
  const ask = readResponse(body);
  if (ask instanceof z.ZodError) return openaiMistake(ask);
  const said = say(ask);
  const items = toItems(ask, said, stamp);
  const response = toResponse(ask, said, items, stamp);
  const events = toEvents(response, items, ask.obfuscates);
  if (ask.isStored) stored.keep({ response, events, input: ask.fields['input'] });
  return ask.stream ? namedEvents(events) : json(200, response);
}

/** `POST /responses/input_tokens`: the estimate by which the sandbox counts. */
export function answerInputTokens(body: unknown): SandboxAnswer {
  const counted = readCounted(body);
  if (counted instanceof z.ZodError) return openaiMistake(counted);
  return json(200, { object: 'response.input_tokens', input_tokens: counted });
}

function toItems(ask: ResponseAsk, said: Said, stamp: SandboxStamp): Item[] {
  const { call } = said;
  const thought = ask.thinks ? [reasoningItem(ask, said, stamp)] : [];
  return [...thought, call === undefined ? messageItem(ask, said, stamp) : callItem(said, stamp)];
}

function reasoningItem(ask: ResponseAsk, { thought }: Said, stamp: SandboxStamp): Item {
  const text = thought.join('');
  const summary = ask.showsSummary ? [{ type: 'summary_text', text }] : [];
  const item = {
    id: idFrom(stamp, 'rs'),
    type: 'reasoning',
    summary,
    content: [],
    encrypted_content: ask.encrypts ? Buffer.from(text).toString('base64') : null,
    status: 'completed',
  };
  return { item, pieces: ask.showsSummary ? thought : [] };
}

function messageItem(ask: ResponseAsk, { text, isCut }: Said, stamp: SandboxStamp): Item {
  const { topLogprobs } = ask;
  const logprobs =
    topLogprobs === undefined ? [] : text.map((piece) => logprobOf(piece, topLogprobs));
  const item = {
    id: idFrom(stamp, 'msg'),
    type: 'message',
    status: isCut ? 'incomplete' : 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: text.join(''), annotations: [], logprobs }],
    phase: null,
  };
  return { item, pieces: text };
}

function callItem({ call, isCut }: Said, stamp: SandboxStamp): Item {
  const { name = '', kind = 'function', pieces = [] } = call ?? {};
  const text = pieces.join('');
  const shared = { call_id: idFrom(stamp, 'call'), name, caller: { type: 'direct' } };
  const status = isCut ? 'incomplete' : 'completed';
  const item =
    kind === 'custom'
      ? { id: idFrom(stamp, 'ctc'), type: 'custom_tool_call', input: text, ...shared }
      : { id: idFrom(stamp, 'fc'), type: 'function_call', arguments: text, status, ...shared };
  return { item, pieces };
}

/** What the API says of a request that does not say it. */
const PRESETS = {
  background: false,
  conversation: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt: null,
  prompt_cache_key: null,
  prompt_cache_options: { mode: 'implicit', ttl: '30m' },
  prompt_cache_retention: null,
  safety_identifier: null,
  store: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};

function toResponse(
  ask: ResponseAsk,
  said: Said,
  items: readonly Item[],
  stamp: SandboxStamp,
): SandboxResponse {
  const { fields } = ask;
  const seconds = secondsOf(stamp);
  const conversation = fields['conversation'];
  return {
    ...PRESETS,
    ...askedOf(fields),
    ...(typeof conversation === 'string' ? { conversation: { id: conversation } } : {}),
    id: idFrom(stamp, 'resp'),
    object: 'response',
    created_at: seconds,
    completed_at: said.isCut ? null : seconds,
    status: said.isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: said.isCut ? { reason: 'max_output_tokens' } : null,
    model: ask.model,
    moderation: null,
    output: items.map(({ item }) => item),
    reasoning: { effort: null, summary: null, ...objectOf(fields['reasoning']) },
    service_tier: 'default',
    text: { format: { type: 'text' }, verbosity: 'medium', ...objectOf(fields['text']) },
    usage: usageOf(ask, said),
  };
}

/** What the request says of the fields that its answer says again. */
function askedOf(fields: ResponseAsk['fields']): Record<string, unknown> {
  const names = Object.keys(PRESETS).filter((name) => (fields[name] ?? null) !== null);
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function usageOf({ inputTokens }: ResponseAsk, said: Said) {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: said.tokens,
    output_tokens_details: { reasoning_tokens: said.thought.length },
    total_tokens: inputTokens + said.tokens,
  };
}
