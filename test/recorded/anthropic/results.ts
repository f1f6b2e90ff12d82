import type {
  BashCodeExecutionToolResultBlock,
  CodeExecutionToolResultBlockContent,
  DocumentBlock,
  TextEditorCodeExecutionToolResultBlock,
  ToolSearchToolResultBlock,
  WebFetchToolResultBlock,
  WebSearchResultBlock,
  WebSearchToolResultErrorObject,
} from '@anthropic-ai/sdk/resources/messages';
import { opaque } from '../opaque.js';
import type { Filled, Samples } from '../whole.js';

export const FOUND: readonly Filled<WebSearchResultBlock>[] = [
  {
    type: 'web_search_result',
    title: 'Ada Lovelace, mathematician',
    url: 'https://example.com/ada',
    page_age: 'April 30, 2025',
    encrypted_content: opaque('found 1', 2_400),
  },
  {
    type: 'web_search_result',
    title: 'Note G',
    url: 'https://example.com/note-g',
    page_age: 'June 2, 2024',
    encrypted_content: opaque('found 2', 1_600),
  },
];

export const SEARCH_FAILED: Filled<WebSearchToolResultErrorObject> = {
  type: 'web_search_tool_result_error',
  error_code: 'max_uses_exceeded',
};

const PAGE = 'Ada Lovelace wrote notes on the Analytical Engine. '.repeat(12);

const SOURCES: Samples<DocumentBlock['source']> = {
  text: { type: 'text', media_type: 'text/plain', data: PAGE },
  base64: { type: 'base64', media_type: 'application/pdf', data: opaque('pdf', 4_000) },
};

function fetched(source: Filled<DocumentBlock['source']>) {
  return {
    type: 'web_fetch_result' as const,
    url: 'https://example.com/ada',
    retrieved_at: '2026-11-20T10:00:00Z',
    content: {
      type: 'document' as const,
      source,
      title: 'Ada Lovelace',
      citations: { enabled: true },
    },
  };
}

/** A page, and what the tool says when there is none. */
export const FETCHED: Samples<WebFetchToolResultBlock['content']> = {
  web_fetch_result: fetched(SOURCES.text),
  web_fetch_tool_result_error: {
    type: 'web_fetch_tool_result_error',
    error_code: 'url_not_accessible',
  },
};

/** A PDF, whose bytes say little of its tokens. */
export const FETCHED_PDF = fetched(SOURCES.base64);

const file_id = 'file_011CNha8iCJcU1wXNR6q4V8w';
const ran = { return_code: 0, stderr: '', stdout: '-1/30\n' };

export const CODE_RESULTS: Samples<CodeExecutionToolResultBlockContent> = {
  code_execution_result: {
    type: 'code_execution_result',
    ...ran,
    content: [{ type: 'code_execution_output', file_id }],
  },
  encrypted_code_execution_result: {
    type: 'encrypted_code_execution_result',
    return_code: 0,
    stderr: '',
    encrypted_stdout: opaque('stdout', 480),
    content: [{ type: 'code_execution_output', file_id }],
  },
  code_execution_tool_result_error: {
    type: 'code_execution_tool_result_error',
    error_code: 'unavailable',
  },
};

export const BASH_RESULTS: Samples<BashCodeExecutionToolResultBlock['content']> = {
  bash_code_execution_result: {
    type: 'bash_code_execution_result',
    ...ran,
    content: [{ type: 'bash_code_execution_output', file_id }],
  },
  bash_code_execution_tool_result_error: {
    type: 'bash_code_execution_tool_result_error',
    error_code: 'execution_time_exceeded',
  },
};

export const EDITOR_RESULTS: Samples<TextEditorCodeExecutionToolResultBlock['content']> = {
  text_editor_code_execution_view_result: {
    type: 'text_editor_code_execution_view_result',
    file_type: 'text',
    content: 'export const born = 1815;\n',
    num_lines: 1,
    start_line: 1,
    total_lines: 1,
  },
  text_editor_code_execution_create_result: {
    type: 'text_editor_code_execution_create_result',
    is_file_update: false,
  },
  text_editor_code_execution_str_replace_result: {
    type: 'text_editor_code_execution_str_replace_result',
    lines: ['-export const born = 1815;', '+export const BORN = 1815;'],
    old_start: 1,
    old_lines: 1,
    new_start: 1,
    new_lines: 1,
  },
  text_editor_code_execution_tool_result_error: {
    type: 'text_editor_code_execution_tool_result_error',
    error_code: 'file_not_found',
    error_message: 'There is no such file.',
  },
};

export const TOOLS_FOUND: Samples<ToolSearchToolResultBlock['content']> = {
  tool_search_tool_search_result: {
    type: 'tool_search_tool_search_result',
    tool_references: [{ type: 'tool_reference', tool_name: 'look_up' }],
  },
  tool_search_tool_result_error: {
    type: 'tool_search_tool_result_error',
    error_code: 'unavailable',
    error_message: 'The search did not answer.',
  },
};
