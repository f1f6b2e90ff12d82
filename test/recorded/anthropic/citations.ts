import type { TextCitation } from '@anthropic-ai/sdk/resources/messages';
import { opaque } from '../opaque.js';
import type { Samples } from '../whole.js';

const cited_text = 'Note G has a program for Bernoulli numbers.';
const document = { cited_text, document_index: 0, document_title: 'Notes', file_id: 'file_011C' };

/** By where the cited text stands. */
export const CITATIONS: Samples<TextCitation> = {
  char_location: { type: 'char_location', ...document, start_char_index: 0, end_char_index: 43 },
  page_location: { type: 'page_location', ...document, start_page_number: 1, end_page_number: 2 },
  content_block_location: {
    type: 'content_block_location',
    ...document,
    start_block_index: 0,
    end_block_index: 1,
  },
  web_search_result_location: {
    type: 'web_search_result_location',
    cited_text,
    title: 'Ada Lovelace, mathematician',
    url: 'https://example.com/ada',
    encrypted_index: opaque('index', 120),
  },
  search_result_location: {
    type: 'search_result_location',
    cited_text,
    title: 'Notes',
    source: 'https://example.com/notes',
    search_result_index: 0,
    start_block_index: 0,
    end_block_index: 1,
  },
};
