import { describe, expect, it } from 'vitest';
import {
  BILLING_PRESETS,
  billingRows,
  isBilled,
  judgeError,
  STANDARD_BILLING,
} from '../../../gateway/upstream/billing.js';
import { fc } from '../../support/property.js';

const bytes = (body: unknown) =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
const judge = (status: number, body: unknown, rows = STANDARD_BILLING) => {
  const judged = judgeError(status, bytes(body), rows);
  return judged.isBilled ? judged.cause : 'released';
};

/** Whole answers of real providers, in their own shapes. */
const OWN: [string, unknown][] = [
  ['OpenAI', { error: { message: 'No.', type: 'server_error', param: null, code: null } }],
  ['OpenAI, with a text', { error: 'model "x" not found' }],
  ['OpenAI, a policy', { error: { message: 'No.', code: 'content_policy_violation' } }],
  ['xAI', { code: 'Some requested entity was not found', error: 'The model x does not exist.' }],
  ['Anthropic', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
  ['vLLM', { object: 'error', message: 'No.', type: 'BadRequestError', param: null, code: 400 }],
  ['FastAPI', { detail: 'Not Found' }],
  ['FastAPI, of a field', { detail: [{ loc: ['body'], msg: 'required', type: 'missing' }] }],
  ['Mistral', { object: 'error', message: { detail: [] }, detail: { reason: 'no' } }],
  ['Cohere', { message: 'invalid request' }],
  ['Cloudflare Workers AI', { success: false, errors: [{ code: 5007, message: 'No such model' }] }],
  ['Google', { error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }],
  ['Google, compatible', [{ error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT' } }]],
  ['Together', { id: 'x', error: { message: 'No.', type: 'invalid_request_error', param: null } }],
];

const FOREIGN: [string, unknown][] = [
  ['nothing', ''],
  ['a page', '<html><body><h1>502 Bad Gateway</h1></body></html>'],
  ['a text', 'upstream connect error or disconnect/reset before headers'],
  ['a cut object', '{"error":{"message":"No.'],
  ['more than an object', '{"error":{"message":"No."}} '.repeat(2)],
  ['an empty list', []],
  ['a list of texts', ['No.']],
  ['a list of what is no Google’s', [{ message: 'No.' }]],
  ['two', [{ error: { message: 'a' } }, { error: { message: 'b' } }]],
  ['a word', '"No."'],
  ['no UTF-8', new TextDecoder('latin1').decode(Uint8Array.of(0x7b, 0xff))],
];

/** Objects that no provider is known to send. */
const UNKNOWN: [string, unknown][] = [
  ['an empty object', {}],
  ['no error in it', { status: 'down', code: 1020 }],
  ['an empty error', { error: {} }],
  ['an error that is true', { error: true }],
  ['an error that is null', { error: null }],
  ['no errors', { errors: [] }],
];

/** Of those the ones that are a text alone, as gateways write them with statuses of their own. */
const BARE = ['OpenAI, with a text', 'FastAPI', 'FastAPI, of a field', 'Cohere'];
const GATEWAYS = [502, 520];

const STATUSES = [400, 401, 403, 404, 409, 413, 422, 429, 451, 499, 500, 501, 502, 503, 520, 529];

describe('an error answer that is whole', () => {
  it.each(OWN)(
    'in the shape of %s is given back, whatever its status, but for time',
    (name, body) => {
      for (const status of STATUSES) {
        const isGateways = BARE.includes(name) && GATEWAYS.includes(status);
        const expected = isGateways ? 'foreign_error' : 'released';
        expect([status, judge(status, body)]).toEqual([status, expected]);
      }
      for (const status of [408, 504])
        expect([status, judge(status, body)]).toEqual([status, 'timeout']);
    },
  );

  it.each(FOREIGN)('that is %s came from something in between: charged', (_, body) => {
    for (const status of STATUSES) expect(judge(status, body)).toBe('foreign_error');
    for (const status of [408, 504]) expect(judge(status, body)).toBe('timeout');
  });

  it('of a gateway, behind which the work may have been done, is charged', () => {
    const kong = { message: 'An invalid response was received from the upstream server' };
    expect(judge(502, kong)).toBe('foreign_error');
    expect(judge(502, { ...kong, request_id: 'a1' })).toBe('foreign_error');
    expect(judge(502, { message: 'Internal server error' })).toBe('foreign_error');
    expect(judge(502, { error: 'Bad gateway' })).toBe('foreign_error');
    expect(judge(502, { error: { message: 'Provider returned error', code: 502 } })).toBe(
      'released',
    );
  });

  it.each(UNKNOWN)('that is %s is judged by its status, as a tool’s is', (_, body) => {
    for (const status of STATUSES) {
      expect(judge(status, body)).toBe(isBilled(status) ? 'foreign_error' : 'released');
    }
    for (const status of [408, 504]) expect(judge(status, body)).toBe('timeout');
    expect(judge(429, { ...Object(body), usage: { prompt_tokens: 5 } })).toBe('billed_error');
  });

  it.each<[string, number, unknown]>([
    [
      "Azure's filter",
      400,
      {
        error: {
          message: 'filtered',
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
        },
      },
    ],
    [
      "xAI's violation",
      403,
      { code: 'permission-denied', error: 'Content violates usage guidelines.' },
    ],
    [
      "xAI's violation, as it says it since",
      403,
      {
        code: 'The caller does not have permission to execute the specified operation',
        error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
      },
    ],
    [
      "Groq's failed generation",
      400,
      { error: { message: 'Failed', type: 'invalid_request_error', code: 'json_validate_failed' } },
    ],
    ['what was put out', 400, { error: { message: 'x', failed_generation: '<function=' } }],
    ['a usage', 500, { error: { message: 'x' }, usage: { prompt_tokens: 5 } }],
    ['choices', 500, { error: { message: 'x' }, choices: [{ message: { content: 'Hi' } }] }],
  ])('with %s is billed', (_, status, body) => {
    for (const preset of BILLING_PRESETS) {
      expect(judge(status, body, billingRows(preset))).toBe('billed_error');
    }
  });

  it('that says that nobody answered in time is charged', () => {
    expect(judge(500, { error: { type: 'timeout_error', message: 'x' } })).toBe('timeout');
    expect(judge(503, { error: { message: 'x', status: 'DEADLINE_EXCEEDED' } })).toBe('timeout');
  });

  it('cut anywhere is charged', () => {
    const whole = JSON.stringify(OWN[0]?.[1]);
    for (let end = 0; end < whole.length; end += 1) {
      expect(judge(500, whole.slice(0, end))).toBe('foreign_error');
    }
  });

  it('of any JSON is judged, and never without a word of the provider’s given back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 400, max: 599 }), (value, status) => {
        const judged = judgeError(status, bytes(value), STANDARD_BILLING);
        const words = /"(?:error|message|detail|errors)":/;
        if (judged.isBilled) {
          expect(judged.detail).not.toContain('\n');
          return;
        }
        expect(typeof value === 'object' && value !== null).toBe(true);
        if (isBilled(status)) expect(JSON.stringify(value)).toMatch(words);
      }),
    );
  });
});

