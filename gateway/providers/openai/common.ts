import {
  asCount,
  asFlag,
  asWord,
  type FieldReader,
  ignored,
  oneOf,
  type Shape,
  shaped,
} from '../fields.js';

/** Larger than any model's output, and far from where arithmetic would lose a digit. */
const MOST_OUTPUT = 2 ** 31 - 1;

export const outputLimit: FieldReader = (value, path, draft) => {
  draft.limits.push({ path, tokens: asCount(value, path, MOST_OUTPUT) });
};

/** 0 is taken too: Anthropic then writes its cache and answers nothing. */
export const outputLimitOrNone: FieldReader = (value, path, draft) => {
  draft.limits.push({ path, tokens: asCount(value, path, MOST_OUTPUT, 0) });
};

export const stream: FieldReader = (value, path, draft) => {
  draft.stream = asFlag(value, path);
};

/**
 * `auto` leaves it to the project's settings at the provider, which the operator knows. A tier that
 * has no room falls back to the default one.
 */
export const serviceTier: FieldReader = (value, path, draft) => {
  // Groq has a name of its own for serving as usual.
  if (value === 'on_demand') {
    draft.tiers = ['default'];
    return;
  }
  const tier = asWord(value, path, ['auto', 'default', 'flex', 'scale', 'priority']);
  draft.tiers = tier === 'auto' ? draft.rules.tiers : [...new Set([tier, 'default'])];
};

/** How a response is reasoned: any way but the usual one can have a price of its own. */
export const reasoning: FieldReader = shaped({
  effort: ignored,
  summary: ignored,
  generate_summary: ignored,
  context: ignored,
  mode: oneOf('standard'),
  enabled: ignored,
  exclude: ignored,
});

/** What neither the model sees nor the provider bills, on chat and on responses. */
export const UNBILLED: Shape = {
  model: ignored,
  metadata: ignored,
  // What it finds is told beside the answer, and costs nothing (OpenAI, "Moderation").
  moderation: ignored,
  client_metadata: ignored,
  parallel_tool_calls: ignored,
  prompt_cache_key: ignored,
  // How long a cache lives is not what is asked here: any kind of write with a figure counts.
  prompt_cache_options: shaped({ mode: ignored, ttl: oneOf('30m') }),
  prompt_cache_retention: oneOf('in_memory', 'in-memory', '24h'),
  safety_identifier: ignored,
  store: ignored,
  temperature: ignored,
  top_logprobs: ignored,
  top_p: ignored,
  user: ignored,
};
