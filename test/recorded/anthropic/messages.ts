import type { StopReason } from '@anthropic-ai/sdk/resources/messages';
import { PLAIN_ANSWER, type RecordedAnswer } from '../answer.js';
import { PNG } from '../openai/picture.js';
import { ADVICE, ADVISOR_CALL, BETA_BLOCKS } from './beta-blocks.js';
import { ANSWER, BLOCKS, CALLERS, SERVER_CALLS, STRUCTURED } from './blocks.js';
import { CITATIONS } from './citations.js';
import { messageEventsOf } from './events.js';
import {
  betaMessageOf,
  ITERATIONS,
  MODEL,
  messageOf,
  REFUSED,
  STOPS,
  type WholeBetaMessage,
  type WholeMessage,
} from './message.js';
import {
  BASH_RESULTS,
  CODE_RESULTS,
  EDITOR_RESULTS,
  FETCHED,
  FETCHED_PDF,
  SEARCH_FAILED,
  TOOLS_FOUND,
} from './results.js';
import { SCHEMA, TOOLS } from './tools.js';
import { TOOLSET_CALLS } from './toolsets.js';

type Blocks = WholeMessage['content'];
type BetaBlocks = WholeBetaMessage['content'];

function answer(
  name: string,
  content: Blocks,
  more: Partial<RecordedAnswer> = {},
  message: Partial<WholeMessage> = {},
): RecordedAnswer {
  return recorded(name, messageOf(content, message), more);
}

function beta(
  name: string,
  content: BetaBlocks,
  more: Partial<RecordedAnswer> = {},
  message: Partial<WholeBetaMessage> = {},
): RecordedAnswer {
  return recorded(`beta ${name}`, betaMessageOf(content, message), more);
}

function recorded(
  name: string,
  plain: WholeMessage | WholeBetaMessage,
  more: Partial<RecordedAnswer>,
): RecordedAnswer {
  return {
    ...PLAIN_ANSWER,
    name: `messages/${name}`,
    api: 'messages',
    model: MODEL,
    plain: { ...plain },
    events: messageEventsOf(plain),
    results: (plain.content as BetaBlocks).flatMap((block) =>
      block.type === 'tool_use' ? [toolResult(block.id)] : [],
    ),
    ...more,
  };
}

/** What a client's tool answered. */
export function toolResult(tool_use_id: string, content: unknown = 'Ada Lovelace, born 1815.') {
  return { type: 'tool_result', tool_use_id, content };
}

const CALL = { ...BLOCKS.tool_use, toolset_name: null };
const SAID = { type: 'text' as const, text: ANSWER, citations: null };
const SECOND = { ...CALL, id: 'toolu_01B', input: { name: 'Charles Babbage' } };
const FAILED = { ...toolResult(SECOND.id, 'no such person'), is_error: true };
const asks = { tools: [TOOLS.custom] };

