import { BETA_MESSAGES, BETA_PARAM_BLOCKS, RESULT_PARTS } from '../../recorded/anthropic/params.js';
import { describeKinds, type Rows } from './treatment.js';

const asked = { model: 'claude-opus-5', messages: [{ role: 'user', content: 'a' }] };

const messages: Rows<typeof BETA_MESSAGES> = {
  // A part of it is marked for the cache.
  user: { content: 'bounded' },
  assistant: { content: 'bounded' },
  system: { content: 'bounded', clear_at: 'free', output_config: 'counted' },
};

const blocks: Rows<typeof BETA_PARAM_BLOCKS> = {
  text: { text: 'counted', citations: 'counted', cache_control: 'bounded' },
  image: { source: 'counted', cache_control: 'bounded', transformations: 'free' },
  document: {
    source: 'counted',
    title: 'counted',
    context: 'counted',
    citations: 'bounded',
    cache_control: 'bounded',
  },
  search_result: {
    title: 'counted',
    source: 'counted',
    content: 'counted',
    citations: 'bounded',
    cache_control: 'bounded',
  },
  thinking: { thinking: 'counted', signature: 'counted' },
  redacted_thinking: { data: 'counted' },
  tool_use: {
    id: 'counted',
    name: 'counted',
    input: 'counted',
    caller: 'counted',
    toolset_name: 'counted',
    cache_control: 'bounded',
  },
  tool_result: {
    tool_use_id: 'counted',
    is_error: 'free',
    content: 'bounded',
    toolset_name: 'counted',
    cache_control: 'bounded',
  },
  server_tool_use: {
    id: 'counted',
    name: 'counted',
    input: 'counted',
    caller: 'counted',
    cache_control: 'bounded',
  },
  web_search_tool_result: {
    tool_use_id: 'counted',
    content: 'counted',
    caller: 'counted',
    cache_control: 'bounded',
  },
  web_fetch_tool_result: {
    tool_use_id: 'counted',
    content: 'bounded',
    caller: 'counted',
    cache_control: 'bounded',
  },
  code_execution_tool_result: {
    tool_use_id: 'counted',
    content: 'bounded',
    cache_control: 'bounded',
  },
  bash_code_execution_tool_result: {
    tool_use_id: 'counted',
    content: 'bounded',
    cache_control: 'bounded',
  },
  text_editor_code_execution_tool_result: {
    tool_use_id: 'counted',
    content: 'counted',
    cache_control: 'bounded',
  },
  tool_search_tool_result: { tool_use_id: 'counted', content: 'counted', cache_control: 'bounded' },
  container_upload: { file_id: 'bounded', cache_control: 'bounded' },
  advisor_tool_result: { tool_use_id: 'counted', content: 'counted', cache_control: 'bounded' },
  mcp_tool_use: {
    id: 'counted',
    name: 'counted',
    server_name: 'counted',
    input: 'counted',
    cache_control: 'bounded',
  },
  mcp_tool_result: {
    tool_use_id: 'counted',
    is_error: 'free',
    content: 'counted',
    cache_control: 'bounded',
  },
  mcp_tool_listing: { mcp_server_name: 'counted', tools: 'counted' },
  compaction: {
    content: 'counted',
    encrypted_content: 'counted',
    signature: 'counted',
    tool_changes: 'counted',
    cache_control: 'bounded',
  },
  fallback: { from: 'counted', to: 'counted', trigger: 'counted' },
  tool_addition: { tool: 'counted', cache_control: 'bounded' },
  tool_removal: { tool: 'counted', cache_control: 'bounded' },
};

const results: Rows<typeof RESULT_PARTS> = {
  text: { text: 'counted', citations: 'counted', cache_control: 'bounded' },
  image: { source: 'counted', cache_control: 'bounded', transformations: 'free' },
  document: {
    source: 'counted',
    title: 'counted',
    context: 'counted',
    citations: 'bounded',
    cache_control: 'bounded',
  },
  search_result: {
    title: 'counted',
    source: 'counted',
    content: 'counted',
    citations: 'bounded',
    cache_control: 'bounded',
  },
  tool_reference: { tool_name: 'counted', cache_control: 'bounded' },
  browser_state: { tabs: 'counted', state_changes: 'counted', cache_control: 'bounded' },
};

describeKinds('the messages of a conversation, by role', {
  api: 'messages',
  samples: BETA_MESSAGES,
  rows: messages,
  body: (message) => ({ ...asked, messages: [message] }),
});

describeKinds('the blocks of a message', {
  api: 'messages',
  samples: BETA_PARAM_BLOCKS,
  rows: blocks,
  body: (block) => ({ ...asked, messages: [{ role: 'user', content: [block] }] }),
});

describeKinds('what a tool of the caller answers', {
  api: 'messages',
  samples: RESULT_PARTS,
  rows: results,
  body: (part) => {
    const result = { type: 'tool_result', tool_use_id: 'toolu_01A', content: [part] };
    return { ...asked, messages: [{ role: 'user', content: [result] }] };
  },
});
