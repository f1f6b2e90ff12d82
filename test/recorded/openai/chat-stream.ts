import type { WireEvent } from '../answer.js';
import { cut } from '../pieces.js';
import { FILLED_CHUNK } from './chat-message.js';
import { logprobOf } from './text.js';

interface Completion {
  readonly choices: readonly {
    readonly index: number;
    readonly finish_reason: string;
    readonly logprobs: unknown;
    readonly message: object;
  }[];
  readonly usage?: unknown;
}

type Delta = Readonly<Record<string, unknown>>;

/** Padding that OpenAI puts into each chunk unless `include_obfuscation` is false. */
const PADDING = 'pNfZwF';

/** The chunks of a completion: first the role, then each field in pieces, at last the usage. */
export function chunksOf({ choices, usage, ...completion }: Completion): WireEvent[] {
  const { object } = FILLED_CHUNK;
  const chunk = (given: readonly object[], counted: unknown = null): WireEvent => ({
    ...completion,
    object,
    choices: given,
    usage: counted,
    obfuscation: PADDING,
  });
  return [
    ...choices.flatMap(({ index, finish_reason, logprobs, message }) => [
      ...deltasOf(message as Delta).map((delta) =>
        chunk([{ index, delta, logprobs: logprobsOf(logprobs, delta), finish_reason: null }]),
      ),
      chunk([{ index, delta: {}, logprobs: null, finish_reason }]),
    ]),
    chunk([], usage),
  ];
}

function logprobsOf(logprobs: unknown, { content }: Delta): unknown {
  if (logprobs === null || typeof content !== 'string' || content === '') return null;
  return { content: [logprobOf(content)], refusal: null };
}

/** Fields of text that come in pieces; others, which providers add, come whole in the first delta. */
const IN_PIECES = ['reasoning_content', 'reasoning', 'content', 'refusal'];

function deltasOf(message: Delta): Delta[] {
  const { tool_calls, annotations, function_call, ...fields } = message;
  const whole = Object.entries(fields).filter(([name]) => !IN_PIECES.includes(name));
  const first = {
    ...Object.fromEntries(whole),
    content: typeof fields['content'] === 'string' ? '' : null,
  };
  const calls = (tool_calls ?? []) as readonly Delta[];
  const hasAnnotations = Array.isArray(annotations) && annotations.length > 0;
  return [
    { ...first, refusal: null },
    ...IN_PIECES.flatMap((name) => piecesOf(name, fields[name])),
    ...(function_call === undefined || function_call === null ? [] : [{ function_call }]),
    ...calls.flatMap(callDeltas),
    ...(hasAnnotations ? [{ annotations }] : []),
  ];
}

function piecesOf(name: string, value: unknown): Delta[] {
  if (typeof value === 'string') return cut(value).map((piece) => ({ [name]: piece }));
  // Parts, as Mistral has them.
  return Array.isArray(value) ? [{ [name]: value }] : [];
}

/** A call's name first, then its arguments in pieces. */
function callDeltas(call: Delta, index: number): Delta[] {
  const kind = call['type'] === 'custom' ? 'custom' : 'function';
  const text = kind === 'custom' ? 'input' : 'arguments';
  const inner = call[kind] as Delta;
  const begun = { ...call, index, [kind]: { ...inner, [text]: '' } };
  return [
    { tool_calls: [begun] },
    ...cut(String(inner[text])).map((piece) => ({
      tool_calls: [{ index, [kind]: { [text]: piece } }],
    })),
  ];
}
