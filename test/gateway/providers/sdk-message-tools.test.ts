import { BETA_TOOLS } from '../../recorded/anthropic/tools.js';
import { describeKinds, type Rows } from './treatment.js';

const DESCRIBED = {
  allowed_callers: 'counted',
  cache_control: 'bounded',
  defer_loading: 'counted',
  strict: 'counted',
  input_examples: 'counted',
  name: 'counted',
} as const;

const SEARCHED = {
  allowed_callers: 'counted',
  cache_control: 'bounded',
  defer_loading: 'counted',
  strict: 'counted',
  allowed_domains: 'counted',
  blocked_domains: 'counted',
  name: 'counted',
  max_uses: 'bounded',
  user_location: 'counted',
} as const;

const FETCHED = {
  allowed_callers: 'counted',
  cache_control: 'bounded',
  defer_loading: 'counted',
  strict: 'counted',
  allowed_domains: 'counted',
  blocked_domains: 'counted',
  name: 'counted',
  max_uses: 'bounded',
  max_content_tokens: 'bounded',
  citations: 'counted',
  url_sources: 'counted',
} as const;

const tools: Rows<typeof BETA_TOOLS> = {
  custom: {
    ...DESCRIBED,
    description: 'counted',
    input_schema: 'counted',
    eager_input_streaming: 'counted',
  },
  bash_20250124: DESCRIBED,
  text_editor_20250124: DESCRIBED,
  text_editor_20250429: DESCRIBED,
  text_editor_20250728: { ...DESCRIBED, max_characters: 'counted' },
  memory_20250818: DESCRIBED,
  browser_toolset_20260801: { cache_control: 'bounded', configs: 'counted' },
  computer_toolset_20260801: { cache_control: 'bounded', configs: 'counted' },
  code_execution_20250522: 'refused',
  code_execution_20250825: 'refused',
  code_execution_20260120: 'refused',
  code_execution_20260521: 'refused',
  web_search_20250305: SEARCHED,
  web_search_20260209: SEARCHED,
  web_search_20260318: { ...SEARCHED, response_inclusion: 'counted' },
  web_fetch_20250910: FETCHED,
  web_fetch_20260209: FETCHED,
  web_fetch_20260309: { ...FETCHED, use_cache: 'counted' },
  web_fetch_20260318: { ...FETCHED, use_cache: 'counted', response_inclusion: 'counted' },
  tool_search_tool_bm25_20251119: 'refused',
  tool_search_tool_bm25: 'refused',
  tool_search_tool_regex_20251119: 'refused',
  tool_search_tool_regex: 'refused',
  bash_20241022: DESCRIBED,
  text_editor_20241022: DESCRIBED,
  computer_20241022: {
    ...DESCRIBED,
    display_height_px: 'counted',
    display_width_px: 'counted',
    display_number: 'counted',
  },
  computer_20250124: {
    ...DESCRIBED,
    display_height_px: 'counted',
    display_width_px: 'counted',
    display_number: 'counted',
  },
  computer_20251124: {
    ...DESCRIBED,
    display_height_px: 'counted',
    display_width_px: 'counted',
    display_number: 'counted',
    enable_zoom: 'counted',
  },
  advisor_20260301: 'refused',
  mcp_toolset: 'refused',
};

describeKinds('the tools of a message', {
  api: 'messages',
  samples: BETA_TOOLS,
  rows: tools,
  body: (tool) => ({
    model: 'claude-opus-5',
    messages: [{ role: 'user', content: 'a' }],
    tools: [tool],
  }),
});
