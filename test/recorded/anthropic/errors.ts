import type { ErrorObject, ErrorResponse } from '@anthropic-ai/sdk/resources/shared';
import type { RecordedError, RecordedStreamError } from '../error.js';
import type { Filled, Samples } from '../whole.js';
import { MESSAGE_ANSWERS } from './messages.js';

/** Every kind of error. */
const ERRORS: Samples<ErrorObject> = {
  invalid_request_error: {
    type: 'invalid_request_error',
    message: 'messages: at least one message is required',
  },
  authentication_error: { type: 'authentication_error', message: 'invalid x-api-key' },
  billing_error: { type: 'billing_error', message: 'Your credit balance is too low.' },
  permission_error: { type: 'permission_error', message: 'Your key may not use this model.' },
  not_found_error: { type: 'not_found_error', message: 'model: claude-0' },
  rate_limit_error: { type: 'rate_limit_error', message: 'This would exceed your rate limit.' },
  timeout_error: { type: 'timeout_error', message: 'Request timed out' },
  api_error: { type: 'api_error', message: 'Internal server error' },
  overloaded_error: { type: 'overloaded_error', message: 'Overloaded' },
};

const STATUSES: Readonly<Record<ErrorObject['type'], number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  timeout_error: 504,
  api_error: 500,
  overloaded_error: 529,
};

function bodyOf(error: Filled<ErrorObject>): Filled<ErrorResponse> {
  return { type: 'error', error, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
}

const KINDS = Object.values(ERRORS).map(
  (error): RecordedError => ({
    name: `anthropic/${error.type}`,
    apis: ['messages'],
    status: STATUSES[error.type],
    // In time nobody answered: the work may have been done.
    isBilled: error.type === 'timeout_error',
    body: bodyOf(error),
  }),
);

/** A cause with a code of its own, which the SDK reads from `details`. */
const DETAILED: RecordedError = {
  name: 'anthropic/an error with details',
  apis: ['messages'],
  status: 400,
  isBilled: false,
  body: {
    ...bodyOf(ERRORS.invalid_request_error),
    error: {
      ...ERRORS.invalid_request_error,
      details: {
        error_code: 'image_dimensions_too_large',
        max_side_length_pixels: 8_000,
        paths: ['messages.0.content.0'],
      },
    },
  },
};

const TOO_LARGE: RecordedError = {
  name: 'anthropic/too large',
  apis: ['messages'],
  status: 413,
  isBilled: false,
  body: {
    ...bodyOf(ERRORS.invalid_request_error),
    error: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
  },
};

export const ANTHROPIC_ERRORS: readonly RecordedError[] = [...KINDS, DETAILED, TOO_LARGE];

const [SPOKEN] = MESSAGE_ANSWERS;

export const ANTHROPIC_STREAM_ERRORS: readonly RecordedStreamError[] = [
  {
    name: 'anthropic/overloaded in a stream',
    api: 'messages',
    events: [...(SPOKEN?.events.slice(0, 5) ?? []), bodyOf(ERRORS.overloaded_error)],
  },
];
