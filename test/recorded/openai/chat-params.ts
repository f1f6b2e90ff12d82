import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartRefusal,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { Samples } from '../whole.js';
import { FILLED_MESSAGE, TOOL_CALLS } from './chat-message.js';
import { PNG_URL } from './picture.js';

const marked = { prompt_cache_breakpoint: { mode: 'explicit' as const } };

/** Every part that a chat message can have, with all of its fields. */
export const CHAT_PARTS: Samples<ChatCompletionContentPart | ChatCompletionContentPartRefusal> = {
  text: { type: 'text', text: 'Who wrote the first program?', ...marked },
  refusal: { type: 'refusal', refusal: 'I can not say.' },
  image_url: { type: 'image_url', image_url: { url: PNG_URL, detail: 'low' }, ...marked },
  input_audio: { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' }, ...marked },
  file: {
    type: 'file',
    file: { file_id: 'file-9a1', file_data: 'data:text/plain;base64,QWRh', filename: 'ada.txt' },
    ...marked,
  },
};

/** Every message that a chat request can have, with all of its fields. */
export const CHAT_MESSAGES: Samples<ChatCompletionMessageParam, 'role'> = {
  system: { role: 'system', name: 'operator', content: 'Answer in one sentence.' },
  developer: { role: 'developer', name: 'operator', content: 'Answer in one sentence.' },
  user: { role: 'user', name: 'ada', content: [CHAT_PARTS.text] },
  assistant: {
    role: 'assistant',
    name: 'archivist',
    content: 'I look her up.',
    refusal: 'I can not say.',
    audio: { id: 'audio_68f7' },
    function_call: FILLED_MESSAGE.function_call,
    tool_calls: Object.values(TOOL_CALLS),
  },
  tool: { role: 'tool', tool_call_id: 'call_68f5', content: 'Ada Lovelace, born 1815.' },
  function: { role: 'function', name: 'look_up', content: 'Ada Lovelace, born 1815.' },
};
