import { unpriced } from '../draft.js';
import {
  asFields,
  asText,
  type FieldReader,
  ignored,
  listOf,
  outgrowing,
  quoted,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';

/** Anthropic's mark, as servers with OpenAI's API pass it on (OpenRouter). */
const cacheControl: FieldReader = (value, path, draft) => {
  const { ttl } = asFields(value, path);
  draft.writeCache(ttl === '1h' ? 'long' : 'short');
};

/**
 * Where a prefix ends that is to be cached. OpenAI writes caches unasked, so that its own mark
 * changes nothing.
 */
export const CACHE_MARKS: Shape = {
  prompt_cache_breakpoint: ignored,
  cache_control: cacheControl,
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
export const callArguments: FieldReader = (value, path, draft) =>
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
  shaped({ file_data: ignored, file_id: ignored, file_url: ignored, filename: text })(
    value,
    path,
    draft,
  );
};
