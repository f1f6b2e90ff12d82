import { describe, expect, it } from 'vitest';
import { messageAnswers } from '../../../gateway/providers/anthropic/answers.js';
import {
  chatAnswers,
  embeddingAnswers,
  responseAnswers,
} from '../../../gateway/providers/openai/answers.js';
import type { AnswerMeter } from '../../../gateway/stream/answer-meter.js';
import { meterEvents, meterPlain } from '../../../gateway/stream/meter.js';
import type { AnswerFormat } from '../../../gateway/stream/reading.js';
import { event } from '../../upstreams/answer.js';
import { toBytes } from '../stream/bytes.js';

const TERMS = { most: { input: 10_000, output: 10_000 }, mayWriteLong: true };

function plain(format: AnswerFormat, answer: object): AnswerMeter {
  const meter = meterPlain(format, TERMS);
  meter.push(toBytes(JSON.stringify(answer)));
  meter.end();
  return meter;
}

function streamed(format: AnswerFormat, events: readonly object[]): AnswerMeter {
  const meter = meterEvents(format, { ...TERMS, hidesUsageEvent: false });
  for (const one of events) meter.push(toBytes(event(one)));
  meter.end();
  return meter;
}

const counts = { prompt_tokens: 10, completion_tokens: 5 };
const said = { input_tokens: 10, output_tokens: 5 };

describe('the model that served', () => {
  it.each<[string, () => AnswerMeter, string[]]>([
    ['chat', () => plain(chatAnswers, { model: 'm', usage: counts }), ['m']],
    ['embeddings', () => plain(embeddingAnswers, { model: 'm', usage: counts }), ['m']],
    ['responses', () => plain(responseAnswers, { model: 'm', usage: said }), ['m']],
    ['messages', () => plain(messageAnswers, { model: 'm', usage: said }), ['m']],
    [
      'chat, streamed, changed on the way',
      () => streamed(chatAnswers, [{ model: '' }, { model: 'a' }, { model: 'a' }, { model: 'b' }]),
      ['a', 'b'],
    ],
    [
      'responses, streamed',
      () => streamed(responseAnswers, [{ type: 'response.created', response: { model: 'm' } }]),
      ['m'],
    ],
    [
      'messages, streamed',
      () => streamed(messageAnswers, [{ type: 'message_start', message: { model: 'm' } }]),
      ['m'],
    ],
    ['nobody', () => plain(chatAnswers, { model: null, usage: counts }), []],
    ['what is no name', () => plain(chatAnswers, { model: 'm'.repeat(300), usage: counts }), []],
  ])('%s', (_, meter, models) => {
    expect(meter().facts().models).toEqual(models);
  });
});

describe('a stated cost', () => {
  it.each<[string, () => AnswerMeter]>([
    ['chat', () => plain(chatAnswers, { usage: { ...counts, cost: 0.0025 } })],
    ['responses', () => plain(responseAnswers, { usage: { ...said, cost_in_usd_ticks: 25e6 } })],
    [
      'embeddings',
      () => plain(embeddingAnswers, { usage: { ...counts, completion_tokens: 0, cost: 0.0025 } }),
    ],
    ['messages', () => plain(messageAnswers, { usage: { ...said, cost: 0.0025 } })],
    [
      'messages, streamed',
      () =>
        streamed(messageAnswers, [
          { type: 'message_start', message: { usage: { ...said, cost: 0.0001 } } },
          { type: 'message_delta', usage: { output_tokens: 6, cost: 0.0025 } },
        ]),
    ],
    [
      'chat, streamed, in a usage that is not whole, and less behind it',
      () =>
        streamed(chatAnswers, [{ usage: { cost: 0.0025 } }, { usage: { ...counts, cost: 0.001 } }]),
    ],
    [
      'beside what nobody has read',
      () => plain(chatAnswers, { usage: { ...counts, citation_tokens: 9, cost: 0.0025 } }),
    ],
  ])('%s', (_, meter) => {
    expect(meter().facts().statedUsd).toBe(2_500);
  });
});

describe('what is left open', () => {
  it('of the tier', () => {
    const tier = (service_tier: unknown) => plain(chatAnswers, { usage: counts, service_tier });
    expect(tier(undefined).facts().openTier).toEqual(['tier']);
    expect(tier('auto').facts().openTier).toEqual(['tier']);
    expect(tier('default').facts().openTier).toEqual([]);
    const message = (usage: object) =>
      plain(messageAnswers, { usage: { ...said, ...usage } }).facts().openTier;
    expect(message({})).toEqual(['tier', 'speed', 'geo']);
    expect(message({ service_tier: 'standard', speed: 'fast', inference_geo: 'us' })).toEqual([]);
    expect(message({ service_tier: 'standard', inference_geo: 'not_available' })).toEqual([
      'speed',
    ]);
    expect(message({ service_tier: 'auto', speed: null, inference_geo: 'global' })).toEqual([
      'tier',
      'speed',
    ]);
  });

  it('of what was written to a cache', () => {
    const details = { cache_write_tokens: 6, cache_creation: { ephemeral_5m_input_tokens: 2 } };
    const meter = plain(chatAnswers, { usage: { ...counts, prompt_tokens_details: details } });
    expect(meter.facts().openWrites).toBe(4);
    expect(meter.reading()).toMatchObject({ usage: { input: 4, cacheWrite: 6 } });
  });
});

describe('the ids under which the provider keeps an answer', () => {
  const output = [
    { type: 'message', id: 'msg_1', content: [] },
    { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'x'.repeat(500) },
    { type: 'function_call', id: 'fc_1' },
    { type: 'compaction', id: 'cmp_1' },
    { type: 'message', id: 'x'.repeat(129) },
    { type: 'message', id: 'é' },
    { type: 'message', id: 7 },
  ];
  const ids = ['resp_1', 'rs_1', 'cmp_1', 'msg_1', 'fc_1'];

  it('responses: its own, those of reasoning and compactions, then all others', () => {
    const response = { id: 'resp_1', output, usage: said };
    expect(plain(responseAnswers, response).ids()).toEqual(ids);
    const completed = { type: 'response.completed', response };
    expect(streamed(responseAnswers, [completed]).ids()).toEqual(ids);
    const items = output.map((item) => ({ type: 'response.output_item.done', item }));
    const empty = { ...completed, response: { ...response, output: [] } };
    const created = { type: 'response.created', response: { id: 'resp_1' } };
    expect(streamed(responseAnswers, [created, ...items, empty]).ids()).toEqual(ids);
  });

  it('at most 64, of at most 128 characters', () => {
    const many = Array.from({ length: 100 }, (_, n) => ({
      type: 'reasoning',
      id: `rs_${n}`.padEnd(128, 'x'),
    }));
    const found = plain(responseAnswers, { id: 'resp_1', output: many, usage: said }).ids();
    expect([found.length, found[0], found[63]]).toEqual([64, 'resp_1', many[62]?.id]);
  });

  it('messages: its own; chat completions and embeddings: none', () => {
    expect(plain(messageAnswers, { id: 'msg_1', usage: said }).ids()).toEqual(['msg_1']);
    const start = { type: 'message_start', message: { id: 'msg_1', usage: said } };
    expect(streamed(messageAnswers, [start]).ids()).toEqual(['msg_1']);
    expect(plain(chatAnswers, { id: 'chatcmpl_1', usage: counts }).ids()).toEqual([]);
    expect(plain(embeddingAnswers, { id: 'x', usage: counts }).ids()).toEqual([]);
  });
});
