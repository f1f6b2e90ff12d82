import type {
  ChatCompletionCustomTool,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import type {
  ContainerAuto,
  CustomTool,
  FunctionShellTool,
  NamespaceTool,
  Tool,
} from 'openai/resources/responses/responses';
import type { Filled, Samples } from '../whole.js';

export const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string', description: "The person's whole name." } },
  required: ['name'],
  additionalProperties: false,
};

const CALLED_BY: ('direct' | 'programmatic')[] = ['direct', 'programmatic'];

const POLICIES: Samples<NonNullable<ContainerAuto['network_policy']>> = {
  disabled: { type: 'disabled' },
  allowlist: {
    type: 'allowlist',
    allowed_domains: ['example.com'],
    domain_secrets: [{ domain: 'example.com', name: 'TOKEN', value: 'not-a-secret' }],
  },
};

const SKILLS: Samples<NonNullable<ContainerAuto['skills']>[number]> = {
  skill_reference: { type: 'skill_reference', skill_id: 'skill_68f2', version: '2' },
  inline: {
    type: 'inline',
    name: 'slides',
    description: 'Makes slides.',
    source: { type: 'base64', media_type: 'application/zip', data: 'UEsDBAoAAAAAAA==' },
  },
};

export const SHELLS: Samples<NonNullable<FunctionShellTool['environment']>> = {
  local: {
    type: 'local',
    skills: [{ name: 'lint', description: 'Runs the linter.', path: '/skills/lint' }],
  },
  container_reference: { type: 'container_reference', container_id: 'cntr_68f0' },
  container_auto: {
    type: 'container_auto',
    file_ids: ['file-9a1'],
    memory_limit: '1g',
    network_policy: POLICIES.allowlist,
    skills: Object.values(SKILLS),
  },
};

const CUSTOM_FORMATS: Samples<NonNullable<CustomTool['format']>> = {
  text: { type: 'text' },
  grammar: { type: 'grammar', syntax: 'lark', definition: 'start: /[a-z]+/' },
};

const CUSTOM: Filled<CustomTool> = {
  type: 'custom',
  name: 'run_query',
  description: 'Runs a query.',
  format: CUSTOM_FORMATS.grammar,
  allowed_callers: CALLED_BY,
  defer_loading: false,
};

const FUNCTION = {
  type: 'function' as const,
  name: 'look_up',
  description: 'Looks a person up.',
  parameters: SCHEMA,
  output_schema: SCHEMA,
  strict: true,
  allowed_callers: CALLED_BY,
  defer_loading: false,
};

const NAMESPACE: Samples<NamespaceTool['tools'][number]> = { function: FUNCTION, custom: CUSTOM };

const LOCATION = {
  type: 'approximate' as const,
  city: 'London',
  country: 'GB',
  region: 'London',
  timezone: 'Europe/London',
};

const SEARCH: Filled<Extract<Tool, { filters?: { allowed_domains?: unknown } | null }>> = {
  type: 'web_search',
  filters: { allowed_domains: ['example.com'] },
  search_context_size: 'medium',
  user_location: LOCATION,
};

/** Every tool that a request can name, and that an item can bring, with all of its fields. */
export const TOOLS: Samples<Tool> = {
  function: FUNCTION,
  custom: CUSTOM,
  namespace: {
    type: 'namespace',
    name: 'archive',
    description: 'The archive.',
    tools: Object.values(NAMESPACE),
  },
  tool_search: {
    type: 'tool_search',
    description: 'Finds tools.',
    execution: 'client',
    parameters: SCHEMA,
  },
  apply_patch: { type: 'apply_patch', allowed_callers: CALLED_BY },
  shell: { type: 'shell', allowed_callers: CALLED_BY, environment: SHELLS.container_auto },
  local_shell: { type: 'local_shell' },
  computer: { type: 'computer' },
  computer_use_preview: {
    type: 'computer_use_preview',
    display_width: 1024,
    display_height: 768,
    environment: 'browser',
  },
  web_search: SEARCH,
  web_search_2025_08_26: { ...SEARCH, type: 'web_search_2025_08_26' },
  web_search_preview: {
    type: 'web_search_preview',
    search_content_types: ['text', 'image'],
    search_context_size: 'low',
    user_location: LOCATION,
  },
  web_search_preview_2025_03_11: {
    type: 'web_search_preview_2025_03_11',
    search_content_types: ['text'],
    search_context_size: 'high',
    user_location: LOCATION,
  },
  file_search: {
    type: 'file_search',
    vector_store_ids: ['vs_1'],
    filters: { type: 'and', filters: [{ type: 'eq', key: 'year', value: 1843 }] },
    max_num_results: 5,
    ranking_options: {
      ranker: 'auto',
      score_threshold: 0.2,
      hybrid_search: { embedding_weight: 0.7, text_weight: 0.3 },
    },
  },
  code_interpreter: {
    type: 'code_interpreter',
    allowed_callers: CALLED_BY,
    container: {
      type: 'auto',
      file_ids: ['file-9a1'],
      memory_limit: '1g',
      network_policy: POLICIES.disabled,
    },
  },
  image_generation: {
    type: 'image_generation',
    action: 'generate',
    background: 'auto',
    input_fidelity: 'high',
    input_image_mask: { file_id: 'file-9a3', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
    model: 'gpt-image-1',
    moderation: 'auto',
    output_compression: 100,
    output_format: 'png',
    partial_images: 1,
    quality: 'low',
    size: '1024x1024',
  },
  mcp: {
    type: 'mcp',
    server_label: 'archive',
    server_url: 'https://mcp.example.com',
    server_description: 'The archive.',
    connector_id: 'connector_gmail',
    tunnel_id: 'tun_1',
    authorization: 'not-a-secret',
    headers: { 'x-archive': '1' },
    allowed_callers: CALLED_BY,
    allowed_tools: { read_only: true, tool_names: ['search'] },
    require_approval: {
      always: { read_only: false, tool_names: ['write'] },
      never: { read_only: true, tool_names: ['search'] },
    },
    defer_loading: false,
  },
  programmatic_tool_calling: { type: 'programmatic_tool_calling' },
};

const CHAT_FORMATS: Samples<NonNullable<ChatCompletionCustomTool.Custom['format']>> = {
  text: { type: 'text' },
  grammar: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: /[a-z]+/' } },
};

/** The tools of chat completions. */
export const CHAT_TOOLS: Samples<ChatCompletionTool> = {
  function: {
    type: 'function',
    function: {
      name: 'look_up',
      description: 'Looks a person up.',
      parameters: SCHEMA,
      strict: true,
    },
  },
  custom: {
    type: 'custom',
    custom: { name: 'run_query', description: 'Runs a query.', format: CHAT_FORMATS.grammar },
  },
};
