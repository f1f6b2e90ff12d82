import { describe, expect, it } from 'vitest';
import type { AnswerMeter } from '../../../gateway/stream/answer-meter.js';
import { EventMemo } from '../../../gateway/stream/event-memo.js';
import { meterEvents } from '../../../gateway/stream/meter.js';
import { JsonSkim } from '../../../src/text/json-skim.js';
import { fc, runs } from '../../support/property.js';
import { cutAt, eachByte, positions, toBytes, toText } from './bytes.js';
import { APIS, CHAT, TERMS } from './streams.js';

function run(meter: AnswerMeter, pieces: readonly Uint8Array[]) {
  const out = pieces.flatMap((piece) => meter.push(piece));
  return { text: toText([...out, ...meter.end()]), reading: meter.reading() };
}

/** Few of each, so that an event is often like the one before; with all that ends a word early. */
const word = fc.constantFrom(
  '',
  'word',
  'Zürich',
  ' 👍',
  '\\"',
  '\\\\',
  '\\u00e9',
  '"',
  '\n',
  '\r\n',
  '\ndata: x',
  '"\n\n',
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
const usage = '"usage":{"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}';
const layout = fc.constantFrom(
  (text: string) => `{"choices":[{"index":0,"delta":{"content":"${text}"}}],"usage":null}`,
  (text: string) => `{"choices":[{"delta":{"content":"${text}","refusal":"no"}}]}`,
  (text: string) => `{"choices":[{"delta":{"content":"a"}}],"id":"${text}"}`,
  (text: string) => `{"choices":[{"delta":{"content":"${text}"}}],${usage}}`,
  (text: string) => `{"choices":[],${usage},"id":"${text}"}`,
  (text: string) => `{"type":"content_block_delta","delta":{"type":"text_delta","text":"${text}"}}`,
  (text: string) => `{"type":"response.output_text.delta","delta":"${text}"}`,
  (text: string) => `{"type":"response.code.delta","delta":"${text}"}`,
  () => '{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":0}}}',
  () => '{"type":"message_delta","delta":{},"usage":{"output_tokens":0}}',
  () => '{"type":"message_stop"}',
  () => '[DONE]',
);
const frame = fc.constantFrom(
  (data: string, end: string) => `data: ${data}${end}${end}`,
  (data: string, end: string) => `data:${data}${end}${end}`,
  (data: string, end: string) => `event: x${end}data: ${data}${end}${end}`,
  (data: string, end: string) => `: ${data}${end}${end}`,
  (data: string, end: string) => `data: ${data}${end}id: 1${end}${end}`,
);
const one = fc
  .tuple(layout, frame, lineEnd, word)
  .map(([lay, put, end, text]) => put(lay(text), end));
/** The same layout again and again with other words, and others in between. */
const many = fc
  .tuple(
    layout,
    frame,
    lineEnd,
    fc.array(fc.tuple(word, fc.option(one)), { minLength: 2, maxLength: 6 }),
  )
  .map(([lay, put, end, words]) =>
    words.map(([text, other]) => put(lay(text), end) + (other ?? '')).join(''),
  );
const event = (data: string): string => `data: ${data}\n\n`;
const BEGIN = event(
  '{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":0}}}',
);
/** Of each API: after it, whoever counted otherwise says so, since no output is said to be there. */
const END = [
  `{"choices":[],${usage}}`,
  '{"type":"response.completed","response":{"usage":{"input_tokens":5,"output_tokens":0,"total_tokens":5}}}',
  '{"type":"message_delta","delta":{},"usage":{"output_tokens":0}}',
  '{"type":"message_stop"}',
  '[DONE]',
]
  .map(event)
  .join('');
const stream = fc
  .array(fc.oneof(one, many), { minLength: 1, maxLength: 6 })
  .map((all) => `${BEGIN}${all.join('')}\n\n${END}`);

describe.each(APIS)('%s: a stream in which an event is like the one before', (_, api) => {
  it.each([true, false])('is read as it is byte by byte, usage hidden: %s', (hidesUsageEvent) => {
    fc.assert(
      fc.property(stream, positions, (text, cuts) => {
        const open = () => meterEvents(api.format, { ...TERMS, hidesUsageEvent });
        // A byte at a time, no event is there as a whole, so that each is read.
        const expected = run(open(), eachByte(toBytes(text)));
        expect(run(open(), [toBytes(text)])).toEqual(expected);
        expect(run(open(), cutAt(toBytes(text), cuts))).toEqual(expected);
      }),
      { numRuns: runs(150) },
    );
  });
});

describe('an event like the one before', () => {
  const text = (content: string) => toBytes(`data: {"text":"${content}"}\n\n`);

  it('is found without its word, wherever it begins, and no other is', () => {
    const memo = new EventMemo();
    const first = text('one');
    expect(memo.match(first, 0)).toBe(-1);
    memo.keep(first, first.length, { start: 15, length: 3 });
    const two = toBytes(`: a comment\n\n${toText([text('three')])}`);
    expect(memo.match(two, 13)).toBe(two.length);
    expect(memo.wordLength).toBe(5);
    expect(memo.match(two, 12)).toBe(-1);
    for (const other of ['a\\n', 'a\n', 'a\r', 'a"', 'a","b":"c']) {
      expect(memo.match(text(other), 0)).toBe(-1);
    }
    expect(memo.match(text('one').subarray(0, -1), 0)).toBe(-1);
    memo.forget();
    expect(memo.match(first, 0)).toBe(-1);
  });

  it('is not looked for any more in a stream where every event is another', () => {
    const memo = new EventMemo();
    const unlike = (i: number) => toBytes(`data: {"${String(i).padStart(4, '0')}":"one"}\n\n`);
    const readEach = (count: number) => {
      for (let i = 0; i < count; i += 1) {
        expect(memo.match(unlike(i), 0)).toBe(-1);
        const bytes = unlike(i);
        memo.match(bytes, 0);
        memo.keep(bytes, bytes.length, { start: 15, length: 3 });
      }
    };
    readEach(16);
    // One that is like another begins the count anew.
    expect(memo.match(unlike(15), 0)).toBeGreaterThan(0);
    readEach(17);
    expect(memo.match(unlike(16), 0)).toBe(-1);
  });

  it('is told by the skim where its word was, and how many there were', () => {
    const skim = new JsonSkim(CHAT.format.eventWish);
    skim.write(toBytes('{"choices":[{"delta":{"content":"abc"}}]}'));
    expect([skim.measuredStrings, skim.measuredStart, skim.measuredBytes]).toEqual([1, 33, 3]);
    skim.measureAgain(7);
    expect(skim.measuredBytes).toBe(7);
  });
});
