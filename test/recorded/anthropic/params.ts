import type {
  BetaContentBlockParam,
  BetaMessageParam,
  BetaRequestToolAdditionBlock,
} from '@anthropic-ai/sdk/resources/beta/messages';
import type {
  BrowserStateChange,
  CacheControlEphemeral,
  ContentBlockParam,
  DocumentBlockParam,
  ImageBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { opaque } from '../opaque.js';
import { PNG } from '../openai/picture.js';
import type { Filled, Samples } from '../whole.js';
import { BETA_BLOCKS } from './beta-blocks.js';
import { BLOCKS } from './blocks.js';
import { TOOLS } from './tools.js';

const CACHED: Filled<CacheControlEphemeral> = { type: 'ephemeral', ttl: '5m' };
const cache_control = CACHED;

const TEXT = { ...BLOCKS.text, cache_control };

export const IMAGE_SOURCES: Samples<ImageBlockParam['source']> = {
  base64: { type: 'base64', media_type: 'image/png', data: PNG },
  url: { type: 'url', url: 'https://example.com/ada.png' },
  file: { type: 'file', file_id: 'file_011C' },
};

const IMAGE: Filled<ImageBlockParam> = {
  type: 'image',
  source: IMAGE_SOURCES.base64,
  cache_control,
  transformations: { oversized_image: 'downsize' },
};

export const DOCUMENT_SOURCES: Samples<DocumentBlockParam['source']> = {
  text: { type: 'text', media_type: 'text/plain', data: 'Ada Lovelace, born 1815.' },
  content: { type: 'content', content: [TEXT, IMAGE] },
  base64: { type: 'base64', media_type: 'application/pdf', data: opaque('pdf', 4_000) },
  url: { type: 'url', url: 'https://example.com/ada.pdf' },
  file: { type: 'file', file_id: 'file_011C' },
};

const DOCUMENT: Filled<DocumentBlockParam> = {
  type: 'document',
  source: DOCUMENT_SOURCES.text,
  title: 'Notes',
  context: 'From the archive.',
  citations: { enabled: true },
  cache_control,
};

const CHANGES: Samples<BrowserStateChange> = {
  tab_opened: { type: 'tab_opened', tab_id: 't1' },
  download_started: { type: 'download_started', download_id: 'd1', url: 'https://example.com/a' },
  download_completed: {
    type: 'download_completed',
    download_id: 'd1',
    url: 'https://example.com/a',
    path: '/tmp/a',
    size_bytes: 12,
  },
  download_failed: {
    type: 'download_failed',
    download_id: 'd2',
    url: 'https://example.com/b',
    error: 'not found',
  },
};

/** What a client's tool may answer, beside plain text. */
export const RESULT_PARTS: Samples<
  Exclude<ToolResultBlockParam['content'], string | undefined>[number]
> = {
  text: TEXT,
  image: IMAGE,
  document: DOCUMENT,
  search_result: {
    type: 'search_result',
    title: 'Notes',
    source: 'https://example.com/notes',
    content: [TEXT],
    citations: { enabled: true },
    cache_control,
  },
  tool_reference: { type: 'tool_reference', tool_name: 'look_up', cache_control },
  browser_state: {
    type: 'browser_state',
    tabs: [{ tab_id: 't1', title: 'Ada', url: 'https://example.com/ada', active: true }],
    state_changes: Object.values(CHANGES),
    cache_control,
  },
};

/** Every block that a request's message can have, with all of its fields. */
const PARAM_BLOCKS: Samples<ContentBlockParam> = {
  text: TEXT,
  image: IMAGE,
  document: DOCUMENT,
  search_result: RESULT_PARTS.search_result,
  thinking: BLOCKS.thinking,
  redacted_thinking: BLOCKS.redacted_thinking,
  tool_use: { ...BLOCKS.tool_use, cache_control },
  tool_result: {
    type: 'tool_result',
    tool_use_id: BLOCKS.tool_use.id,
    is_error: false,
    content: Object.values(RESULT_PARTS),
    toolset_name: 'archive',
    cache_control,
  },
  server_tool_use: { ...BLOCKS.server_tool_use, cache_control },
  web_search_tool_result: { ...BLOCKS.web_search_tool_result, cache_control },
  web_fetch_tool_result: {
    ...BLOCKS.web_fetch_tool_result,
    content: {
      type: 'web_fetch_result',
      url: 'https://example.com/ada',
      retrieved_at: '2026-11-20T10:00:00Z',
      content: DOCUMENT,
    },
    cache_control,
  },
  code_execution_tool_result: { ...BLOCKS.code_execution_tool_result, cache_control },
  bash_code_execution_tool_result: { ...BLOCKS.bash_code_execution_tool_result, cache_control },
  text_editor_code_execution_tool_result: {
    ...BLOCKS.text_editor_code_execution_tool_result,
    cache_control,
  },
  tool_search_tool_result: {
    ...BLOCKS.tool_search_tool_result,
    content: {
      type: 'tool_search_tool_search_result',
      tool_references: [{ type: 'tool_reference', tool_name: 'look_up', cache_control }],
    },
    cache_control,
  },
  container_upload: { ...BLOCKS.container_upload, cache_control },
};

const ADDED: Samples<BetaRequestToolAdditionBlock['tool']> = {
  tool_reference: { type: 'tool_reference', name: 'look_up' },
  mcp_tool_reference: { type: 'mcp_tool_reference', name: 'search', server_name: 'archive' },
  mcp_toolset_reference: { type: 'mcp_toolset_reference', server_name: 'archive' },
  tool_definition: { type: 'tool_definition', definition: TOOLS.custom },
};

const ADDITION = { type: 'tool_addition' as const, tool: ADDED.tool_definition, cache_control };
const REMOVAL = { type: 'tool_removal' as const, tool: ADDED.tool_reference, cache_control };

/** The same with what the betas add. */
export const BETA_PARAM_BLOCKS: Samples<BetaContentBlockParam> = {
  ...PARAM_BLOCKS,
  advisor_tool_result: { ...BETA_BLOCKS.advisor_tool_result, cache_control },
  mcp_tool_use: { ...BETA_BLOCKS.mcp_tool_use, cache_control },
  mcp_tool_result: { ...BETA_BLOCKS.mcp_tool_result, content: [TEXT], cache_control },
  mcp_tool_listing: BETA_BLOCKS.mcp_tool_listing,
  compaction: {
    ...BETA_BLOCKS.compaction,
    tool_changes: [ADDITION, REMOVAL],
    cache_control,
  },
  fallback: BETA_BLOCKS.fallback,
  tool_addition: ADDITION,
  tool_removal: REMOVAL,
};

/** Every message that a request of the betas can have, with all of its fields. */
export const BETA_MESSAGES: Samples<BetaMessageParam, 'role'> = {
  user: { role: 'user', content: [TEXT] },
  assistant: { role: 'assistant', content: [TEXT] },
  system: {
    role: 'system',
    content: [TEXT, ADDITION],
    clear_at: 'next_user_message',
    output_config: { effort: 'low' },
  },
};
