import { Problem } from '../../api/problem.js';
import type { Draft } from '../draft.js';
import {
  asCount,
  asFields,
  type FieldReader,
  type Fields,
  ignored,
  json,
  label,
  listOf,
  oneOf,
  type Shape,
  shaped,
} from '../fields.js';
import { outputLimitOrNone, stream } from '../openai/common.js';
import { unpriced } from '../problems.js';
import { cacheControl } from './cache-control.js';
import { messages, system } from './content.js';
import { tool } from './tools.js';

/**
 * The names that usage can have for what changes the price of the tokens: `priority`, `fast`, `us`,
 * `priority+us`. Asked to be fast, the provider can still serve as the standard does.
 */
function nameTiers(fields: Fields, draft: Draft): void {
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

/**
 * A budget of thinking that is not below the limit of the output is taken with interleaved thinking
 * alone, and is then a budget of the whole turn: only the context window bounds it.
 */
const budget: FieldReader = (value, path, draft) => {
  draft.thinkingTokens = asCount(value, path, 2 ** 31 - 1, 0);
};

const thinking: FieldReader = shaped({
  type: ignored,
  budget_tokens: budget,
  display: ignored,
  block_binding: ignored,
});

/** Those that clear are free and shorten the input; one that compacts calls the model once more. */
const contextEdit: FieldReader = (value, path, draft) => {
  const type = String(asFields(value, path)['type'] ?? '');
  draft.mayShrink = true;
  if (/^clear_(?:tool_uses|thinking)_20\d{6}$/.test(type)) return;
  if (!/^compact_20\d{6}$/.test(type)) {
    throw unpriced(path, 'a way to manage the context whose cost is not known');
  }
  draft.countJson(value);
  draft.compactions = 1;
};

/** By these the SDK learns to send the whole conversation again, and to do without a thread. */
const LOST_THREAD = { anthropicDetails: { error_code: 'thread_not_found' } };
const NO_THREAD = 'thread_unsupported_request';

/**
 * What the provider keeps of a conversation, tools and all, under the id of its last message. One that
 * this gateway did not see being made could have any tools in it.
 */
const thread: FieldReader = (value, path, draft) => {
  const { type, previous_message_id: previous } = asFields(value, path);
  draft.isStored = true;
  if (type !== 'create') draft.referToKnown(`${path}.previous_message_id`, previous, LOST_THREAD);
};

/** @throws {Problem} for what a thread would keep, and so do again and again, without a bound */
function limitThread(fields: Fields, draft: Draft): void {
  if ((fields['thread'] ?? undefined) === undefined) return;
  const unsupported = [
    ...(draft.rounds > 1 ? ['server_tools'] : []),
    ...(draft.compactions > 0 ? ['context_management'] : []),
  ];
  if (unsupported.length === 0) return;
  throw new Problem('invalid_request', {
    message: `thread: found ${unsupported.join(' and ')} in it; expected none, since they are not bounded there.`,
    param: 'thread',
    anthropicDetails: { error_code: NO_THREAD, unsupported },
  });
}

/** What depends on several fields. @throws {Problem} */
export function finishMessages(fields: Fields, draft: Draft): void {
  nameTiers(fields, draft);
  limitThread(fields, draft);
}

/** Billed to somebody else than the key's own account. */
const payer: FieldReader = (value, path) => {
  const { bill_to: payer } = asFields(value, path);
  if (payer === undefined || payer === null || payer === 'self') return;
  throw unpriced(path, 'another account that is billed, which this gateway does not know');
};

const COUNTED: Shape = {
  model: ignored,
  messages,
  system,
  tools: listOf(tool),
  tool_choice: json,
  thinking,
  output_config: shaped({ effort: label, format: schema, task_budget: json }),
  output_format: schema,
  cache_control: cacheControl,
  speed: oneOf('standard', 'fast'),
  context_management: shaped({ edits: listOf(contextEdit) }),
  // The whole answer is the summary, and under the limit of the output.
  compaction: json,
  billing_policy: payer,
};

/** The fields of `POST /v1/messages/count_tokens`: Anthropic API reference. It is free. */
export const COUNT_TOKENS: Shape = COUNTED;

/** The fields of `POST /v1/messages`: Anthropic API reference, "Create a Message". */
export const MESSAGES: Shape = {
  ...COUNTED,
  max_tokens: outputLimitOrNone,
  stream,
  stop_sequences: ignored,
  temperature: ignored,
  top_k: ignored,
  top_p: ignored,
  metadata: ignored,
  diagnostics: ignored,
  thread,
  inference_geo: oneOf('global', 'us'),
  // `auto` serves with what the operator has committed to, else as the standard does.
  service_tier: oneOf('auto', 'standard_only'),
};
