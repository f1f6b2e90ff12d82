import { type FieldReader, text } from '../fields.js';
import { kindOf } from '../kinds.js';
import { mistaken } from '../problems.js';

const EXPECTED = 'a text, a list of texts, a list of tokens, or a list of such lists';

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((token) => Number.isInteger(token));
}

/** Each of the texts that a field has: it can be one, a list of them, or their tokens. */
export function promptsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && !isTokens(value) ? value : [value];
}

/** Texts, or tokens as OpenAI's tokenizers write them: a token is a token. */
export const prompts: FieldReader = (value, path, draft) => {
  const all = promptsOf(value);
  all.forEach((one, i) => {
    const at = all.length === 1 && one === value ? path : `${path}[${i}]`;
    draft.countMessage();
    if (typeof one === 'string') text(one, at, draft);
    else if (isTokens(one)) draft.tokens += one.length;
    else throw mistaken(at, kindOf(one), EXPECTED);
  });
};
