import type { Draft } from '../draft.js';
import {
  asFields,
  byType,
  counted,
  type FieldReader,
  type Fields,
  ignored,
  json,
  label,
  listOf,
  readShape,
  type Shape,
  shaped,
  textOr,
  unread,
} from '../fields.js';
import { kindOf } from '../kinds.js';
import { mistaken, unpriced } from '../problems.js';
import { reasoning as reasoningOptions } from './common.js';
import { audio, content, jsonOrText, part } from './content.js';
import { responseTools } from './tools.js';

/** Of a file and an address beside it, it is not known which is taken. */
function countImage(fields: Fields, path: string, draft: Draft): void {
  const isFile = (fields['file_id'] ?? undefined) !== undefined;
  draft.countImage(path, fields['detail'] ?? undefined, isFile ? undefined : fields['image_url']);
}

const image: FieldReader = (value, path, draft) => {
  const shape = { image_url: ignored, file_id: ignored, detail: ignored };
  part(shape)(value, path, draft);
  countImage(asFields(value, path), path, draft);
};

const file: FieldReader = (value, path, draft) => {
  const shape = { file_data: ignored, file_id: ignored, file_url: ignored, filename: label };
  part({ ...shape, detail: ignored })(value, path, draft);
  draft.outgrow(path);
};

const parts = (ofText: FieldReader): FieldReader =>
  byType({
    input_text: part({ text: ofText }),
    output_text: part({ text: ofText, annotations: counted, logprobs: ignored, parsed: json }),
    text: part({ text: ofText }),
    summary_text: part({ text: ofText }),
    reasoning_text: part({ text: ofText }),
    refusal: part({ refusal: ofText }),
    input_image: image,
    input_file: file,
    input_audio: audio,
    encrypted_content: part({ encrypted_content: label }),
  });

/** What items have that is neither said nor billed, or the same for all. */
const ITEM: Shape = {
  type: ignored,
  id: label,
  status: ignored,
  caller: json,
  created_by: json,
  // What Codex says of an item to itself, and sends along.
  internal_chat_message_metadata_passthrough: json,
  agent: json,
  namespace: label,
  phase: label,
};

const message: FieldReader = (value, path, draft) => {
  const shape = { ...ITEM, role: label, name: label, content: content(parts), parsed: json };
  // An item of an `id` alone can be read as a reference to one that the provider keeps.
  const fields = readShape(value, path, shape, draft);
  for (const name of ['role', 'content']) {
    const field = fields[name] ?? undefined;
    if (field === undefined) throw mistaken(`${path}.${name}`, kindOf(field), 'one in a message');
  }
};

const call: Shape = { ...ITEM, call_id: label, name: label };

const functionCall: Shape = { ...call, arguments: jsonOrText, parsed_arguments: json };

/** What a tool answered: text, parts of it, or JSON of the tool's own. */
const answer: FieldReader = (value, path, draft) =>
  typeof value === 'string' || Array.isArray(value)
    ? content(parts, true)(value, path, draft)
    : unread(value, path, draft);

const output: Shape = { ...call, output: answer, max_output_length: ignored };

/**
 * Reasoning that comes back. With its content it is bounded by the bytes of that, since what is
 * encrypted is never shorter than what it hides; without, it stands for what the provider keeps.
 */
const reasoning: FieldReader = (value, path, draft) => {
  const fields = asFields(value, path);
  readShape(
    value,
    path,
    { ...ITEM, summary: listOf(summary), content: listOf(summary), encrypted_content: label },
    draft,
  );
  if (!isPresent(fields, 'encrypted_content') && !isPresent(fields, 'content')) {
    draft.refer(path, fields['id']);
  }
};

const summary: FieldReader = (value, path, draft) => {
  draft.countMessage();
  readShape(value, path, { type: ignored, text: textOr(json, label), signature: label }, draft);
};

function isPresent(fields: Fields, name: string): boolean {
  const value = fields[name] ?? undefined;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

/** What came before, in short and encrypted: bounded by its bytes. */
const compaction: FieldReader = (value, path, draft) => {
  const fields = readShape(value, path, { ...ITEM, encrypted_content: label }, draft);
  if (!isPresent(fields, 'encrypted_content')) draft.refer(path, fields['id']);
};

const reference: FieldReader = (value, path, draft) => {
  draft.countJson(value);
  draft.referToOwn(path, asFields(value, path)['id']);
};

/** A run of the provider's own tool: what it found is kept there, if it is not in the item. */
const kept: FieldReader = (value, path, draft) => {
  draft.countJson(value);
  draft.refer(path, asFields(value, path)['id']);
};

/** An item with whatever a program on the caller's side ran, and answered. */
const local: FieldReader = unread;

const screenshot: FieldReader = (value, path, draft) => {
  const shape = { type: ignored, image_url: ignored, file_id: ignored, detail: ignored };
  const fields = readShape(value, path, shape, draft);
  countImage(fields, path, draft);
};

const ITEMS: Readonly<Record<string, FieldReader>> = {
  message,
  function_call: shaped(functionCall),
  function_call_output: shaped(output),
  custom_tool_call: shaped({ ...call, input: jsonOrText }),
  custom_tool_call_output: shaped(output),
  reasoning,
  compaction,
  compaction_summary: compaction,
  // Asks for what came before to be put in short: one more call of the model.
  compaction_trigger: (_value, path, draft) => compactOnce(path, draft),
  item_reference: reference,
  local_shell_call: local,
  local_shell_call_output: shaped(output),
  shell_call: local,
  shell_call_output: local,
  apply_patch_call: local,
  apply_patch_call_output: local,
  computer_call: local,
  computer_call_output: shaped({
    ...call,
    output: screenshot,
    acknowledged_safety_checks: json,
  }),
  tool_search_call: local,
  tool_search_output: shaped({ ...call, execution: ignored, tools: responseTools }),
  additional_tools: shaped({ ...ITEM, role: label, tools: responseTools }),
  mcp_list_tools: local,
  mcp_call: local,
  mcp_approval_request: local,
  mcp_approval_response: local,
  // How the turn that follows is to be reasoned.
  configuration_update: shaped({
    ...ITEM,
    reasoning: (value, path, draft) => {
      draft.countJson(value);
      reasoningOptions(value, path, draft);
    },
  }),
  // What agents that run at the provider say to each other, in the history of a call that had some.
  agent_message: shaped({ ...ITEM, role: label, name: label, content: content(parts) }),
  multi_agent_call: shaped({ ...call, arguments: jsonOrText, action: json }),
  multi_agent_call_output: shaped({ ...call, output: answer }),
  program: local,
  program_output: local,
  web_search_call: kept,
  file_search_call: kept,
  code_interpreter_call: kept,
  image_generation_call: (value, path, draft) => {
    draft.countImage(path);
    const { result: _, ...rest } = asFields(value, path);
    draft.countJson(rest);
  },
};

const typed = byType(ITEMS, 'message');

/** One item of a request's `input`: OpenAI API reference, "Create a model response". */
export const item: FieldReader = (value, path, draft) => {
  draft.countMessage();
  const fields = asFields(value, path);
  // A reference need not say that it is one.
  const isReference =
    (fields['type'] ?? undefined) === undefined &&
    typeof fields['id'] === 'string' &&
    (fields['content'] ?? undefined) === undefined;
  (isReference ? reference : typed)(value, path, draft);
};

/** The whole conversation is read once more, and answered in short. */
export function compactOnce(path: string, draft: Draft): void {
  if (draft.rules.unknown === 'refuse') {
    throw unpriced(path, 'a compaction, which calls the model once more');
  }
  draft.compactions = 1;
}
