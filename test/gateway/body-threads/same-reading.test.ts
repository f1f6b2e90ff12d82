import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import {
  type CallBody,
  type OpenBody,
  openBody,
  type ReadingTerms,
} from '../../../gateway/model-calls/call-body.js';
import { type Api, DEFAULT_RULES } from '../../../gateway/providers/request.js';
import { loadOpenAiTokenizers, type Tokenizers } from '../../../gateway/providers/tokenizers.js';
import { fc, runs } from '../../support/property.js';
import { everyBody, NOBODY_LEAVES, path } from './support.js';

const APIS: readonly Api[] = [
  ...(['chat', 'responses', 'embeddings', 'messages', 'count_tokens'] as const),
  ...(['completions', 'images', 'speech', 'moderations', 'input_tokens'] as const),
];

const word = fc.constantFrom(
  ...['user', 'assistant', 'gpt-4o', 'text', 'input_text', 'function', 'web_search_20250305'],
  ...[
    'web_search',
    'item_reference',
    'function_call_output',
    'image_url',
    'http://x/y',
    'new_kind',
  ],
  ...[
    'ephemeral',
    '[1,[{}]]',
    'é\uFDFA\u0327',
    'a\ud800b',
    '',
    'data:image/png;base64,iVBORw0KGgo=',
  ],
);
const name = fc.constantFrom(
  ...['model', 'messages', 'input', 'prompt', 'role', 'content', 'type', 'text', 'tools', 'name'],
  ...['function', 'parameters', 'max_tokens', 'max_completion_tokens', 'stream', 'stream_options'],
  ...['include_usage', 'n', 'thinking', 'budget_tokens', 'id', 'previous_response_id', 'store'],
  ...[
    'cache_control',
    'max_uses',
    'tool_calls',
    'arguments',
    'zz',
    'Zz',
    'voice',
    'é',
    'image_url',
  ],
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(word, fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(null, true, false)),
    fc.oneof(fc.integer({ min: -1, max: 9 }), fc.double({ noNaN: true })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

const message = fc.oneof(
  value,
  fc.record({ role: fc.constantFrom('user', 'assistant', 'tool'), content: fc.oneof(word, value) }),
);
/** Most of them are nearly right, so that all of the reading is met, and not only its first line. */
const fields = fc
  .tuple(
    fc.record(
      {
        model: fc.constantFrom('gpt-4o', 'gpt-4', 'claude-sonnet-4-5', 'other'),
        messages: fc.array(message, { maxLength: 4 }),
        input: fc.oneof(word, fc.array(message, { maxLength: 3 })),
        prompt: word,
        max_tokens: fc.integer({ min: 1, max: 99 }),
        stream: fc.boolean(),
        tools: fc.array(
          fc.oneof(value, fc.constant({ type: 'web_search_20250305', name: 'web_search' })),
          { maxLength: 3 },
        ),
        previous_response_id: fc.constantFrom('resp_own', 'resp_foreign', 'resp_unknown'),
      },
      { requiredKeys: ['model'], noNullPrototype: true },
    ),
    fc.dictionary(name, value, { maxKeys: 2, noNullPrototype: true }),
  )
  .map(([usual, more]) => ({ ...more, ...usual }));
const body = fc
  .oneof(
    { weight: 8, arbitrary: fields.map((one) => JSON.stringify(one)) },
    { weight: 1, arbitrary: fields.map((one) => JSON.stringify(one, null, 3)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.constantFrom('', '{"a":1,"a":2}', '[', `${'['.repeat(99)}`) },
  )
  .map((text) => new TextEncoder().encode(text));

const headers = fc.constantFrom(
  {},
  { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m-2025-08-07,new-2026-01-01' },
  { 'openai-beta': 'assistants=v2', 'x-other': 'é' },
  { 'anthropic-version': 'unknown' },
);

const threads = everyBody({ hasTokenizers: true });
let tokenizers: Tokenizers;
beforeAll(async () => {
  tokenizers = await loadOpenAiTokenizers();
});
afterAll(() => threads.close());

function said(error: unknown) {
  if (!(error instanceof Problem)) throw error;
  const { code, message, details } = error;
  return { code, message, details: { ...details, cause: undefined } };
}

async function orProblem<T>(act: () => T | Promise<T>) {
  try {
    return await act();
  } catch (error) {
    return said(error);
  }
}

function planned(body: CallBody, terms: ReadingTerms) {
  const request = body.request(terms);
  return { request, places: body.places(request), characters: body.characters() };
}

/** All that a plan can learn of a body. */
async function reading(
  open: () => OpenBody | Promise<OpenBody>,
  terms: (model: string) => ReadingTerms,
) {
  return await orProblem(async () => {
    const opened = await open();
    const { model, ids } = opened;
    const read = await opened.read(terms(model));
    opened.leave();
    const all = await orProblem(() => planned(read, terms(model)));
    return { model, ids, all, sent: Buffer.from(read.bytes).toString('latin1') };
  });
}

describe('a body that is read in a thread', () => {
  it('counts as it does where it is read in the event loop', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[fc.constantFrom(...APIS), body, headers, fc.boolean(), fc.boolean()],
        async (api, bytes, sent, isTokenized, isStrict) => {
          const terms = (model: string): ReadingTerms => ({
            api,
            model,
            headers: new Headers(sent),
            rules: {
              ...DEFAULT_RULES,
              fields: ['zz'],
              unknown: isStrict ? 'refuse' : 'count',
              tokenizers: isTokenized ? tokenizers : undefined,
            },
            recalled: new Map<string, number | 'foreign'>([
              ['resp_own', 77],
              ['resp_foreign', 'foreign'],
            ]),
          });
          const here = await reading(() => openBody(api, bytes), terms);
          const copy = bytes.slice();
          const there = await reading(
            () => threads.open(api, copy, path('root'), NOBODY_LEAVES),
            terms,
          );
          expect(there).toEqual(here);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
