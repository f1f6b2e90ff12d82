import claude from '@anthropic-ai/tokenizer';
import { countTokens as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import llama2 from 'llama-tokenizer-js';
import llama3 from 'llama3-tokenizer-js';

/** A tokenizer that its provider published, or that of a model whose weights are. */
export interface Tokenizer {
  readonly name: string;
  /** Without the marks of a beginning and an end: those are the template's. */
  readonly count: (text: string) => number;
}

/** What looks like a special mark in a caller's text is text. */
const asText = { disallowedSpecial: new Set<string>() };

const claudeTokenizer = claude.getTokenizer();

export const TOKENIZERS: readonly Tokenizer[] = [
  { name: 'OpenAI o200k_base', count: (text) => o200k(text, asText) },
  { name: 'OpenAI cl100k_base', count: (text) => cl100k(text, asText) },
  {
    name: 'Anthropic (published)',
    // As the package's own countTokens does it, which builds the tokenizer anew for each text.
    count: (text) => claudeTokenizer.encode(text.normalize('NFKC'), [], []).length,
  },
  // Without the space that Llama 2 puts before a text: that, too, is the template's.
  { name: 'Llama 2', count: (text) => llama2.encode(text, false, false).length },
  { name: 'Llama 3', count: (text) => llama3.encode(text, { bos: false, eos: false }).length },
];
