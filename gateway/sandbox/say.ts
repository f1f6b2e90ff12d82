import { sampleOf } from './sample.js';
import { type Conversation, composeAnswer, lastOfUser, toPieces } from './text.js';

/** What is asked for, whichever API it was asked in. */
export interface Asked extends Conversation {
  /** Those that the caller runs. */
  readonly tools: readonly AskedTool[];
  readonly choice: ToolChoice;
  readonly format: AskedFormat;
  /** Whether the answer is to be thought about. */
  readonly thinks: boolean;
  /** The most tokens of one answer, thoughts included. */
  readonly maxTokens: number;
}

export interface AskedTool {
  readonly name: string;
  readonly kind: 'function' | 'custom';
  /** Of its arguments. */
  readonly schema: unknown;
}

/** Whether a tool is to be called; one by its name. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

export type AskedFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | { readonly type: 'schema'; readonly schema: unknown };

export interface SaidCall {
  readonly name: string;
  readonly kind: AskedTool['kind'];
  /** Of its arguments: JSON of a function, any text of a custom tool. */
  readonly pieces: readonly string[];
}

/** What is answered, in pieces that count as a token each. */
export interface Said {
  readonly thought: readonly string[];
  readonly text: readonly string[];
  readonly call: SaidCall | undefined;
  /** By the limit of tokens. */
  readonly isCut: boolean;
  readonly tokens: number;
}

const THOUGHT = 'The sandbox thinks nothing by itself: it repeats what it was asked.';

/**
 * Answers with a text; with JSON where that is asked for; with a call of a tool where the choice demands
 * one, or where the last message of the user has the name of one in it. Arguments and structures are
 * samples of their schema.
 */
export function say(asked: Asked): Said {
  const tool = chooseTool(asked);
  const thought = asked.thinks ? toPieces(THOUGHT) : [];
  const text = tool === undefined ? toPieces(compose(asked)) : [];
  const args = tool === undefined ? [] : toPieces(argumentsOf(tool));
  const left = cutter(asked.maxTokens);
  const said = { thought: left(thought), text: left(text), args: left(args) };
  const all = thought.length + text.length + args.length;
  const tokens = said.thought.length + said.text.length + said.args.length;
  const call =
    tool === undefined ? undefined : { name: tool.name, kind: tool.kind, pieces: said.args };
  return { thought: said.thought, text: said.text, call, isCut: tokens < all, tokens };
}

function cutter(maxTokens: number): (pieces: readonly string[]) => readonly string[] {
  let left = maxTokens;
  return (pieces) => {
    const kept = pieces.slice(0, left);
    left -= kept.length;
    return kept;
  };
}

function chooseTool({ tools, choice, turns }: Asked): AskedTool | undefined {
  if (choice === 'none') return undefined;
  if (typeof choice === 'object') return tools.find(({ name }) => name === choice.name);
  const named = findNamed(tools, lastOfUser(turns));
  if (choice === 'required') return named ?? tools[0];
  // Behind an answer of the tool, the turn goes on with words.
  return turns.at(-1)?.isToolResult === true ? undefined : named;
}

function findNamed(tools: readonly AskedTool[], text: string): AskedTool | undefined {
  const words = new Set(text.match(/[\w-]+(?:\.[\w-]+)*/g));
  return tools.find(({ name }) => words.has(name));
}

function argumentsOf({ kind, schema }: AskedTool): string {
  return kind === 'custom' ? 'sandbox' : JSON.stringify(sampleOf(schema ?? { type: 'object' }));
}

function compose({ format, ...conversation }: Asked): string {
  const text = composeAnswer(conversation);
  switch (format.type) {
    case 'text':
      return text;
    case 'json':
      return JSON.stringify({ answer: text });
    case 'schema':
      return JSON.stringify(sampleOf(format.schema));
  }
}
