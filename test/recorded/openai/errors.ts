import type { ErrorObject } from 'openai/resources/shared';
import type { RecordedApi } from '../answer.js';
import type { RecordedError, RecordedStreamError } from '../error.js';
import type { Filled, Whole } from '../whole.js';
import { CHAT_ANSWERS } from './chat.js';
import { RESPONSE_EVENTS } from './response-event-samples.js';
import { RESPONSE_ANSWERS } from './responses.js';

/** Every field of an error. */
const FILLED_ERROR: Filled<ErrorObject> = {
  message: "Invalid value: 'robot'. Supported values are: 'system', 'user' and 'assistant'.",
  type: 'invalid_request_error',
  param: 'messages[0].role',
  code: 'invalid_value',
};

const APIS: readonly RecordedApi[] = ['chat', 'responses'];

function error(
  name: string,
  status: number,
  said: Partial<Whole<ErrorObject>> & Pick<ErrorObject, 'message' | 'type'>,
): RecordedError {
  return {
    name: `openai/${name}`,
    apis: APIS,
    status,
    isBilled: false,
    body: { error: { param: null, code: null, ...said } },
  };
}

const invalid = { type: 'invalid_request_error' };
const failed = { type: 'server_error', message: 'The server had an error. Sorry about that!' };

export const OPENAI_ERRORS: readonly RecordedError[] = [
  error('invalid value', 400, FILLED_ERROR),
  error('context too long', 400, {
    ...invalid,
    message: "This model's maximum context length is 128000 tokens.",
    param: 'messages',
    code: 'context_length_exceeded',
  }),
  error('wrong key', 401, {
    ...invalid,
    message: 'Incorrect API key provided: sk-****.',
    code: 'invalid_api_key',
  }),
  error('country', 403, {
    type: 'request_forbidden',
    message: 'Country, region, or territory not supported',
    code: 'unsupported_country_region_territory',
  }),
  error('no such model', 404, {
    ...invalid,
    message: 'The model `gpt-0` does not exist.',
    code: 'model_not_found',
  }),
  error('conflict', 409, { ...invalid, message: 'Another process is operating on this.' }),
  error('too large', 413, { ...invalid, message: 'The body is too large.' }),
  error('unprocessable', 422, { ...invalid, message: 'The body could not be read.' }),
  error('rate limit', 429, {
    type: 'requests',
    message: 'Rate limit reached for gpt-5-mini.',
    code: 'rate_limit_exceeded',
  }),
  error('quota', 429, {
    type: 'insufficient_quota',
    message: 'You exceeded your current quota.',
    code: 'insufficient_quota',
  }),
  error('server error', 500, failed),
  error('overloaded', 503, {
    type: 'server_error',
    message: 'The engine is currently overloaded, please try again later.',
    code: 'server_is_overloaded',
  }),
];

/** Not OpenAI's own shape: an intermediary spoke, so that nobody knows what the provider did. */
export const INTERMEDIARY_ERRORS: readonly RecordedError[] = [
  {
    name: 'proxy/bad gateway',
    apis: APIS,
    status: 502,
    isBilled: true,
    body: '<html>502 Bad Gateway</html>',
  },
  {
    name: 'proxy/timeout',
    apis: APIS,
    status: 504,
    isBilled: true,
    body: 'upstream request timeout',
  },
  { name: 'proxy/empty', apis: APIS, status: 500, isBilled: true, body: '' },
];

function begun(answers: typeof CHAT_ANSWERS, name: string, count: number) {
  const events = answers.find((one) => one.name === name)?.events;
  if (events === undefined) throw new Error(`${name} is not recorded`);
  return events.slice(0, count);
}

export const OPENAI_STREAM_ERRORS: readonly RecordedStreamError[] = [
  {
    name: 'openai/chat error in a stream',
    api: 'chat',
    events: [
      ...begun(CHAT_ANSWERS, 'chat/text', 3),
      { error: { param: null, code: null, ...failed } },
    ],
  },
  {
    name: 'openai/responses error event',
    api: 'responses',
    events: [...begun(RESPONSE_ANSWERS, 'responses/text', 6), RESPONSE_EVENTS.error],
  },
];
