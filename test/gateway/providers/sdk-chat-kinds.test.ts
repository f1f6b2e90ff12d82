import { TOOL_CALLS } from '../../recorded/openai/chat-message.js';
import { CHAT_MESSAGES, CHAT_PARTS } from '../../recorded/openai/chat-params.js';
import { CHAT_TOOLS } from '../../recorded/openai/tools.js';
import { describeKinds, type Rows } from './treatment.js';

const asked = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'a' }] };

const messages: Rows<typeof CHAT_MESSAGES> = {
  system: { name: 'counted', content: 'counted' },
  developer: { name: 'counted', content: 'counted' },
  user: { name: 'counted', content: 'counted' },
  assistant: {
    name: 'counted',
    content: 'counted',
    refusal: 'counted',
    audio: 'refused',
    function_call: 'counted',
    tool_calls: 'counted',
  },
  tool: { tool_call_id: 'counted', content: 'counted' },
  function: { name: 'counted', content: 'counted' },
};

const parts: Rows<typeof CHAT_PARTS> = {
  text: { text: 'counted', prompt_cache_breakpoint: 'free' },
  refusal: { refusal: 'counted' },
  image_url: { image_url: 'counted', prompt_cache_breakpoint: 'free' },
  input_audio: 'refused',
  file: { file: 'bounded', prompt_cache_breakpoint: 'free' },
};

const calls: Rows<typeof TOOL_CALLS> = {
  function: { id: 'counted', function: 'counted' },
  custom: { id: 'counted', custom: 'counted' },
};

const tools: Rows<typeof CHAT_TOOLS> = {
  function: { function: 'counted' },
  custom: { custom: 'counted' },
};

describeKinds('the messages of a chat, by role', {
  api: 'chat',
  samples: CHAT_MESSAGES,
  rows: messages,
  body: (message) => ({ ...asked, messages: [message] }),
});

describeKinds('the parts of a message', {
  api: 'chat',
  samples: CHAT_PARTS,
  rows: parts,
  body: (part) => ({ ...asked, messages: [{ role: 'user', content: [part] }] }),
});

describeKinds('the calls in a message', {
  api: 'chat',
  samples: TOOL_CALLS,
  rows: calls,
  body: (call) => ({ ...asked, messages: [{ role: 'assistant', tool_calls: [call] }] }),
});

describeKinds('the tools of a chat', {
  api: 'chat',
  samples: CHAT_TOOLS,
  rows: tools,
  body: (tool) => ({ ...asked, tools: [tool] }),
});
