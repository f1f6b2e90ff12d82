import { type FieldReader, ignored, type Shape, text } from '../fields.js';
import { kindOf } from '../kinds.js';
import { mistaken } from '../problems.js';

const EXPECTED = 'a text, a list of texts, a list of tokens, or a list of such lists';

function isTokens(value: unknown): boolean {
  return Array.isArray(value) && value.every((token) => Number.isInteger(token));
}

const one: FieldReader = (value, path, draft) => {
  draft.countMessage();
  if (typeof value === 'string') text(value, path, draft);
  else if (Array.isArray(value) && isTokens(value)) draft.tokens += value.length;
  else throw mistaken(path, kindOf(value), EXPECTED);
};

/** Texts, or tokens as OpenAI's tokenizers write them: a token is a token. */
const input: FieldReader = (value, path, draft) => {
  if (!Array.isArray(value) || isTokens(value)) {
    one(value, path, draft);
    return;
  }
  value.forEach((item: unknown, i) => {
    one(item, `${path}[${i}]`, draft);
  });
};

/** The fields of an embeddings request: OpenAI API reference, "Create embeddings". */
export const EMBEDDINGS: Shape = {
  model: ignored,
  input,
  dimensions: ignored,
  encoding_format: ignored,
  user: ignored,
};
