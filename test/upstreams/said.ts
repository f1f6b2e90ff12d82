import { NO_USAGE, type Usage } from '../../src/pricing/usage.js';
import { cut } from '../recorded/pieces.js';

/** What a stub was asked, whichever API it was asked in. */
export interface Asked {
  readonly model: string;
  /** All the text that the model would see. */
  readonly input: string;
  /** The caller's own tools, by name. */
  readonly tools: readonly string[];
  /** The most tokens of one answer. */
  readonly maxOutput: number;
  readonly choices: number;
}

/** What a test has the stub's model say. */
export interface Script {
  readonly text?: string;
  /** What it thinks before it speaks, where the API shows it. Its tokens are `usage.reasoning`. */
  readonly thought?: string;
  readonly toolCall?: { readonly name: string; readonly input: unknown };
  /** What is billed beside the plain tokens; what is given here replaces what was counted. */
  readonly usage?: Partial<Usage>;
}

export interface Said {
  /** The answer in the pieces in which it is streamed; each is one token of it. */
  readonly pieces: readonly string[];
  readonly thought: string | undefined;
  readonly toolCall: { readonly name: string; readonly inputPieces: readonly string[] } | undefined;
  readonly isCutShort: boolean;
  /** What the provider bills for the whole call. */
  readonly billed: Usage;
}

const BYTES_PER_TOKEN = 4;

/** Says what the script has it say, within the maximum, and counts it. */
export function say(asked: Asked, script: Script): Said {
  const { toolCall } = script;
  const written = toolCall === undefined ? (script.text ?? `You said: ${asked.input}`) : '';
  const inputPieces = toolCall === undefined ? [] : cut(JSON.stringify(toolCall.input));
  const all = cut(written);
  const reasoning = script.usage?.reasoning ?? 0;
  const room = Math.max(0, asked.maxOutput - reasoning - inputPieces.length);
  const pieces = all.slice(0, room);
  return {
    pieces,
    thought: script.thought,
    toolCall: toolCall && { name: toolCall.name, inputPieces },
    isCutShort: pieces.length < all.length,
    billed: {
      ...NO_USAGE,
      input: countTokens(asked.input),
      output: (pieces.length + inputPieces.length) * asked.choices,
      ...script.usage,
    },
  };
}

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** The text in a message's content: a string, or parts of which some have text. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => String(part.text ?? '')).join('');
}

export function inputOf({ input, cachedInput, cacheWrite, cacheWriteLong }: Usage): number {
  return input + cachedInput + cacheWrite + cacheWriteLong;
}