describe('rows of an upstream', () => {
  const filtered = { error: { message: 'filtered', code: 'content_filter' } };

  it('of its own come before all others, the first that fits', () => {
    const rows = billingRows('azure', [
      { status: 400, code: 'content_filter', billed: false },
      { status: 504, billed: false },
      { code: 'quota', billed: true },
      { status: 500, billed: true },
      { status: 429, billed: false },
    ]);
    expect(judge(400, filtered, rows)).toBe('released');
    expect(judge(403, filtered, rows)).toBe('billed_error');
    expect(judge(504, filtered, rows)).toBe('released');
    expect(judge(400, { error: { message: 'x', code: 'quota' } }, rows)).toBe('billed_error');
    expect(judge(400, { error: { message: 'x', type: 'quota' } }, rows)).toBe('billed_error');
    expect(judge(500, OWN[0]?.[1], rows)).toBe('billed_error');
    // A row without a code holds for what nobody can read, too: that is the operator's word.
    expect(judge(429, '<html>', rows)).toBe('released');
  });

  it("of xAI's preset: each 403 is a fee", () => {
    const body = { code: 'nobody knows', error: 'No.' };
    expect(judge(403, body, billingRows('xai'))).toBe('billed_error');
    expect(judge(403, body)).toBe('released');
    expect(judge(400, body, billingRows('xai'))).toBe('released');
  });

  it("of Azure's preset: its inner code", () => {
    const body = { error: { message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } };
    expect(judge(400, body, billingRows('azure'))).toBe('billed_error');
  });
});

it('a tool has nothing but its status', () => {
  expect([400, 401, 402, 403, 404, 422, 429, 503, 529].some(isBilled)).toBe(false);
  expect([200, 204, 302, 408, 500, 502, 504].every(isBilled)).toBe(true);
});
