import type { Draft } from '../draft.js';
import {
  type FieldReader,
  type Fields,
  ignored,
  json,
  listOf,
  oneOf,
  type Shape,
  shaped,
  text,
} from '../fields.js';
import { outputLimit, stream } from '../openai/common.js';
import { cacheControl, messages, system } from './content.js';
import { tool } from './tools.js';

/**
 * The names that usage can have for what changes the price of the tokens: `priority`, `fast`, `us`,
 * `priority+us`. Asked to be fast, the provider can still serve as the standard does.
 */
export function nameTiers(fields: Fields, draft: Draft): void {
  if (fields['speed'] === 'fast') draft.tiers = withWord(draft.tiers, 'fast');
  if (fields['inference_geo'] === 'us') draft.tiers = withWord(draft.tiers, 'us');
}

function withWord(tiers: readonly string[], word: string): readonly string[] {
  return [...tiers, ...tiers.map((tier) => (tier === 'default' ? word : `${tier}+${word}`))];
}

const schema: FieldReader = (value, path, draft) => {
  draft.countTool();
  json(value, path, draft);
};

const COUNTED: Shape = {
  model: ignored,
  messages,
  system,
  tools: listOf(tool),
  tool_choice: json,
  thinking: shaped({ type: ignored, budget_tokens: ignored, display: ignored }),
  output_config: shaped({ effort: text, format: schema }),
  output_format: schema,
  cache_control: cacheControl,
  speed: oneOf('standard', 'fast'),
};

/** The fields of `POST /v1/messages/count_tokens`: Anthropic API reference. It is free. */
export const COUNT_TOKENS: Shape = COUNTED;

/** The fields of `POST /v1/messages`: Anthropic API reference, "Create a Message". */
export const MESSAGES: Shape = {
  ...COUNTED,
  max_tokens: outputLimit,
  stream,
  stop_sequences: ignored,
  temperature: ignored,
  top_k: ignored,
  top_p: ignored,
  metadata: shaped({ user_id: ignored }),
  inference_geo: oneOf('global', 'us'),
  // `auto` serves with what the operator has committed to, else as the standard does.
  service_tier: oneOf('auto', 'standard_only'),
};
