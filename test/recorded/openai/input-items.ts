import type { ResponseInputItem } from 'openai/resources/responses/responses';
import type { Samples } from '../whole.js';
import { SHELL_OUTPUT } from './actions.js';
import { ITEMS } from './items.js';
import { PNG_URL } from './picture.js';
import { SHELLS } from './tools.js';

type InputItems = Samples<ResponseInputItem>;

/** What a client's tools answered, as text or by what lies in the request: nothing by reference. */
const ANSWERED: Pick<
  InputItems,
  | 'function_call_output'
  | 'custom_tool_call_output'
  | 'computer_call_output'
  | 'local_shell_call_output'
  | 'shell_call_output'
  | 'apply_patch_call_output'
  | 'mcp_approval_response'
  | 'tool_search_output'
> = {
  ...ITEMS,
  function_call_output: { ...ITEMS.function_call_output, output: 'Ada Lovelace, born 1815.' },
  computer_call_output: { ...ITEMS.computer_call_output, status: 'completed' },
  custom_tool_call_output: { ...ITEMS.custom_tool_call_output, output: '1 row: Ada Lovelace' },
  shell_call_output: { ...ITEMS.shell_call_output, output: [...SHELL_OUTPUT] },
};

/** Every item that a request's `input` can have, with all of its fields. */
export const INPUT_ITEMS: InputItems = {
  ...ITEMS,
  ...ANSWERED,
  shell_call: { ...ITEMS.shell_call, environment: SHELLS.local },
  additional_tools: { ...ITEMS.additional_tools, role: 'developer' },
  compaction_trigger: { type: 'compaction_trigger' },
  item_reference: { type: 'item_reference', id: ITEMS.message.id },
};

const screenshot = { type: 'computer_screenshot', image_url: PNG_URL } as const;

/** By the call that it answers: the item that the client sends next. */
export const RESULTS: Readonly<Record<string, object>> = {
  function_call: ANSWERED.function_call_output,
  custom_tool_call: ANSWERED.custom_tool_call_output,
  computer_call: { ...ANSWERED.computer_call_output, output: screenshot },
  local_shell_call: ANSWERED.local_shell_call_output,
  shell_call: ANSWERED.shell_call_output,
  apply_patch_call: ANSWERED.apply_patch_call_output,
  mcp_approval_request: ANSWERED.mcp_approval_response,
  tool_search_call: ANSWERED.tool_search_output,
};
