import type {
  BetaAdvisorToolResultBlock,
  BetaCompactionBlock,
  BetaContentBlock,
  BetaServerToolUseBlock,
} from '@anthropic-ai/sdk/resources/beta/messages';
import { opaque } from '../opaque.js';
import type { Filled, Samples } from '../whole.js';
import { BLOCKS } from './blocks.js';

const SCHEMA = { type: 'object' as const, properties: { name: { type: 'string' } } };

export const ADVICE: Samples<BetaAdvisorToolResultBlock['content']> = {
  advisor_result: {
    type: 'advisor_result',
    text: 'Say it in one sentence.',
    stop_reason: 'end_turn',
  },
  advisor_redacted_result: {
    type: 'advisor_redacted_result',
    encrypted_content: opaque('advice', 400),
    stop_reason: 'end_turn',
  },
  advisor_tool_result_error: { type: 'advisor_tool_result_error', error_code: 'overloaded' },
};

type ToolChange = NonNullable<BetaCompactionBlock['tool_changes']>[number];
type Added = Extract<ToolChange, { type: 'tool_addition' }>['tool'];

const ADDED: Samples<Added> = {
  tool_reference: { type: 'tool_reference', name: 'look_up' },
  mcp_tool_reference: { type: 'mcp_tool_reference', name: 'search', server_name: 'archive' },
  mcp_toolset_reference: { type: 'mcp_toolset_reference', server_name: 'archive' },
  tool_definition: {
    type: 'tool_definition',
    definition: {
      type: 'custom',
      name: 'look_up',
      description: 'Looks a person up.',
      input_schema: { ...SCHEMA, required: ['name'] },
      input_examples: [{ name: 'Ada Lovelace' }],
      allowed_callers: ['direct'],
      defer_loading: false,
      eager_input_streaming: false,
      strict: true,
    },
  },
};

const CHANGES: Samples<ToolChange> = {
  tool_addition: { type: 'tool_addition', tool: ADDED.tool_definition },
  tool_removal: { type: 'tool_removal', tool: ADDED.tool_reference },
};

export const ADVISOR_CALL: Filled<BetaServerToolUseBlock> = {
  type: 'server_tool_use',
  id: 'srvtoolu_01C',
  name: 'advisor',
  input: {},
  caller: { type: 'direct' },
};

const tool_use_id = 'mcptoolu_014Q35RayjACSWkSj4X2yov1';
const MODEL = 'claude-opus-5';

/** Every block that a message of the betas can have, with all of its fields. */
export const BETA_BLOCKS: Samples<BetaContentBlock> = {
  ...BLOCKS,
  server_tool_use: { ...BLOCKS.server_tool_use, input: { query: 'first program' } },
  advisor_tool_result: {
    type: 'advisor_tool_result',
    tool_use_id: ADVISOR_CALL.id,
    content: ADVICE.advisor_result,
  },
  mcp_tool_use: {
    type: 'mcp_tool_use',
    id: tool_use_id,
    name: 'search',
    server_name: 'archive',
    input: { name: 'Ada Lovelace' },
  },
  mcp_tool_result: {
    type: 'mcp_tool_result',
    tool_use_id,
    is_error: false,
    content: [{ type: 'text', text: 'Ada Lovelace, born 1815.', citations: [] }],
  },
  mcp_tool_listing: {
    type: 'mcp_tool_listing',
    mcp_server_name: 'archive',
    tools: [{ name: 'search', description: 'Searches the archive.', input_schema: SCHEMA }],
  },
  compaction: {
    type: 'compaction',
    content: 'The user asked for the first program, which is in note G.',
    encrypted_content: opaque('compaction', 1_200),
    signature: `EqQB${opaque('compacted', 396)}`,
    tool_changes: Object.values(CHANGES),
  },
  fallback: {
    type: 'fallback',
    from: { model: 'claude-fable-5' },
    to: { model: MODEL },
    trigger: { type: 'refusal', category: 'cyber' },
  },
};
