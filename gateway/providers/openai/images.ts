import type { Draft } from '../draft.js';
import { asCount, type FieldReader, type Fields, ignored, type Shape, text } from '../fields.js';
import { unpriced } from '../problems.js';
import { stream } from './common.js';

const MOST_IMAGES = 1_024;

/** Each partial image is billed as so many tokens of output (OpenAI, "Image generation", streaming). */
const TOKENS_PER_PARTIAL = 100;

const images: FieldReader = (value, path, draft) => {
  draft.choices = asCount(value, path, MOST_IMAGES);
};

const partials: FieldReader = (value, path, draft) => {
  draft.extraOutputTokens += TOKENS_PER_PARTIAL * asCount(value, path, 100, 0);
};

/** The fields of an image generation: OpenAI API reference, "Create image". */
export const IMAGES: Shape = {
  model: ignored,
  prompt: text,
  n: images,
  partial_images: partials,
  stream,
  background: ignored,
  moderation: ignored,
  output_compression: ignored,
  output_format: ignored,
  quality: ignored,
  response_format: ignored,
  size: ignored,
  style: ignored,
  user: ignored,
};

/**
 * Each image is billed as if it were asked for alone, its prompt too. A stream says of each what it
 * used, and not how many more are to come.
 * @throws {Problem}
 */
export function finishImages(_fields: Fields, draft: Draft): void {
  draft.tokens *= draft.choices;
  if (!draft.stream || draft.choices === 1) return;
  throw unpriced('n', 'several images in one stream, whose usage is not known to be whole');
}
