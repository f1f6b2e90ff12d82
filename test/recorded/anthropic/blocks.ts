import type {
  ContentBlock,
  ServerToolUseBlock,
  ToolUseCaller,
} from '@anthropic-ai/sdk/resources/messages';
import { opaque } from '../opaque.js';
import type { Samples } from '../whole.js';
import { CITATIONS } from './citations.js';
import {
  BASH_RESULTS,
  CODE_RESULTS,
  EDITOR_RESULTS,
  FETCHED,
  FOUND,
  TOOLS_FOUND,
} from './results.js';

export const ANSWER =
  'Ada Lovelace wrote the first published program, for a machine that was never built.';
export const STRUCTURED = '{"name":"Ada Lovelace","born":1815}';

/** Who called a tool: the model itself, or code that it wrote. */
export const CALLERS: Samples<ToolUseCaller> = {
  direct: { type: 'direct' },
  code_execution_20250825: { type: 'code_execution_20250825', tool_id: 'srvtoolu_01A' },
  code_execution_20260120: { type: 'code_execution_20260120', tool_id: 'srvtoolu_01B' },
};

type ServerTool = ServerToolUseBlock['name'];

/** What the model asked of each tool on the provider's side. */
export const SERVER_CALLS: Readonly<Record<ServerTool, object>> = {
  web_search: { query: 'first published computer program' },
  web_fetch: { url: 'https://example.com/ada' },
  code_execution: { code: 'from sympy import bernoulli\nprint(bernoulli(4))' },
  bash_code_execution: { command: 'ls -l' },
  text_editor_code_execution: { command: 'view', path: 'ada.ts' },
  tool_search_tool_regex: { pattern: 'look.*' },
  tool_search_tool_bm25: { query: 'look a person up' },
};

const tool_use_id = 'srvtoolu_01WYG3ziw53XMcoyKL4XcZmE';
const caller = CALLERS.direct;

/** What the model thought, in the summary that is shown; the signature holds it whole. */
export const THOUGHT =
  'The user asks for the first program. Note G of 1843 has one for Bernoulli numbers, so the answer is Ada Lovelace.';

/** Every block that a message can have, with all of its fields. */
export const BLOCKS: Samples<ContentBlock> = {
  text: { type: 'text', text: ANSWER, citations: Object.values(CITATIONS) },
  thinking: { type: 'thinking', thinking: THOUGHT, signature: `EqQB${opaque('thinking', 796)}` },
  redacted_thinking: { type: 'redacted_thinking', data: `EmwK${opaque('redacted', 1_196)}` },
  tool_use: {
    type: 'tool_use',
    id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
    name: 'look_up',
    input: { name: 'Ada Lovelace' },
    caller,
    toolset_name: 'archive',
  },
  server_tool_use: {
    type: 'server_tool_use',
    id: tool_use_id,
    name: 'web_search',
    input: SERVER_CALLS.web_search,
    caller,
  },
  web_search_tool_result: {
    type: 'web_search_tool_result',
    tool_use_id,
    content: [...FOUND],
    caller,
  },
  web_fetch_tool_result: {
    type: 'web_fetch_tool_result',
    tool_use_id,
    content: FETCHED.web_fetch_result,
    caller,
  },
  code_execution_tool_result: {
    type: 'code_execution_tool_result',
    tool_use_id,
    content: CODE_RESULTS.code_execution_result,
  },
  bash_code_execution_tool_result: {
    type: 'bash_code_execution_tool_result',
    tool_use_id,
    content: BASH_RESULTS.bash_code_execution_result,
  },
  text_editor_code_execution_tool_result: {
    type: 'text_editor_code_execution_tool_result',
    tool_use_id,
    content: EDITOR_RESULTS.text_editor_code_execution_view_result,
  },
  tool_search_tool_result: {
    type: 'tool_search_tool_result',
    tool_use_id,
    content: TOOLS_FOUND.tool_search_tool_search_result,
  },
  container_upload: { type: 'container_upload', file_id: 'file_011CNha8iCJcU1wXNR6q4V8w' },
};
