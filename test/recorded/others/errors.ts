import type { RecordedApi } from '../answer.js';
import type { RecordedError, RecordedStreamError } from '../error.js';
import { OPENROUTER_ANSWERS } from './openrouter.js';

const apis: readonly RecordedApi[] = ['chat', 'responses'];
const filtered = { filtered: true, severity: 'high' };

/**
 * As others word them: each in a shape of its own. Azure bills what its filter read, xAI a fee for a
 * violation, and Groq an output that is not as it was asked for.
 */
export const OTHER_ERRORS: readonly RecordedError[] = [
  {
    name: 'azure/content filter',
    apis,
    status: 400,
    isBilled: true,
    body: {
      error: {
        message: 'The response was filtered due to the prompt triggering a content policy.',
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { hate: filtered, jailbreak: { filtered: true, detected: true } },
        },
      },
    },
  },
  {
    name: 'xai/violation',
    apis,
    status: 403,
    isBilled: true,
    body: { code: 'permission-denied', error: 'Content violates usage guidelines.' },
  },
  {
    name: 'openrouter/no credits',
    apis,
    status: 402,
    isBilled: false,
    body: {
      error: { code: 402, message: 'This request requires more credits.', metadata: {} },
      user_id: 'user_1',
    },
  },
  {
    name: 'openrouter/provider error',
    apis,
    status: 502,
    isBilled: false,
    body: {
      error: {
        code: 502,
        message: 'Provider returned error',
        metadata: { provider_name: 'Anthropic', raw: '{"type":"error"}' },
      },
    },
  },
  {
    name: 'gemini/invalid argument',
    apis,
    status: 400,
    isBilled: false,
    body: [
      {
        error: {
          code: 400,
          message: 'Function call is missing a thought_signature.',
          status: 'INVALID_ARGUMENT',
          details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }],
        },
      },
    ],
  },
  {
    name: 'groq/failed generation',
    apis,
    status: 400,
    isBilled: true,
    body: {
      error: {
        message: 'Failed to call a function.',
        type: 'invalid_request_error',
        code: 'tool_use_failed',
        failed_generation: '<function=look_up>{',
      },
    },
  },
  {
    name: 'mistral/unprocessable',
    apis,
    status: 422,
    isBilled: false,
    body: {
      object: 'error',
      message: { detail: [{ type: 'missing', loc: ['body', 'model'], msg: 'Field required' }] },
      type: 'invalid_request_error',
      param: null,
      code: null,
      raw_status_code: 422,
    },
  },
  {
    name: 'vllm/bad request',
    apis,
    status: 400,
    isBilled: false,
    body: {
      object: 'error',
      message: "This model's maximum context length is 8192 tokens.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  },
];

export const OTHER_STREAM_ERRORS: readonly RecordedStreamError[] = [
  {
    name: 'openrouter/error in a stream',
    api: 'chat',
    events: [
      ...(OPENROUTER_ANSWERS[0]?.events.slice(0, 3) ?? []),
      {
        id: 'gen-1756315696-Xa',
        object: 'chat.completion.chunk',
        error: { code: 502, message: 'Provider disconnected' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      },
    ],
  },
];
