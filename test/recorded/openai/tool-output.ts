import type { ResponseFunctionToolCallOutputItem } from 'openai/resources/responses/responses';
import type { Samples } from '../whole.js';
import { PNG_URL } from './picture.js';

/** What a client's tool may answer, beside plain text. */
export const TOOL_OUTPUT: Samples<
  Exclude<ResponseFunctionToolCallOutputItem['output'], string>[number]
> = {
  input_text: {
    type: 'input_text',
    text: 'Ada Lovelace, born 1815.',
    prompt_cache_breakpoint: { mode: 'explicit' },
  },
  input_image: {
    type: 'input_image',
    detail: 'low',
    file_id: 'file-9a3',
    image_url: PNG_URL,
    prompt_cache_breakpoint: { mode: 'explicit' },
  },
  input_file: {
    type: 'input_file',
    detail: 'low',
    file_data: 'data:text/plain;base64,QWRh',
    file_id: 'file-9a1',
    file_url: 'https://example.com/ada.txt',
    filename: 'ada.txt',
    prompt_cache_breakpoint: { mode: 'explicit' },
  },
};
