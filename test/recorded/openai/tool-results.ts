import type { RecordedAnswer } from '../answer.js';
import { CHAT_ANSWERS, toolMessage } from './chat.js';
import { TOOL_CALLS } from './chat-message.js';
import { RESULTS } from './input-items.js';
import { PNG_URL } from './picture.js';
import { RESPONSE_ANSWERS } from './responses.js';
import { TOOL_OUTPUT } from './tool-output.js';

function called(answers: readonly RecordedAnswer[], name: string): RecordedAnswer {
  const found = answers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not recorded`);
  return found;
}

const { input_text: TEXT, input_image: IMAGE, input_file: FILE } = TOOL_OUTPUT;
const { file_id: _id, ...SHOWN } = IMAGE;
const { image_url: _url, ...KEPT } = IMAGE;

/** What a tool may answer, and whether all of it stands in the request. */
const OUTPUTS: Readonly<Record<string, readonly [output: unknown, isWhole: boolean]>> = {
  'an empty text': ['', true],
  text: [[TEXT], true],
  'a picture': [[TEXT, SHOWN], true],
  'a picture at an address': [[{ ...SHOWN, image_url: 'https://example.com/ada.png' }], true],
  'a picture that the provider keeps': [[KEPT], false],
  'a file': [[FILE], false],
};

const CALL = called(RESPONSE_ANSWERS, 'responses/function_call');
const CUSTOM = called(RESPONSE_ANSWERS, 'responses/custom_tool_call');

const RESPONSE_RESULTS = Object.entries(OUTPUTS).flatMap(([label, [output, isWhole]]) => {
  const extent = isWhole ? ('bytes' as const) : ('reference' as const);
  return [
    {
      ...CALL,
      name: `responses/a function answers ${label}`,
      results: [{ ...RESULTS['function_call'], output }],
      extent,
    },
    {
      ...CUSTOM,
      name: `responses/a custom tool answers ${label}`,
      results: [{ ...RESULTS['custom_tool_call'], output }],
      extent,
    },
  ];
});

const CHAT_CALL = called(CHAT_ANSWERS, 'chat/a function call');
const { id } = TOOL_CALLS.function;

/** The schema knows text alone; servers take pictures, too. */
const CHAT_OUTPUTS: Readonly<Record<string, unknown>> = {
  'an empty text': '',
  'parts of text': [{ type: 'text', text: 'Ada Lovelace, born 1815.' }],
  'a picture': [{ type: 'image_url', image_url: { url: PNG_URL, detail: 'auto' } }],
};

const CHAT_RESULTS = Object.entries(CHAT_OUTPUTS).map(([label, content]) => ({
  ...CHAT_CALL,
  name: `chat/a function answers ${label}`,
  results: [toolMessage(id, content)],
}));

/** Calls with all that a client's tools can answer. */
export const OPENAI_TOOL_RESULTS: readonly RecordedAnswer[] = [
  ...CHAT_RESULTS,
  ...RESPONSE_RESULTS,
];
