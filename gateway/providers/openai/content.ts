import type { Draft } from '../draft.js';
import {
  asText,
  type FieldReader,
  ignored,
  json,
  label,
  listOf,
  outgrowing,
  quoted,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';
import { unpriced } from '../problems.js';

/**
 * Where a prefix ends that is to be cached: Anthropic's mark, as servers with OpenAI's API pass it on
 * (OpenRouter). OpenAI writes caches unasked, so that its own mark changes nothing.
 */
export const CACHE_MARKS: Shape = {
  prompt_cache_breakpoint: ignored,
  cache_control: (value, _path, draft) => draft.writeCacheBy(value),
};

/** Audio is billed at prices of its own, which the common form of usage does not have. */
export const audio: FieldReader = (_value, path) => {
  throw unpriced(path, 'audio, which has no price here');
};

/** Counted by itself, as some templates set it apart. */
export function part(shape: Shape): FieldReader {
  return (value, path, draft) => {
    draft.countMessage();
    readShape(value, path, { type: ignored, ...CACHE_MARKS, ...shape }, draft);
  };
}

/** A call of one of the caller's tools: its arguments are JSON in a string. */
const callArguments: FieldReader = (value, path, draft) =>
  draft.countArguments(path, asText(value, path));

/** A text, or parts of one; what a tool answered can be put into the prompt as a JSON string. */
export function content(
  parts: (ofText: FieldReader) => FieldReader,
  isQuoted = false,
): FieldReader {
  const ofText = isQuoted ? quoted : text;
  return textOr(listOf(parts(ofText)), ofText);
}

/** The file's own bytes say little of its tokens: its text, and a picture of each page. */
export const file: FieldReader = (value, path, draft) => {
  outgrowing(value, path, draft);
  const shape = { file_data: ignored, file_id: ignored, file_url: ignored, filename: label };
  shaped({ ...shape, format: ignored })(value, path, draft);
};

/** JSON in a string, or as it is: servers beside OpenAI's write both. */
export const jsonOrText: FieldReader = (value, path, draft: Draft) =>
  typeof value === 'string' ? callArguments(value, path, draft) : json(value, path, draft);