const SPOKEN = [
  answer('text', [SAID]),
  answer('structured output', [{ ...SAID, text: STRUCTURED }], {
    asks: { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
  }),
  ...Object.values(CITATIONS).map((citation) =>
    answer(`cited by ${citation.type}`, [{ ...SAID, citations: [citation] }]),
  ),
];

const { thinking: THINKING, redacted_thinking: REDACTED } = BLOCKS;
const THOUGHT = [
  answer('thinking', [THINKING, SAID]),
  answer('thinking that is not shown', [{ ...THINKING, thinking: '' }, SAID]),
  answer('redacted thinking', [REDACTED, THINKING, SAID]),
  answer('thinking between tools', [THINKING, SAID, CALL], {
    asks: { ...asks, thinking: { type: 'adaptive' } },
  }),
];

const CALLED = [
  answer('a tool call', [SAID, CALL], { asks }),
  answer('parallel tool calls', [CALL, SECOND], {
    asks,
    results: [toolResult(CALL.id, [{ type: 'text', text: 'Ada Lovelace, born 1815.' }]), FAILED],
  }),
  answer('a tool that answers a picture', [CALL], {
    asks,
    results: [
      toolResult(CALL.id, [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      ]),
    ],
  }),
  ...TOOLSET_CALLS.map((call) => answer(`${call.toolset_name} ${call.name}`, [call])),
  ...Object.entries(CALLERS).map(([type, caller]) =>
    answer(`called by ${type}`, [{ ...CALL, caller }], {
      isHosted: type !== 'direct',
      asks,
    }),
  ),
];

const SERVER = BLOCKS.server_tool_use;
type Server = keyof typeof SERVER_CALLS;

/** A tool of the provider ran, and its result came in the same answer. */
function ran(name: Server, label: string, result: Blocks[number], more = {}): RecordedAnswer {
  const use = { ...SERVER, name, input: SERVER_CALLS[name] };
  return answer(`${name} ${label}`, [use, result, SAID], { isHosted: true, ...more });
}

const search = { ...BLOCKS.web_search_tool_result };
const fetched = { ...BLOCKS.web_fetch_tool_result };
const HOSTED = [
  ran('web_search', 'found', search, { asks: { tools: [TOOLS.web_search_20250305] } }),
  ran('web_search', 'failed', { ...search, content: SEARCH_FAILED }),
  ...Object.values(FETCHED).map((content) =>
    ran('web_fetch', content.type, { ...fetched, content }),
  ),
  ran('web_fetch', 'a PDF', { ...fetched, content: FETCHED_PDF }, { extent: 'reference' }),
  ...Object.values(CODE_RESULTS).map((content) =>
    ran('code_execution', content.type, { ...BLOCKS.code_execution_tool_result, content }),
  ),
  ...Object.values(BASH_RESULTS).map((content) =>
    ran('bash_code_execution', content.type, {
      ...BLOCKS.bash_code_execution_tool_result,
      content,
    }),
  ),
  ...Object.values(EDITOR_RESULTS).map((content) =>
    ran('text_editor_code_execution', content.type, {
      ...BLOCKS.text_editor_code_execution_tool_result,
      content,
    }),
  ),
  ...(['tool_search_tool_regex', 'tool_search_tool_bm25'] as const).flatMap((name) =>
    Object.values(TOOLS_FOUND).map((content) =>
      ran(name, content.type, { ...BLOCKS.tool_search_tool_result, content }),
    ),
  ),
  answer('a file from a container', [BLOCKS.container_upload, SAID], {
    isHosted: true,
    extent: 'reference',
  }),
];

const details: Partial<Record<StopReason, Partial<WholeMessage>>> = {
  refusal: { stop_details: REFUSED },
  stop_sequence: { stop_sequence: '\n\nHuman:' },
};

const STOPPED = (Object.keys(STOPS) as StopReason[])
  .filter((reason) => STOPS[reason] !== 'answers')
  .map((stop_reason) =>
    answer(
      `stopped: ${stop_reason}`,
      [SAID],
      stop_reason === 'pause_turn' ? { isHosted: true } : {},
      { stop_reason, ...details[stop_reason] },
    ),
  );

const { mcp_tool_use: MCP_CALL, mcp_tool_result: MCP_RESULT } = BETA_BLOCKS;
const BETA = [
  beta('text', [SAID]),
  beta('thinking and a tool call', [THINKING, CALL], { asks }),
  beta('compaction', [BETA_BLOCKS.compaction, SAID], {
    betas: ['compact-2026-01-12'],
    isHosted: true,
  }),
  beta(
    'compaction that pauses',
    [{ ...BETA_BLOCKS.compaction, tool_changes: null }],
    { betas: ['compact-2026-01-12'], isHosted: true },
    { stop_reason: 'compaction' },
  ),
  beta(
    'edited context',
    [SAID],
    { betas: ['context-management-2025-06-27'] },
    {
      context_management: {
        applied_edits: [
          { type: 'clear_tool_uses_20250919', cleared_input_tokens: 512, cleared_tool_uses: 2 },
        ],
      },
    },
  ),
  beta('MCP', [BETA_BLOCKS.mcp_tool_listing, MCP_CALL, MCP_RESULT, SAID], {
    betas: ['mcp-client-2025-11-20'],
    isHosted: true,
  }),
  ...Object.values(ADVICE).map((content) =>
    beta(content.type, [ADVISOR_CALL, { ...BETA_BLOCKS.advisor_tool_result, content }, SAID], {
      betas: ['advisor-tool-2026-03-01'],
      isHosted: true,
    }),
  ),
  beta(
    'a fallback',
    [BETA_BLOCKS.fallback, SAID],
    { betas: ['server-side-fallback-2026-07-01'], isHosted: true },
    {
      usage: {
        ...betaMessageOf([SAID]).usage,
        iterations: [ITERATIONS.message, ITERATIONS.fallback_message],
      },
    },
  ),
];

export const MESSAGE_ANSWERS: readonly RecordedAnswer[] = [
  ...SPOKEN,
  ...THOUGHT,
  ...CALLED,
  ...HOSTED,
  ...STOPPED,
  ...BETA,
];
