import type {
  ComputerAction,
  ResponseApplyPatchToolCall,
  ResponseCodeInterpreterToolCall,
  ResponseComputerToolCall,
  ResponseFunctionShellToolCall,
  ResponseFunctionShellToolCallOutput,
  ResponseFunctionToolCall,
  ResponseFunctionWebSearch,
} from 'openai/resources/responses/responses';
import type { Filled, Samples } from '../whole.js';

/** Who called a tool: the model itself, or a program that it wrote. */
export const CALLERS: Samples<NonNullable<ResponseFunctionToolCall['caller']>> = {
  direct: { type: 'direct' },
  program: { type: 'program', caller_id: 'call_program_1' },
};

/** Only a `search` is billed as one. */
export const WEB_ACTIONS: Samples<ResponseFunctionWebSearch['action']> = {
  search: {
    type: 'search',
    query: 'first published computer program',
    queries: ['first published computer program', 'Ada Lovelace note G'],
    sources: [
      { type: 'url', url: 'https://example.com/ada' },
      { type: 'url', url: 'https://example.com/note-g' },
    ],
  },
  open_page: { type: 'open_page', url: 'https://example.com/note-g' },
  find_in_page: {
    type: 'find_in_page',
    url: 'https://example.com/note-g',
    pattern: 'Bernoulli',
  },
};

const KEYS = ['SHIFT'];
const AT = { x: 405, y: 157 };

export const COMPUTER_ACTIONS: Samples<ComputerAction> = {
  click: { type: 'click', button: 'left', ...AT, keys: KEYS },
  double_click: { type: 'double_click', ...AT, keys: KEYS },
  drag: { type: 'drag', path: [AT, { x: 500, y: 300 }], keys: KEYS },
  keypress: { type: 'keypress', keys: ['CTRL', 'L'] },
  move: { type: 'move', ...AT, keys: KEYS },
  screenshot: { type: 'screenshot' },
  scroll: { type: 'scroll', ...AT, scroll_x: 0, scroll_y: 640, keys: KEYS },
  type: { type: 'type', text: 'ada lovelace' },
  wait: { type: 'wait' },
};

/** The one action of models before there were lists of them: the same kinds. */
export const SINGLE_ACTIONS: Samples<NonNullable<ResponseComputerToolCall['action']>> = {
  ...COMPUTER_ACTIONS,
};

export const PATCHES: Samples<ResponseApplyPatchToolCall['operation']> = {
  create_file: {
    type: 'create_file',
    path: 'src/ada.ts',
    diff: '@@\n+export const born = 1815;\n',
  },
  update_file: {
    type: 'update_file',
    path: 'src/ada.ts',
    diff: '@@\n-export const born = 1815;\n+export const BORN = 1815;\n',
  },
  delete_file: { type: 'delete_file', path: 'src/charles.ts' },
};

export const ENVIRONMENTS: Samples<NonNullable<ResponseFunctionShellToolCall['environment']>> = {
  local: { type: 'local' },
  container_reference: { type: 'container_reference', container_id: 'cntr_68f0' },
};

const OUTCOMES: Samples<ResponseFunctionShellToolCallOutput.Output['outcome']> = {
  exit: { type: 'exit', exit_code: 0 },
  timeout: { type: 'timeout' },
};

export const SHELL_OUTPUT: readonly Filled<ResponseFunctionShellToolCallOutput.Output>[] = [
  { stdout: 'ada.ts\n', stderr: '', outcome: OUTCOMES.exit, created_by: 'user' },
  { stdout: '', stderr: 'tests still running\n', outcome: OUTCOMES.timeout, created_by: 'user' },
];

export const CODE_OUTPUTS: Samples<
  NonNullable<ResponseCodeInterpreterToolCall['outputs']>[number]
> = {
  logs: { type: 'logs', logs: '-1/30\n' },
  image: { type: 'image', url: 'https://files.example.com/cfile_68f1.png' },
};
