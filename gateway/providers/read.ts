import { membersOf } from '../../src/text/json-members.js';
import { COUNT_TOKENS, finishMessages, MESSAGES } from './anthropic/messages.js';
import { Draft } from './draft.js';
import { type Fields, readShape, type Shape } from './fields.js';
import { readHeaders } from './headers.js';
import { kindOf } from './kinds.js';
import { isModelName, MODEL_NAME } from './model-name.js';
import { CHAT } from './openai/chat.js';
import { COMPLETIONS, finishCompletions } from './openai/completions.js';
import { EMBEDDINGS } from './openai/embeddings.js';
import { finishImages, IMAGES } from './openai/images.js';
import { INPUT_TOKENS } from './openai/input-tokens.js';
import { MODERATIONS } from './openai/moderations.js';
import { RESPONSES } from './openai/responses.js';
import { SPEECH } from './openai/speech.js';
import { limitTools } from './openai/tools.js';
import { mistaken } from './problems.js';
import {
  type Api,
  type ModelRequest,
  NOTHING_RECALLED,
  type OutputLimit,
  type RecalledTokens,
  type RequestRules,
} from './request.js';

interface ApiRules {
  readonly shape: Shape;
  readonly required: readonly string[];
  /** The fields of its output's limit; of an API with several the upstream's own list counts. */
  readonly limits: readonly string[] | 'chat';
  /** What can be written to a cache though the request does not ask. */
  readonly cacheWrites: 'none' | 'unstated';
  /** What depends on several fields. */
  readonly finish?: (fields: Fields, draft: Draft) => void;
}

const APIS: Readonly<Record<Api, ApiRules>> = {
  chat: { shape: CHAT, required: ['messages'], limits: 'chat', cacheWrites: 'unstated' },
  responses: {
    shape: RESPONSES,
    // Without it a stored prompt or conversation would have to bring it.
    required: ['input'],
    limits: ['max_output_tokens'],
    cacheWrites: 'unstated',
    finish: (fields, draft) => {
      draft.isStored = fields['store'] !== false;
      limitTools(fields, draft);
    },
  },
  embeddings: { shape: EMBEDDINGS, required: ['input'], limits: [], cacheWrites: 'none' },
  messages: {
    shape: MESSAGES,
    required: ['messages'],
    limits: ['max_tokens'],
    cacheWrites: 'none',
    finish: finishMessages,
  },
  count_tokens: { shape: COUNT_TOKENS, required: ['messages'], limits: [], cacheWrites: 'none' },
  completions: {
    shape: COMPLETIONS,
    required: [],
    limits: ['max_tokens'],
    cacheWrites: 'unstated',
    finish: finishCompletions,
  },
  images: {
    shape: IMAGES,
    required: ['prompt'],
    limits: [],
    cacheWrites: 'none',
    finish: finishImages,
  },
  speech: { shape: SPEECH, required: ['input'], limits: [], cacheWrites: 'none' },
  moderations: { shape: MODERATIONS, required: [], limits: [], cacheWrites: 'none' },
  input_tokens: { shape: INPUT_TOKENS, required: [], limits: [], cacheWrites: 'none' },
};

/** A body as it was received, and as it was parsed: nothing but JSON, no key twice, not too deep. */
export interface RequestBody {
  readonly bytes: Uint8Array;
  readonly fields: Fields;
}

/**
 * Reads what a request asks for, field by field. What can change the price is bounded or refused by
 * name, all of it at once; what says nothing of a price counts as input (docs/bounds.md).
 * @param recalled what is known of the ids that it names: {@link namedIds}
 * @throws {Problem} `invalid_request` or `price_unknown`, with the field as `param`
 */
