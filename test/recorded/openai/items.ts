import type {
  ResponseOutputItem,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import { opaque } from '../opaque.js';
import type { Filled, Samples } from '../whole.js';
import {
  CALLERS,
  COMPUTER_ACTIONS,
  ENVIRONMENTS,
  PATCHES,
  SHELL_OUTPUT,
  SINGLE_ACTIONS,
} from './actions.js';
import { PNG_URL } from './picture.js';
import { PROVIDER_ITEMS } from './provider-items.js';
import { CONTENT } from './text.js';
import { TOOL_OUTPUT } from './tool-output.js';
import { TOOLS } from './tools.js';

const SUMMARY = '**Who wrote the first program?**\n\nThe notes of 1843 have one, so I look her up.';
const THOUGHT =
  'The user asks for the first program. Note G of 1843 has one for Bernoulli numbers.';

export const REASONING: Filled<ResponseReasoningItem> = {
  type: 'reasoning',
  id: 'rs_68af4030baa48193b0b43b4c2a176a1a0f05438e46b5f69a',
  status: 'completed',
  summary: [{ type: 'summary_text', text: SUMMARY }],
  content: [{ type: 'reasoning_text', text: THOUGHT }],
  encrypted_content: `gAAAAABo${opaque('reasoning', 1_016)}`,
};

const CREATED_BY = 'user_68f3';
const done = { status: 'completed' as const };

/** Every item that a response's `output` can have, with all of its fields. */
export const ITEMS: Samples<ResponseOutputItem> = {
  message: {
    type: 'message',
    id: 'msg_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    role: 'assistant',
    ...done,
    phase: 'final_answer',
    content: Object.values(CONTENT),
  },
  reasoning: REASONING,
  compaction: {
    type: 'compaction',
    id: 'cmp_68f4',
    encrypted_content: `gAAAAABo${opaque('compaction', 2_040)}`,
    created_by: CREATED_BY,
  },
  function_call: {
    type: 'function_call',
    id: 'fc_68f5',
    call_id: 'call_68f5',
    ...done,
    name: 'look_up',
    namespace: 'archive',
    arguments: '{"name":"Ada Lovelace"}',
    caller: CALLERS.direct,
  },
  function_call_output: {
    type: 'function_call_output',
    id: 'fco_68f5',
    call_id: 'call_68f5',
    ...done,
    output: Object.values(TOOL_OUTPUT),
    caller: CALLERS.direct,
    created_by: CREATED_BY,
  },
  custom_tool_call: {
    type: 'custom_tool_call',
    id: 'ctc_68f6',
    call_id: 'call_68f6',
    name: 'run_query',
    namespace: 'archive',
    input: 'ada',
    caller: CALLERS.program,
  },
  custom_tool_call_output: {
    type: 'custom_tool_call_output',
    id: 'ctco_68f6',
    call_id: 'call_68f6',
    ...done,
    output: Object.values(TOOL_OUTPUT),
    caller: CALLERS.program,
    created_by: CREATED_BY,
  },
  ...PROVIDER_ITEMS,
  computer_call: {
    type: 'computer_call',
    id: 'cu_68fb',
    call_id: 'call_68fb',
    ...done,
    action: SINGLE_ACTIONS.click,
    actions: Object.values(COMPUTER_ACTIONS),
    pending_safety_checks: [
      { id: 'cu_sc_1', code: 'malicious_instructions', message: 'The page gives orders.' },
    ],
  },
  computer_call_output: {
    type: 'computer_call_output',
    id: 'cuo_68fb',
    call_id: 'call_68fb',
    ...done,
    output: { type: 'computer_screenshot', image_url: PNG_URL, file_id: 'file-9a3' },
    acknowledged_safety_checks: [
      { id: 'cu_sc_1', code: 'malicious_instructions', message: 'The page gives orders.' },
    ],
    created_by: CREATED_BY,
  },
  local_shell_call: {
    type: 'local_shell_call',
    id: 'lsh_68fc',
    call_id: 'call_68fc',
    ...done,
    action: {
      type: 'exec',
      command: ['ls', '-l'],
      env: { LANG: 'C' },
      timeout_ms: 10_000,
      user: 'agent',
      working_directory: '/work',
    },
  },
  local_shell_call_output: {
    type: 'local_shell_call_output',
    id: 'call_68fc',
    ...done,
    output: '{"stdout":"ada.ts\\n","exit_code":0}',
  },
  shell_call: {
    type: 'shell_call',
    id: 'sh_68fd',
    call_id: 'call_68fd',
    ...done,
    action: { commands: ['ls', 'npm test'], timeout_ms: 120_000, max_output_length: 4_096 },
    environment: ENVIRONMENTS.local,
    caller: CALLERS.direct,
    created_by: CREATED_BY,
  },
  shell_call_output: {
    type: 'shell_call_output',
    id: 'sho_68fd',
    call_id: 'call_68fd',
    ...done,
    max_output_length: 4_096,
    output: [...SHELL_OUTPUT],
    caller: CALLERS.direct,
    created_by: CREATED_BY,
  },
  apply_patch_call: {
    type: 'apply_patch_call',
    id: 'apc_68fe',
    call_id: 'call_68fe',
    ...done,
    operation: PATCHES.update_file,
    caller: CALLERS.direct,
    created_by: CREATED_BY,
  },
  apply_patch_call_output: {
    type: 'apply_patch_call_output',
    id: 'apco_68fe',
    call_id: 'call_68fe',
    ...done,
    output: 'Patched src/ada.ts',
    caller: CALLERS.direct,
    created_by: CREATED_BY,
  },
  tool_search_call: {
    type: 'tool_search_call',
    id: 'tsc_6902',
    call_id: 'call_6902',
    ...done,
    execution: 'client',
    arguments: { goal: 'look a person up' },
    created_by: CREATED_BY,
  },
  tool_search_output: {
    type: 'tool_search_output',
    id: 'tso_6902',
    call_id: 'call_6902',
    ...done,
    execution: 'client',
    tools: [TOOLS.function, TOOLS.custom, TOOLS.namespace],
    created_by: CREATED_BY,
  },
  additional_tools: {
    type: 'additional_tools',
    id: 'at_6903',
    role: 'developer',
    tools: [TOOLS.function, TOOLS.shell, TOOLS.apply_patch],
  },
  program: {
    type: 'program',
    id: 'prg_6904',
    call_id: 'call_program_1',
    code: 'const who = await tools.look_up({ name: "Ada Lovelace" });\nreturn who.born;',
    fingerprint: 'fp_9b1c',
  },
  program_output: {
    type: 'program_output',
    id: 'prgo_6904',
    call_id: 'call_program_1',
    ...done,
    result: '1815',
  },
};
