import { type Draft, mistaken, unpriced } from '../draft.js';
import {
  asCount,
  asFields,
  asFlag,
  byType,
  type FieldReader,
  type Fields,
  ignored,
  json,
  kindOf,
  listOf,
  oneOf,
  outgrowing,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';
import { outputLimit, serviceTier, stream, UNBILLED } from './common.js';
import { callArguments, content, part } from './content.js';

const parts = (ofText: FieldReader): FieldReader =>
  byType({
    input_text: part({ text: ofText }),
    output_text: part({ text: ofText, annotations: ignored, logprobs: ignored }),
    refusal: part({ refusal: ofText }),
    input_image: (value, path, draft) => {
      part({ image_url: ignored, file_id: ignored, detail: ignored })(value, path, draft);
      draft.countImage(path, asFields(value, path)['detail'] ?? undefined);
    },
    input_file: (value, path, draft) => {
      part({ file_data: ignored, file_id: ignored, file_url: ignored, filename: text })(
        value,
        path,
        draft,
      );
      draft.outgrow(path);
    },
  });

const ITEM: Shape = { type: ignored, id: text, status: ignored };

const message: FieldReader = (value, path, draft) => {
  // An item of an `id` alone can be read as a reference to one that the provider keeps.
  const fields = readShape(
    value,
    path,
    { ...ITEM, role: text, phase: text, content: content(parts) },
    draft,
  );
  for (const name of ['role', 'content']) {
    const field = fields[name] ?? undefined;
    if (field === undefined) throw mistaken(`${path}.${name}`, kindOf(field), 'one in a message');
  }
};

const call: Shape = { ...ITEM, call_id: text, name: text };
const output: Shape = { ...ITEM, call_id: text, output: content(parts, true) };

/** What the provider keeps or has encrypted, of a length that the request does not show. */
const kept: FieldReader = (value, path, draft) => {
  draft.countJson(value);
  draft.outgrow(path);
};

const item = byType(
  {
    message,
    function_call: shaped({ ...call, arguments: callArguments }),
    function_call_output: shaped(output),
    custom_tool_call: shaped({ ...call, input: callArguments }),
    custom_tool_call_output: shaped(output),
    reasoning: kept,
    item_reference: kept,
    web_search_call: kept,
    file_search_call: kept,
  },
  'message',
);

/** OpenAI's own tools that are bounded by `max_tool_calls`, as usage counts their calls. */
const HOSTED: Readonly<Record<string, string>> = {
  web_search: 'web_search',
  web_search_2025_08_26: 'web_search',
  web_search_preview: 'web_search',
  web_search_preview_2025_03_11: 'web_search',
  file_search: 'file_search',
};

const HOSTED_TOOL: Shape = {
  type: ignored,
  filters: ignored,
  search_context_size: ignored,
  user_location: ignored,
  vector_store_ids: ignored,
  max_num_results: ignored,
  ranking_options: ignored,
};

const TOOLS: Readonly<Record<string, Shape>> = {
  function: {
    type: ignored,
    name: ignored,
    description: ignored,
    parameters: ignored,
    strict: ignored,
  },
  custom: { type: ignored, name: ignored, description: ignored, format: ignored },
};

const tool: FieldReader = (value, path, draft) => {
  const { type } = asFields(value, path);
  const name = typeof type === 'string' ? type : '';
  const hosted = { ...HOSTED, ...draft.rules.serverTools };
  const shape = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  const counted = Object.hasOwn(hosted, name) ? hosted[name] : undefined;
  if (shape === undefined && counted === undefined) {
    throw unpriced(`${path}.type`, 'a tool whose cost is not known or not bounded');
  }
  readShape(value, path, shape ?? HOSTED_TOOL, draft);
  draft.countTool();
  draft.countJson(value);
  // Its runs are those of `max_tool_calls`, which stands elsewhere in the body.
  if (counted !== undefined) draft.serverTools[counted] = 0;
};

/** @throws {Problem} when hosted tools have no limit */
export function limitTools(fields: Fields, draft: Draft): void {
  const names = Object.keys(draft.serverTools);
  if (names.length === 0) return;
  const path = 'max_tool_calls';
  const limit = fields[path] ?? undefined;
  if (limit === undefined) {
    throw unpriced(path, 'none; with tools on the provider’s side their calls must be limited');
  }
  const runs = asCount(limit, path, 1_024);
  // The limit is of all of them together; which the model calls is not known before.
  for (const name of names) draft.serverTools[name] = runs;
  draft.countRuns('tools', runs);
}

const definition: FieldReader = (value, path, draft) => {
  draft.countTool();
  json(value, path, draft);
};

/** The fields of a response request: OpenAI API reference, "Create a model response". */
export const RESPONSES: Shape = {
  ...UNBILLED,
  input: textOr(
    listOf((value, path, draft) => {
      draft.countMessage();
      item(value, path, draft);
    }),
  ),
  instructions: text,
  tools: listOf(tool),
  tool_choice: json,
  text: shaped({ format: definition, verbosity: ignored }),
  max_output_tokens: outputLimit,
  max_tool_calls: ignored,
  previous_response_id: outgrowing,
  conversation: outgrowing,
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
  reasoning: shaped({
    effort: ignored,
    summary: ignored,
    generate_summary: ignored,
    context: ignored,
    mode: oneOf('standard'),
  }),
  include: ignored,
  truncation: ignored,
};