export function readModelRequest(
  api: Api,
  { bytes, fields }: RequestBody,
  headers: Headers,
  rules: RequestRules,
  recalled: RecalledTokens = NOTHING_RECALLED,
): ModelRequest {
  const { shape, required, limits, cacheWrites, finish } = APIS[api];
  const draft = new Draft(readModel(fields), rules, cacheWrites, recalled);
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      draft.problems.note(error);
      return undefined;
    }
  };
  readShape(fields, '', shape, draft);
  for (const name of required) {
    const field = fields[name] ?? undefined;
    if (field === undefined) draft.problems.note(mistaken(name, kindOf(fields[name]), 'one'));
  }
  attempt(() => finish?.(fields, draft));
  draft.tokens += verbatimBytes(bytes, fields, rules);
  const limitFields = limits === 'chat' ? rules.chatLimits : limits;
  const output = attempt(() => readLimit(draft.limits, limitFields));
  const listed = attempt(() => readHeaders(api, headers, draft));
  draft.problems.raise();
  return {
    api,
    model: draft.model,
    stream: draft.stream,
    inputTokens: draft.tokens,
    outgrows: draft.outgrows,
    contextTokens: draft.contextTokens,
    contextFrom: draft.outgrows[0] ?? draft.contextFrom,
    rounds: draft.rounds,
    outputRounds: api === 'responses' ? 1 : draft.rounds,
    runTokens: draft.runTokens,
    compactions: draft.compactions,
    output: output ?? { status: 'none' },
    extraOutputTokens: draft.extraOutputTokens,
    thinkingTokens: draft.thinkingTokens,
    isLongContext: draft.isLongContext,
    choices: draft.choices,
    cacheWrites: draft.cacheWrites,
    serverTools: draft.serverTools,
    tiers: draft.tiers,
    headers: listed ?? {},
    streamUsage: streamUsage(api, draft),
    textBytes: draft.textBytes,
    mayShrink: draft.mayShrink,
    echoes: draft.echoes,
    isStored: draft.isStored,
    writes: draft.writes,
    unknown: draft.unknown,
  };
}

function readModel({ model }: Fields): string {
  if (isModelName(model)) return model;
  throw mistaken('model', kindOf(model), MODEL_NAME);
}

function readLimit(found: Draft['limits'], fields: readonly string[]): OutputLimit {
  const [field] = fields;
  if (field === undefined) return { status: 'none' };
  const [stated, second] = found;
  if (stated === undefined) return { status: 'absent', field };
  const { path: name, tokens } = stated;
  // Which of two counts is the provider's choice, and no two make the same.
  if (second !== undefined) throw mistaken(name, `it and ${second.path}`, 'one of the two');
  if (!fields.includes(name))
    throw mistaken(name, 'a limit that this upstream does not heed', field);
  return { status: 'stated', field: name, tokens };
}

function streamUsage(api: Api, draft: Draft): ModelRequest['streamUsage'] {
  if ((api !== 'chat' && api !== 'completions') || !draft.stream) return 'unasked';
  if (draft.asksUsage) return 'asked';
  return draft.rules.askStreamUsage ? 'to_ask' : 'unasked';
}

/** Fields whose JSON some servers write into the prompt as the caller spelled it. */
const VERBATIM = [
  'tools',
  'functions',
  'response_format',
  'text',
  'output_config',
  'output_format',
];

/**
 * How much longer such fields are than the same JSON as it is usually written: spaces, escapes that
 * need not be, digits beyond a number's own.
 */
function verbatimBytes(bytes: Uint8Array, fields: Fields, rules: RequestRules): number {
  if (!hasAny(fields, VERBATIM) && !hasAny(fields, rules.fields)) return 0;
  const names = [...VERBATIM, ...rules.fields];
  let beyond = 0;
  for (const { key, start, end } of membersOf(bytes)) {
    if (!names.includes(key)) continue;
    const usual = new TextEncoder().encode(JSON.stringify(fields[key])).length;
    beyond += Math.max(0, end - start - usual);
  }
  return beyond;
}

function hasAny(fields: Fields, names: readonly string[]): boolean {
  for (const name of names) if (Object.hasOwn(fields, name)) return true;
  return false;
}
