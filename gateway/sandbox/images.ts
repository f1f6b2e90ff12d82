import { z } from 'zod';
import { json, namedEvents, type SandboxAnswer, type SandboxStamp, secondsOf } from './answer.js';
import { openaiMistake } from './errors.js';
import { estimateTokens } from './text.js';

const schema = z.looseObject({
  model: z.string().min(1),
  prompt: z.string(),
  n: z.int().min(1).max(10).nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  stream: z.boolean().nullish(),
});

/** A picture of one pixel, as PNG. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
/** What OpenAI's models put out for a square picture in low quality. */
const TOKENS_PER_IMAGE = 272;
const TOKENS_PER_PARTIAL = 100;

/** OpenAI's images: one pixel each. */
export function answerImages(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return openaiMistake(read.error);
  const { n, partial_images, prompt, stream, response_format } = read.data;
  const images = n ?? 1;
  const partials = stream === true ? (partial_images ?? 0) : 0;
  const about = { background: 'opaque', output_format: 'png', quality: 'low', size: '1024x1024' };
  const input = Math.max(1, estimateTokens(prompt)) * images;
  const output = TOKENS_PER_IMAGE * images + TOKENS_PER_PARTIAL * partials;
  const usage = {
    input_tokens: input,
    input_tokens_details: { text_tokens: input, image_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: input + output,
  };
  const created = secondsOf(stamp);
  if (stream === true) {
    const shared = { b64_json: PIXEL, created_at: created, ...about };
    return namedEvents([
      ...Array.from({ length: partials }, (_, partial_image_index) => ({
        type: 'image_generation.partial_image',
        partial_image_index,
        ...shared,
      })),
      { type: 'image_generation.completed', ...shared, usage },
    ]);
  }
  const image =
    response_format === 'url'
      ? { url: `data:image/png;base64,${PIXEL}`, revised_prompt: prompt }
      : { b64_json: PIXEL, revised_prompt: prompt };
  return json(200, { created, ...about, data: Array.from({ length: images }, () => image), usage });
}
