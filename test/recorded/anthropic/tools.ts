import type { BetaToolUnion } from '@anthropic-ai/sdk/resources/beta/messages';
import type { ToolUnion, WebFetchURLSources } from '@anthropic-ai/sdk/resources/messages';
import type { Filled, Samples } from '../whole.js';
import { BROWSER_MEMBERS, COMPUTER_MEMBERS, TOOLSET_MEMBER } from './toolsets.js';

const cache_control = { type: 'ephemeral' as const, ttl: '5m' as const };

export const SCHEMA = {
  type: 'object' as const,
  properties: { name: { type: 'string', description: "The person's whole name." } },
  required: ['name'],
};

/** What the fields of most tools are. */
const common = {
  allowed_callers: ['direct' as const],
  cache_control,
  defer_loading: false,
  strict: true,
};
const described = { ...common, input_examples: [{ name: 'Ada Lovelace' }] };

const location = {
  type: 'approximate' as const,
  city: 'London',
  country: 'GB',
  region: 'London',
  timezone: 'Europe/London',
};
const domains = { allowed_domains: ['example.com'], blocked_domains: ['example.org'] };
const search = {
  ...common,
  ...domains,
  name: 'web_search' as const,
  max_uses: 3,
  user_location: location,
};

const NAMED = [{ type: 'tool_reference' as const, name: 'look_up' }];
const SOURCES: Filled<WebFetchURLSources> = {
  client_tool_results: { type: 'only', tools: NAMED },
  server_tool_results: { type: 'except', tools: NAMED },
  user_input: { type: 'all' },
};
const fetch = {
  ...common,
  ...domains,
  name: 'web_fetch' as const,
  max_uses: 3,
  max_content_tokens: 10_000,
  citations: { enabled: true },
  url_sources: SOURCES,
};

const CODE = { ...common, name: 'code_execution' as const };
const EDITOR = { ...described, name: 'str_replace_based_edit_tool' as const };
const OLD_EDITOR = { ...described, name: 'str_replace_editor' as const };
const BASH = { ...described, name: 'bash' as const };
const BM25 = { ...common, name: 'tool_search_tool_bm25' as const };
const REGEX = { ...common, name: 'tool_search_tool_regex' as const };

const set = TOOLSET_MEMBER;

/** Every tool that a request can name, with all of its fields. */
export const TOOLS: Samples<ToolUnion> = {
  custom: {
    ...described,
    type: 'custom',
    name: 'look_up',
    description: 'Looks a person up.',
    input_schema: SCHEMA,
    eager_input_streaming: false,
  },
  bash_20250124: { ...BASH, type: 'bash_20250124' },
  text_editor_20250124: { ...OLD_EDITOR, type: 'text_editor_20250124' },
  text_editor_20250429: { ...EDITOR, type: 'text_editor_20250429' },
  text_editor_20250728: { ...EDITOR, type: 'text_editor_20250728', max_characters: 10_000 },
  memory_20250818: { ...described, type: 'memory_20250818', name: 'memory' },
  browser_toolset_20260801: {
    type: 'browser_toolset_20260801',
    cache_control,
    configs: BROWSER_MEMBERS,
  },
  computer_toolset_20260801: {
    type: 'computer_toolset_20260801',
    cache_control,
    configs: COMPUTER_MEMBERS,
  },
  code_execution_20250522: { ...CODE, type: 'code_execution_20250522' },
  code_execution_20250825: { ...CODE, type: 'code_execution_20250825' },
  code_execution_20260120: { ...CODE, type: 'code_execution_20260120' },
  code_execution_20260521: { ...CODE, type: 'code_execution_20260521' },
  web_search_20250305: { ...search, type: 'web_search_20250305' },
  web_search_20260209: { ...search, type: 'web_search_20260209' },
  web_search_20260318: { ...search, type: 'web_search_20260318', response_inclusion: 'full' },
  web_fetch_20250910: { ...fetch, type: 'web_fetch_20250910' },
  web_fetch_20260209: { ...fetch, type: 'web_fetch_20260209' },
  web_fetch_20260309: { ...fetch, type: 'web_fetch_20260309', use_cache: true },
  web_fetch_20260318: {
    ...fetch,
    type: 'web_fetch_20260318',
    use_cache: true,
    response_inclusion: 'full',
  },
  tool_search_tool_bm25_20251119: { ...BM25, type: 'tool_search_tool_bm25_20251119' },
  tool_search_tool_bm25: { ...BM25, type: 'tool_search_tool_bm25' },
  tool_search_tool_regex_20251119: { ...REGEX, type: 'tool_search_tool_regex_20251119' },
  tool_search_tool_regex: { ...REGEX, type: 'tool_search_tool_regex' },
};

const COMPUTER = {
  ...described,
  name: 'computer' as const,
  display_height_px: 768,
  display_width_px: 1_024,
  display_number: 1,
};

/** The same with what the betas add. */
export const BETA_TOOLS: Samples<BetaToolUnion> = {
  ...TOOLS,
  bash_20241022: { ...BASH, type: 'bash_20241022' },
  text_editor_20241022: { ...OLD_EDITOR, type: 'text_editor_20241022' },
  computer_20241022: { ...COMPUTER, type: 'computer_20241022' },
  computer_20250124: { ...COMPUTER, type: 'computer_20250124' },
  computer_20251124: { ...COMPUTER, type: 'computer_20251124', enable_zoom: true },
  advisor_20260301: {
    ...common,
    type: 'advisor_20260301',
    name: 'advisor',
    model: 'claude-fable-5',
    caching: cache_control,
    max_tokens: 1_024,
    max_uses: 1,
  },
  mcp_toolset: {
    type: 'mcp_toolset',
    mcp_server_name: 'archive',
    cache_control,
    default_config: set,
    configs: { search: set },
    tools: [{ name: 'search', description: 'Searches the archive.', input_schema: SCHEMA }],
  },
};
