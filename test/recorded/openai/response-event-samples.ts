import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Samples } from '../whole.js';
import { ITEMS, REASONING } from './items.js';
import { PNG } from './picture.js';
import { FILLED_RESPONSE } from './response.js';
import { ANNOTATIONS, ANSWER, CONTENT, deltaLogprobOf, REFUSAL } from './text.js';

const n = { sequence_number: 7 };
const item = { ...n, item_id: 'item_68af', output_index: 0 };
const part = { ...item, content_index: 0 };
const summary = { ...item, summary_index: 0 };
const [SUMMARY] = REASONING.summary;
const [THOUGHT] = REASONING.content;
// The SDK's type has it, though only the SDK writes it.
const response = { ...FILLED_RESPONSE, output_text: ANSWER };

if (SUMMARY === undefined || THOUGHT === undefined) throw new Error('no reasoning is recorded');

/** Every event that a stream can have, with all of its fields. */
export const RESPONSE_EVENTS: Samples<ResponseStreamEvent> = {
  'response.created': { type: 'response.created', ...n, response },
  'response.queued': { type: 'response.queued', ...n, response },
  'response.in_progress': { type: 'response.in_progress', ...n, response },
  'response.completed': { type: 'response.completed', ...n, response },
  'response.incomplete': { type: 'response.incomplete', ...n, response },
  'response.failed': { type: 'response.failed', ...n, response },
  error: {
    type: 'error',
    ...n,
    code: 'server_error',
    message: 'The model failed to answer.',
    param: 'input',
  },
  'response.output_item.added': {
    type: 'response.output_item.added',
    ...n,
    output_index: 0,
    item: ITEMS.message,
  },
  'response.output_item.done': {
    type: 'response.output_item.done',
    ...n,
    output_index: 0,
    item: ITEMS.message,
  },
  'response.content_part.added': {
    type: 'response.content_part.added',
    ...part,
    part: CONTENT.output_text,
  },
  'response.content_part.done': {
    type: 'response.content_part.done',
    ...part,
    part: { type: 'reasoning_text', text: THOUGHT.text },
  },
  'response.output_text.delta': {
    type: 'response.output_text.delta',
    ...part,
    delta: 'Ada',
    logprobs: [deltaLogprobOf('Ada')],
  },
  'response.output_text.done': {
    type: 'response.output_text.done',
    ...part,
    text: ANSWER,
    logprobs: [deltaLogprobOf('Ada')],
  },
  'response.output_text.annotation.added': {
    type: 'response.output_text.annotation.added',
    ...part,
    annotation_index: 0,
    annotation: ANNOTATIONS.url_citation,
  },
  'response.refusal.delta': { type: 'response.refusal.delta', ...part, delta: REFUSAL },
  'response.refusal.done': { type: 'response.refusal.done', ...part, refusal: REFUSAL },
  'response.reasoning_text.delta': {
    type: 'response.reasoning_text.delta',
    ...part,
    delta: THOUGHT.text,
  },
  'response.reasoning_text.done': {
    type: 'response.reasoning_text.done',
    ...part,
    text: THOUGHT.text,
  },
  'response.reasoning_summary_part.added': {
    type: 'response.reasoning_summary_part.added',
    ...summary,
    part: { type: 'summary_text', text: '' },
  },
  'response.reasoning_summary_part.done': {
    type: 'response.reasoning_summary_part.done',
    ...summary,
    part: SUMMARY,
    status: 'incomplete',
  },
  'response.reasoning_summary_text.delta': {
    type: 'response.reasoning_summary_text.delta',
    ...summary,
    delta: SUMMARY.text,
  },
  'response.reasoning_summary_text.done': {
    type: 'response.reasoning_summary_text.done',
    ...summary,
    text: SUMMARY.text,
  },
  'response.function_call_arguments.delta': {
    type: 'response.function_call_arguments.delta',
    ...item,
    delta: '{"name":',
  },
  'response.function_call_arguments.done': {
    type: 'response.function_call_arguments.done',
    ...item,
    name: 'look_up',
    arguments: ITEMS.function_call.arguments,
  },
  'response.custom_tool_call_input.delta': {
    type: 'response.custom_tool_call_input.delta',
    ...item,
    delta: 'ada',
  },
  'response.custom_tool_call_input.done': {
    type: 'response.custom_tool_call_input.done',
    ...item,
    input: 'ada',
  },
  'response.web_search_call.in_progress': {
    type: 'response.web_search_call.in_progress',
    ...item,
  },
  'response.web_search_call.searching': { type: 'response.web_search_call.searching', ...item },
  'response.web_search_call.completed': { type: 'response.web_search_call.completed', ...item },
  'response.file_search_call.in_progress': {
    type: 'response.file_search_call.in_progress',
    ...item,
  },
  'response.file_search_call.searching': { type: 'response.file_search_call.searching', ...item },
  'response.file_search_call.completed': { type: 'response.file_search_call.completed', ...item },
  'response.code_interpreter_call.in_progress': {
    type: 'response.code_interpreter_call.in_progress',
    ...item,
  },
  'response.code_interpreter_call.interpreting': {
    type: 'response.code_interpreter_call.interpreting',
    ...item,
  },
  'response.code_interpreter_call.completed': {
    type: 'response.code_interpreter_call.completed',
    ...item,
  },
  'response.code_interpreter_call_code.delta': {
    type: 'response.code_interpreter_call_code.delta',
    ...item,
    delta: 'print(1)',
  },
  'response.code_interpreter_call_code.done': {
    type: 'response.code_interpreter_call_code.done',
    ...item,
    code: 'print(1)',
  },
  'response.image_generation_call.in_progress': {
    type: 'response.image_generation_call.in_progress',
    ...item,
  },
  'response.image_generation_call.generating': {
    type: 'response.image_generation_call.generating',
    ...item,
  },
  'response.image_generation_call.partial_image': {
    type: 'response.image_generation_call.partial_image',
    ...item,
    partial_image_b64: PNG,
    partial_image_index: 0,
  },
  'response.image_generation_call.completed': {
    type: 'response.image_generation_call.completed',
    ...item,
  },
  'response.mcp_list_tools.in_progress': { type: 'response.mcp_list_tools.in_progress', ...item },
  'response.mcp_list_tools.completed': { type: 'response.mcp_list_tools.completed', ...item },
  'response.mcp_list_tools.failed': { type: 'response.mcp_list_tools.failed', ...item },
  'response.mcp_call.in_progress': { type: 'response.mcp_call.in_progress', ...item },
  'response.mcp_call.completed': { type: 'response.mcp_call.completed', ...item },
  'response.mcp_call.failed': { type: 'response.mcp_call.failed', ...item },
  'response.mcp_call_arguments.delta': {
    type: 'response.mcp_call_arguments.delta',
    ...item,
    delta: '{"name":',
  },
  'response.mcp_call_arguments.done': {
    type: 'response.mcp_call_arguments.done',
    ...item,
    arguments: ITEMS.mcp_call.arguments,
  },
  'response.audio.delta': { type: 'response.audio.delta', ...n, delta: 'UklGRg==' },
  'response.audio.done': { type: 'response.audio.done', ...n },
  'response.audio.transcript.delta': {
    type: 'response.audio.transcript.delta',
    ...n,
    delta: 'Ada',
  },
  'response.audio.transcript.done': { type: 'response.audio.transcript.done', ...n },
};
