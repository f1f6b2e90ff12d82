import { PLAIN_ANSWER, type RecordedAnswer } from '../answer.js';
import {
  type ChatGiven,
  completionOf,
  FILLED_MESSAGE,
  LOGPROBS,
  TOOL_CALLS,
} from './chat-message.js';
import { chunksOf } from './chat-stream.js';
import { ANSWER, CHAT_ANNOTATION, REFUSAL, STRUCTURED } from './text.js';
import { CHAT_TOOLS, SCHEMA } from './tools.js';

const MODEL = 'gpt-5-mini';

function answer(
  name: string,
  given: readonly ChatGiven[],
  more: Partial<RecordedAnswer> = {},
): RecordedAnswer {
  const plain = completionOf(given);
  return {
    ...PLAIN_ANSWER,
    name: `chat/${name}`,
    api: 'chat',
    model: MODEL,
    plain: { ...plain },
    events: chunksOf(plain),
    ...more,
  };
}

/** What a client's tool answered. */
export function toolMessage(tool_call_id: string, content: unknown = 'Ada Lovelace, born 1815.') {
  return { role: 'tool', tool_call_id, content };
}

const { function: CALL, custom: CUSTOM } = TOOL_CALLS;
const SECOND = { ...CALL, id: 'call_68f5b' };
const FORMAT = {
  type: 'json_schema',
  json_schema: { name: 'person', description: 'A person.', schema: SCHEMA, strict: true },
};

const SPOKEN = [
  answer('text', [{ message: { content: ANSWER } }]),
  answer('text with logprobs', [
    { message: { content: ANSWER }, logprobs: { ...LOGPROBS, refusal: null } },
  ]),
  answer('a refusal', [{ message: { refusal: REFUSAL } }]),
  answer('annotations', [{ message: { content: ANSWER, annotations: [CHAT_ANNOTATION] } }]),
  answer('structured output', [{ message: { content: STRUCTURED } }], {
    asks: { response_format: FORMAT },
  }),
  answer('two choices', [{ message: { content: ANSWER } }, { message: { content: 'Ada.' } }], {
    asks: { n: 2 },
  }),
  answer('cut short by its limit', [{ message: { content: ANSWER }, finish: 'length' }]),
  answer('cut short by a filter', [{ message: { content: '' }, finish: 'content_filter' }]),
];

const CALLED = [
  answer('a function call', [{ message: { tool_calls: [CALL] }, finish: 'tool_calls' }], {
    asks: { tools: [CHAT_TOOLS.function] },
    results: [toolMessage(CALL.id)],
  }),
  answer('parallel calls', [{ message: { tool_calls: [CALL, SECOND] }, finish: 'tool_calls' }], {
    asks: { tools: [CHAT_TOOLS.function], parallel_tool_calls: true },
    results: [
      toolMessage(CALL.id),
      toolMessage(SECOND.id, [{ type: 'text', text: 'Charles Babbage, born 1791.' }]),
    ],
  }),
  answer(
    'a call with words',
    [{ message: { content: 'I look her up.', tool_calls: [CALL] }, finish: 'tool_calls' }],
    {
      asks: { tools: [CHAT_TOOLS.function] },
      results: [toolMessage(CALL.id)],
    },
  ),
  answer('a custom call', [{ message: { tool_calls: [CUSTOM] }, finish: 'tool_calls' }], {
    asks: { tools: [CHAT_TOOLS.custom] },
    results: [toolMessage(CUSTOM.id, '1 row: Ada Lovelace')],
  }),
  answer(
    'a call of before there were tools',
    [{ message: { function_call: FILLED_MESSAGE.function_call }, finish: 'function_call' }],
    {
      asks: { functions: [{ name: 'look_up', parameters: SCHEMA }] },
      results: [{ role: 'function', name: 'look_up', content: 'Ada Lovelace, born 1815.' }],
    },
  ),
];

/** Sound has prices of its own, so that a gateway without them refuses it, in a history as well. */
export const AUDIO_ANSWER = answer('audio', [{ message: { audio: FILLED_MESSAGE.audio } }], {
  extent: 'reference',
});

export const CHAT_ANSWERS: readonly RecordedAnswer[] = [...SPOKEN, ...CALLED];
