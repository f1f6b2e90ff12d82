import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import type { Samples } from '../whole.js';
import { CODE_OUTPUTS, WEB_ACTIONS } from './actions.js';
import { PNG } from './picture.js';
import { SCHEMA } from './tools.js';

const done = { status: 'completed' as const };

/** The items of tools that OpenAI itself runs. */
export const PROVIDER_ITEMS: Pick<
  Samples<ResponseOutputItem>,
  | 'web_search_call'
  | 'file_search_call'
  | 'code_interpreter_call'
  | 'image_generation_call'
  | 'mcp_list_tools'
  | 'mcp_approval_request'
  | 'mcp_approval_response'
  | 'mcp_call'
> = {
  web_search_call: {
    type: 'web_search_call',
    id: 'ws_68f7',
    ...done,
    action: WEB_ACTIONS.search,
  },
  file_search_call: {
    type: 'file_search_call',
    id: 'fs_68f8',
    ...done,
    queries: ['first program'],
    results: [
      {
        file_id: 'file-9a1',
        filename: 'ada.pdf',
        score: 0.91,
        text: 'Note G has a program for Bernoulli numbers.',
        attributes: { year: 1843, author: 'Ada Lovelace', printed: true },
      },
    ],
  },
  code_interpreter_call: {
    type: 'code_interpreter_call',
    id: 'ci_68f9',
    ...done,
    container_id: 'cntr_68f0',
    code: 'from sympy import bernoulli\nprint(bernoulli(4))',
    outputs: Object.values(CODE_OUTPUTS),
  },
  image_generation_call: { type: 'image_generation_call', id: 'ig_68fa', ...done, result: PNG },
  mcp_list_tools: {
    type: 'mcp_list_tools',
    id: 'mcpl_68ff',
    server_label: 'archive',
    error: 'The list may be old.',
    tools: [
      {
        name: 'search',
        description: 'Searches the archive.',
        input_schema: SCHEMA,
        annotations: { read_only: true },
      },
    ],
  },
  mcp_approval_request: {
    type: 'mcp_approval_request',
    id: 'mcpr_6900',
    server_label: 'archive',
    name: 'search',
    arguments: '{"name":"Ada Lovelace"}',
  },
  mcp_approval_response: {
    type: 'mcp_approval_response',
    id: 'mcprr_6900',
    approval_request_id: 'mcpr_6900',
    approve: true,
    reason: 'It only reads.',
  },
  mcp_call: {
    type: 'mcp_call',
    id: 'mcp_6901',
    ...done,
    server_label: 'archive',
    name: 'search',
    arguments: '{"name":"Ada Lovelace"}',
    output: 'Ada Lovelace, born 1815.',
    error: 'One shelf was closed.',
    approval_request_id: 'mcpr_6900',
  },
};
