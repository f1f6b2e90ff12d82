import { z } from 'zod';
import { idFrom, json, type SandboxAnswer, type SandboxStamp } from './answer.js';
import { openaiMistake } from './errors.js';

const schema = z.looseObject({
  model: z.string().min(1).nullish(),
  input: z.union([z.string(), z.array(z.union([z.string(), z.looseObject({ type: z.string() })]))]),
});

const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** OpenAI's moderations: nothing is looked at, and nothing flagged. */
export function answerModerations(body: unknown, stamp: SandboxStamp): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return openaiMistake(read.error);
  const { input, model } = read.data;
  // Parts of several kinds are one input; texts are one each.
  const isTexts = Array.isArray(input) && input.every((one) => typeof one === 'string');
  const results = Array.from({ length: isTexts ? input.length : 1 }, () => ({
    flagged: false,
    categories: ofEach(() => false),
    category_scores: ofEach(() => 0),
    category_applied_input_types: ofEach(() => ['text']),
  }));
  return json(200, {
    id: idFrom(stamp, 'modr'),
    model: model ?? 'omni-moderation-latest',
    results,
  });
}

function ofEach<T>(value: () => T): Record<string, T> {
  return Object.fromEntries(CATEGORIES.map((name) => [name, value()]));
}
