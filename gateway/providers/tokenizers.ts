import { boundText } from '../../src/pricing/bound/text.js';

/** How many tokens a text is, as text: what looks like a special mark in it is none. */
export type CountTokens = (text: string) => number;

/** Tokenizers that are loaded, by the models that use them. */
export interface Tokenizers {
  /** Undefined for a model whose tokenizer is not known: its text is bounded by its bytes. */
  find(model: string): CountTokens | undefined;
}

/**
 * Which of OpenAI's models use which of its two tokenizers: a name, or one that goes on behind a
 * hyphen. Of `gpt-5`, also behind a point. From tiktoken's `model.py` (MODEL_TO_ENCODING and
 * MODEL_PREFIX_TO_ENCODING), read on 2026-11-22. A model that is not on it is not known.
 */
const O200K =
  /^(?:ft:)?(?:gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5(?:\.\d+)?|chatgpt-4o|o1|o3|o4-mini)(?:-|$)/;
const CL100K =
  /^(?:ft:)?(?:gpt-4|gpt-3\.5-turbo|text-embedding-(?:ada-002|3-small|3-large))(?:-|$)/;

/**
 * OpenAI's own tokenizers, as `gpt-tokenizer` has them: a quarter of a second of CPU, and some 60 MB,
 * so that they are loaded only where an upstream asks for them.
 */
export async function loadOpenAiTokenizers(): Promise<Tokenizers> {
  const [o200k, cl100k] = await Promise.all([
    import('gpt-tokenizer/encoding/o200k_base'),
    import('gpt-tokenizer/encoding/cl100k_base'),
  ]);
  // It would keep callers' texts, and is of use for repeated ones alone.
  o200k.setMergeCacheSize(0);
  cl100k.setMergeCacheSize(0);
  const asText = { disallowedSpecial: new Set<string>() };
  return {
    find: (model) => {
      if (O200K.test(model)) return (text) => o200k.countTokens(text, asText);
      if (CL100K.test(model)) return (text) => cl100k.countTokens(text, asText);
      return undefined;
    },
  };
}

/**
 * The most text that is counted of one request, in UTF-16 units; the rest is bounded by its bytes.
 * Words that are on no list cost about a microsecond a letter, so that no body takes more than some
 * 100 ms of a thread's time (`body-threads/`), and none that is read in the event loop more than 25.
 */
const MAX_COUNTED = 64 * 1024;

/**
 * Tokenizers merge within one piece of text in quadratic time: 50,000 spaces take a second. The pieces
 * are cut as their own patterns cut them, or longer: letters with their marks, signs with the slashes
 * and line breaks behind them, spaces. Text has no long ones; what has them is bounded by its bytes.
 */
const MAX_RUN = 128;
const RUNS = /[\p{L}\p{M}]+|[^\s\p{L}\p{N}]+[\r\n/]*|\s+/gu;

/**
 * White space in one engine of regular expressions and not in another: U+0085, U+FEFF. And halves
 * of surrogate pairs, which become something else on the way. Such text could be cut elsewhere.
 */
const UNSURE = /[\u0085\ufeff]|\p{Cs}/u;

/**
 * Counts the texts of one request, one by one.
 * @returns undefined for a text that is not counted, for one of the reasons above
 */
export function countWithin(count: CountTokens): (text: string) => number | undefined {
  let left = MAX_COUNTED;
  return (text) => {
    if (text.length > left || UNSURE.test(text) || hasLongRun(text)) return undefined;
    left -= text.length;
    return Math.min(count(text), boundText(text));
  };
}

function hasLongRun(text: string): boolean {
  for (const [run] of text.matchAll(RUNS)) if (run.length > MAX_RUN) return true;
  return false;
}
