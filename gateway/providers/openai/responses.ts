import {
  asFields,
  asFlag,
  type FieldReader,
  ignored,
  json,
  listOf,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';
import { mistaken, unpriced } from '../problems.js';
import { outputLimit, reasoning, serviceTier, stream, UNBILLED } from './common.js';
import { compactOnce, item } from './items.js';
import { responseTools } from './tools.js';

const definition: FieldReader = (value, path, draft) => {
  draft.countTool();
  json(value, path, draft);
};

/** One that compacts calls the model once more; others are not known. */
const contextEdit: FieldReader = (value, path, draft) => {
  const { type } = asFields(value, path);
  if (type !== 'compaction')
    throw unpriced(path, 'a way to manage the context whose cost is not known');
  draft.mayShrink = true;
  compactOnce(path, draft);
};

const truncation: FieldReader = (value, _path, draft) => {
  if (value !== 'disabled') draft.mayShrink = true;
};

/** The fields of a response request: OpenAI API reference, "Create a model response". */
export const RESPONSES: Shape = {
  ...UNBILLED,
  input: textOr(listOf(item)),
  instructions: text,
  tools: responseTools,
  tool_choice: json,
  text: shaped({ format: definition, verbosity: ignored }),
  max_output_tokens: outputLimit,
  max_tool_calls: ignored,
  previous_response_id: (value, path, draft) => draft.referToOwn(path, value),
  conversation: (_value, path, draft) => draft.outgrow(path),
  // It can bring tools and a model of its own.
  prompt: (_value, path) => {
    throw unpriced(path, 'a stored prompt, which can bring tools and a model of its own');
  },
  background: (value, path) => {
    if (asFlag(value, path)) throw mistaken(path, 'true', 'false: its answer has no usage');
  },
  stream,
  stream_options: shaped({ include_obfuscation: ignored }),
  service_tier: serviceTier,
  reasoning,
  include: ignored,
  truncation,
  context_management: listOf(contextEdit),
};
