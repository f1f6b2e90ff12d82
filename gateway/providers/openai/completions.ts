import type { Draft } from '../draft.js';
import {
  asCount,
  asFlag,
  type FieldReader,
  type Fields,
  ignored,
  readShape,
  type Shape,
  text,
} from '../fields.js';
import { outputLimitOrNone, serviceTier, stream, UNBILLED } from './common.js';
import { prompts, promptsOf } from './prompts.js';

const MOST_CHOICES = 1_024;

/** Of `n` and `best_of` the larger: all that are generated are billed, those that stay behind too. */
const choices: FieldReader = (value, path, draft) => {
  draft.choices = Math.max(draft.choices, asCount(value, path, MOST_CHOICES));
};

const asksUsage: FieldReader = (value, path, draft) => {
  draft.asksUsage = asFlag(value, path);
};

const echo: FieldReader = (value, path, draft) => {
  if (asFlag(value, path)) draft.echoes = true;
};

/** The fields of a legacy completion: OpenAI API reference, "Create completion". */
export const COMPLETIONS: Shape = {
  ...UNBILLED,
  prompt: prompts,
  suffix: text,
  // With 0 it asks for the prompt's own probabilities alone, by `echo`.
  max_tokens: outputLimitOrNone,
  n: choices,
  best_of: choices,
  echo,
  stream,
  stream_options: (value, path, draft) => {
    readShape(value, path, { include_usage: asksUsage, include_obfuscation: ignored }, draft);
  },
  service_tier: serviceTier,
  frequency_penalty: ignored,
  logit_bias: ignored,
  logprobs: ignored,
  presence_penalty: ignored,
  seed: ignored,
  stop: ignored,
};

/** Each prompt has as many answers. */
export function finishCompletions({ prompt }: Fields, draft: Draft): void {
  draft.choices *= Math.max(1, promptsOf(prompt).length);
}
