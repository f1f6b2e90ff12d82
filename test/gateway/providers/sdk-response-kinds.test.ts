import { INPUT_ITEMS } from '../../recorded/openai/input-items.js';
import type { ITEMS } from '../../recorded/openai/items.js';
import { CONTENT } from '../../recorded/openai/text.js';
import { TOOL_OUTPUT } from '../../recorded/openai/tool-output.js';
import { TOOLS } from '../../recorded/openai/tools.js';
import { describeKinds, type Rows } from './treatment.js';

const asked = { model: 'gpt-5-mini', input: 'a' };

/** What a request's type knows, and what answers have besides. */
type Items = {
  readonly [Kind in keyof typeof INPUT_ITEMS]:
    | (typeof INPUT_ITEMS)[Kind]
    | (Kind extends keyof typeof ITEMS ? (typeof ITEMS)[Kind] : never);
};

const items: Rows<Items> = {
  message: { id: 'counted', status: 'free', phase: 'counted', content: 'required' },
  reasoning: {
    id: 'counted',
    status: 'free',
    summary: 'counted',
    content: 'counted',
    encrypted_content: 'counted',
  },
  compaction: { id: 'counted', encrypted_content: 'bounded', created_by: 'counted' },
  function_call: {
    id: 'counted',
    call_id: 'counted',
    status: 'free',
    name: 'counted',
    namespace: 'counted',
    arguments: 'counted',
    caller: 'counted',
  },
  function_call_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'free',
    output: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  custom_tool_call: {
    id: 'counted',
    call_id: 'counted',
    name: 'counted',
    namespace: 'counted',
    input: 'counted',
    caller: 'counted',
  },
  custom_tool_call_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'free',
    output: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  web_search_call: { id: 'counted', status: 'counted', action: 'counted' },
  file_search_call: { id: 'counted', status: 'counted', queries: 'counted', results: 'counted' },
  code_interpreter_call: {
    id: 'counted',
    status: 'counted',
    container_id: 'counted',
    code: 'counted',
    outputs: 'counted',
  },
  image_generation_call: { id: 'counted', status: 'counted', result: 'free' },
  mcp_list_tools: { id: 'counted', server_label: 'counted', error: 'counted', tools: 'counted' },
  mcp_approval_request: {
    id: 'counted',
    server_label: 'counted',
    name: 'counted',
    arguments: 'counted',
  },
  mcp_approval_response: {
    id: 'counted',
    approval_request_id: 'counted',
    approve: 'counted',
    reason: 'counted',
  },
  mcp_call: {
    id: 'counted',
    status: 'counted',
    server_label: 'counted',
    name: 'counted',
    arguments: 'counted',
    output: 'counted',
    error: 'counted',
    approval_request_id: 'counted',
  },
  computer_call: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    action: 'counted',
    actions: 'counted',
    pending_safety_checks: 'counted',
  },
  computer_call_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'free',
    output: 'counted',
    acknowledged_safety_checks: 'counted',
    created_by: 'counted',
  },
  local_shell_call: { id: 'counted', call_id: 'counted', status: 'counted', action: 'counted' },
  local_shell_call_output: { id: 'counted', status: 'free', output: 'counted' },
  shell_call: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    action: 'counted',
    environment: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  shell_call_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    max_output_length: 'counted',
    output: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  apply_patch_call: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    operation: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  apply_patch_call_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    output: 'counted',
    caller: 'counted',
    created_by: 'counted',
  },
  tool_search_call: {
    id: 'counted',
    call_id: 'counted',
    status: 'counted',
    execution: 'counted',
    arguments: 'counted',
    created_by: 'counted',
  },
  tool_search_output: {
    id: 'counted',
    call_id: 'counted',
    status: 'free',
    execution: 'free',
    tools: 'counted',
    created_by: 'counted',
  },
  additional_tools: { id: 'counted', tools: 'refused' },
  program: { id: 'counted', call_id: 'counted', code: 'counted', fingerprint: 'counted' },
  program_output: { id: 'counted', call_id: 'counted', status: 'counted', result: 'counted' },
  compaction_trigger: {},
  item_reference: { id: 'counted' },
};

const PARTS = { ...TOOL_OUTPUT, ...CONTENT };
const parts: Rows<typeof PARTS> = {
  input_text: { text: 'counted', prompt_cache_breakpoint: 'free' },
  input_image: {
    detail: 'free',
    file_id: 'free',
    image_url: 'free',
    prompt_cache_breakpoint: 'free',
  },
  input_file: {
    detail: 'free',
    file_data: 'free',
    file_id: 'free',
    file_url: 'free',
    filename: 'counted',
    prompt_cache_breakpoint: 'free',
  },
  output_text: { text: 'counted', annotations: 'counted', logprobs: 'free' },
  refusal: { refusal: 'counted' },
};

const tools: Rows<typeof TOOLS> = {
  function: {
    name: 'counted',
    description: 'counted',
    parameters: 'counted',
    output_schema: 'counted',
    strict: 'counted',
    allowed_callers: 'counted',
    defer_loading: 'counted',
  },
  custom: {
    name: 'counted',
    description: 'counted',
    format: 'counted',
    allowed_callers: 'counted',
    defer_loading: 'counted',
  },
  namespace: { name: 'counted', description: 'counted', tools: 'counted' },
  tool_search: { description: 'counted', execution: 'required', parameters: 'counted' },
  apply_patch: { allowed_callers: 'counted' },
  shell: { allowed_callers: 'counted', environment: 'refused' },
  local_shell: {},
  computer: {},
  computer_use_preview: {
    display_width: 'counted',
    display_height: 'counted',
    environment: 'counted',
  },
  web_search: { filters: 'counted', search_context_size: 'counted', user_location: 'counted' },
  web_search_2025_08_26: {
    filters: 'counted',
    search_context_size: 'counted',
    user_location: 'counted',
  },
  web_search_preview: {
    search_content_types: 'counted',
    search_context_size: 'counted',
    user_location: 'counted',
  },
  web_search_preview_2025_03_11: {
    search_content_types: 'counted',
    search_context_size: 'counted',
    user_location: 'counted',
  },
  file_search: {
    vector_store_ids: 'counted',
    filters: 'counted',
    max_num_results: 'counted',
    ranking_options: 'counted',
  },
  code_interpreter: 'refused',
  image_generation: 'refused',
  mcp: 'refused',
  programmatic_tool_calling: 'refused',
};

describeKinds<Items>('the items of an input', {
  api: 'responses',
  samples: INPUT_ITEMS,
  rows: items,
  body: (item) => ({ ...asked, input: [item] }),
});

describeKinds('the parts of an item', {
  api: 'responses',
  samples: PARTS,
  rows: parts,
  body: (part) => ({ ...asked, input: [{ role: 'user', content: [part] }] }),
});

describeKinds('the tools of a response', {
  api: 'responses',
  samples: TOOLS,
  rows: tools,
  body: (tool) => ({ ...asked, tools: [tool] }),
});
