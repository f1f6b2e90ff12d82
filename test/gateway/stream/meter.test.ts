import { describe, expect, it } from 'vitest';
import type { AnswerMeter } from '../../../gateway/stream/answer-meter.js';
import { meterEvents, meterPlain } from '../../../gateway/stream/meter.js';
import { fc, runs } from '../../support/property.js';
import { event } from '../../upstreams/answer.js';
import { cutAt, eachByte, positions, toBytes, toText } from './bytes.js';
import { APIS, answer, CHAT, extras, MESSAGES, TERMS, text } from './streams.js';

const SHOWN = { ...TERMS, hidesUsageEvent: false };
const HIDDEN = { ...TERMS, hidesUsageEvent: true };

function run(meter: AnswerMeter, pieces: readonly Uint8Array[]) {
  const out = pieces.flatMap((piece) => meter.push(piece));
  return { text: toText([...out, ...meter.end()]), reading: meter.reading() };
}

describe.each(APIS)('%s', (_, api) => {
  it('plain: the usage that is billed, and every byte, however it is cut', () => {
    fc.assert(
      fc.property(text, extras, positions, (said, usage, cuts) => {
        const { body, billed } = answer(api, false, { text: said, usage });
        const result = run(meterPlain(api.format, TERMS), cutAt(toBytes(body), cuts));
        expect(result).toEqual({ text: body, reading: { status: 'read', usage: billed } });
      }),
      { numRuns: runs(100) },
    );
  });

  it('streamed: the usage that is billed, and every byte, however it is cut', () => {
    fc.assert(
      fc.property(text, extras, positions, (said, usage, cuts) => {
        const { body, billed } = answer(api, true, { text: said, usage });
        const result = run(meterEvents(api.format, SHOWN), cutAt(toBytes(body), cuts));
        expect(result).toEqual({ text: body, reading: { status: 'read', usage: billed } });
      }),
      { numRuns: runs(100) },
    );
  });

  it('a tool call is counted like text', () => {
    const toolCall = { name: 'look_up', input: { city: 'Zürich', days: [1, 2, 3] } };
    for (const stream of [true, false]) {
      const { body, billed } = answer(api, stream, { toolCall });
      const meter = stream ? meterEvents(api.format, SHOWN) : meterPlain(api.format, TERMS);
      expect(run(meter, [toBytes(body)]).reading).toEqual({ status: 'read', usage: billed });
    }
  });

  it('a plain answer that breaks off anywhere says nothing', () => {
    const bytes = toBytes(answer(api, false, { text: 'Hello, world' }).body);
    for (let end = 0; end < bytes.length; end += 1) {
      const { reading } = run(meterPlain(api.format, TERMS), [bytes.subarray(0, end)]);
      expect(reading.status).toBe('missing');
    }
  });

  it('a stream that breaks off after any byte says nothing, or what is billed', () => {
    const { body, billed } = answer(api, true, { text: 'Hello, world' });
    const bytes = toBytes(body);
    for (let end = 0; end <= bytes.length; end += 1) {
      const meter = meterEvents(api.format, SHOWN);
      meter.push(bytes.subarray(0, end));
      const reading = meter.reading();
      if (reading.status === 'read') expect(reading.usage).toEqual(billed);
      else expect(reading.status).toBe('missing');
    }
  });

  it('passes on each piece in the moment in which it comes', () => {
    const meter = meterEvents(api.format, SHOWN);
    for (const byte of eachByte(toBytes(answer(api, true, { text: 'Hi' }).body))) {
      expect(meter.push(byte)).toEqual([byte]);
    }
    expect(meter.end()).toEqual([]);
  });
});

describe('the usage event that the caller did not ask for', () => {
  it('is left out, and nothing else, however the bytes are cut and lines end', () => {
    fc.assert(
      fc.property(
        text,
        extras,
        fc.constantFrom('\n', '\r\n', '\r'),
        positions,
        (said, usage, lineEnd, cuts) => {
          const { events, billed } = answer(CHAT, true, { text: said, usage });
          const lines = events.map((one) => one.replaceAll('\n', lineEnd));
          const shown = lines.filter((one) => !one.includes('"choices":[]'));
          expect(shown.length).toBe(lines.length - 1);
          const expected = {
            text: shown.join(''),
            reading: { status: 'read', usage: billed },
          };
          const bytes = toBytes(lines.join(''));
          expect(run(meterEvents(CHAT.format, HIDDEN), cutAt(bytes, cuts))).toEqual(expected);
          expect(run(meterEvents(CHAT.format, HIDDEN), eachByte(bytes))).toEqual(expected);
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('no event waits for a byte of the next one', () => {
    const { events } = answer(CHAT, true, { text: 'One event, and another, and more' });
    const meter = meterEvents(CHAT.format, HIDDEN);
    for (const one of events) {
      const expected = one.includes('"choices":[]') ? '' : one;
      const out = eachByte(toBytes(one)).flatMap((byte) => meter.push(byte));
      expect(toText(out)).toBe(expected);
    }
  });

  it('is left out at the very end without its blank line, too', () => {
    const last = event({ choices: [], usage: chatUsage(3, 1) }).trimEnd();
    const first = event({ choices: [{ delta: { content: 'Hi' } }] });
    const meter = meterEvents(CHAT.format, HIDDEN);
    expect(run(meter, [toBytes(first), toBytes(last)]).text).toBe(first);
    expect(meter.reading().status).toBe('read');
  });

  it.each([
    ['usage beside a choice', { choices: [{ delta: {} }], usage: chatUsage(3, 1) }],
    ['an event without choices and usage', { choices: [], prompt_filter_results: [] }],
    ['an event whose usage is null', { choices: [], usage: null }],
  ])('%s is passed on', (_, data) => {
    const body = event(data);
    expect(run(meterEvents(CHAT.format, HIDDEN), [toBytes(body)]).text).toBe(body);
  });

  it('a long event is not held back whole', () => {
    const long = event({ choices: [{ delta: { content: 'x'.repeat(100_000) } }] });
    const meter = meterEvents(CHAT.format, HIDDEN);
    const passed = cutAt(toBytes(long), [20_000, 40_000, 60_000]).map((piece) =>
      toText(meter.push(piece)),
    );
    expect(passed.join('')).toBe(long);
    expect(passed.slice(0, 3).every((piece) => piece !== '')).toBe(true);
  });
});

describe('comments, while the event under way is held back', () => {
  const usage = event({ choices: [], usage: chatUsage(3, 1) });
  const text = event({ choices: [{ delta: { content: 'Hi' } }] });

  it.each([': ping\n', ': ping\n\n', ':\n', ': ping\r\n', ':'])(
    '%j passes in the moment in which it comes, byte by byte',
    (comment) => {
      const meter = meterEvents(CHAT.format, HIDDEN);
      meter.push(toBytes(text));
      // The line feed of a CR LF belongs to nobody: it may wait.
      const passed = eachByte(toBytes(comment))
        .map((byte) => toText(meter.push(byte)))
        .join('');
      expect(passed.replaceAll('\n', '')).toBe(comment.replaceAll('\n', ''));
      expect(passed.endsWith(':') || passed.length >= comment.length - 1).toBe(true);
    },
  );

  it('passes within an event, before what is held of it', () => {
    const shown = meterEvents(CHAT.format, HIDDEN);
    const [head, tail] = [text.slice(0, 12), text.slice(12)];
    const lines = (first: string, last: string) => [`${first}\n`, ': ping\n', `data: ${last}`];
    const [one = '', ping = '', two = ''] = lines('data: {"choices":', '[]}\n\n');
    expect(toText(shown.push(toBytes(one)))).toBe('');
    expect(toText(shown.push(toBytes(ping)))).toBe(ping);
    expect(toText(shown.push(toBytes(two)))).toBe(one + two);
    expect(run(meterEvents(CHAT.format, HIDDEN), [toBytes(`${head}${tail}`)]).text).toBe(text);
  });

  it('is left where it was when the event around it is hidden', () => {
    const data = JSON.stringify({ choices: [], usage: chatUsage(3, 1) });
    const body = `${text}data: ${data.slice(0, 13)}\n: ping\ndata: ${data.slice(13)}\n\n${text}`;
    const result = run(meterEvents(CHAT.format, HIDDEN), [toBytes(body)]);
    expect(result.text).toBe(`${text}: ping\n${text}`);
    // A line feed within JSON is a space: the usage is read.
    expect(
      run(meterEvents(CHAT.format, HIDDEN), [toBytes(`${usage}${event('[DONE]')}`)]).reading.status,
    ).toBe('read');
  });

  it('loses no byte, and moves none but past an event that is held', () => {
    const pieces = fc.array(
      fc.constantFrom(text, usage, ': ping\n', ': ping\r\n', ':\n\n', '\n', event('[DONE]')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, positions, (parts, cuts) => {
        const body = toBytes(parts.join(''));
        const shown = parts.filter((part) => part !== usage).join('');
        const sorted = (all: string) => [...all].sort().join('');
        for (const cut of [[body], cutAt(body, cuts), eachByte(body)]) {
          expect(sorted(run(meterEvents(CHAT.format, HIDDEN), cut).text)).toBe(sorted(shown));
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a usage event that is too long to be held back', () => {
  it('is passed on whole, since its beginning was', () => {
    const body = event({ padding: 'x'.repeat(40_000), choices: [], usage: chatUsage(3, 1) });
    const meter = meterEvents(CHAT.format, HIDDEN);
    const result = run(meter, cutAt(toBytes(body), [20_000, 30_000]));
    expect(result.text).toBe(body);
    expect(result.reading.status).toBe('read');
  });
});

describe('memory', () => {
  it('ten thousand events leave nothing behind in the meter', () => {
    const one = toBytes(event({ choices: [{ delta: { content: 'word ' } }], usage: null }));
    const meter = meterEvents(CHAT.format, HIDDEN);
    for (let n = 0; n < 10_000; n += 1) {
      const [out] = meter.push(one);
      // The very bytes that came: nothing is copied, and nothing is kept.
      expect(out?.buffer).toBe(one.buffer);
    }
    meter.push(toBytes(event({ choices: [], usage: chatUsage(3, 10_000) })));
    expect(meter.reading().status).toBe('read');
  });
});

describe("Anthropic's counts", () => {
  const start = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 };
  const stream = (...deltas: object[]) =>
    toBytes(
      [
        event({ type: 'message_start', message: { usage: start } }, 'message_start'),
        ...deltas.map((delta) => event({ type: 'message_delta', ...delta }, 'message_delta')),
      ].join(''),
    );
  const read = (...deltas: object[]) =>
    run(meterEvents(MESSAGES.format, SHOWN), [stream(...deltas)]).reading;
  const stop = { delta: { stop_reason: 'end_turn' } };

  it('replace each other, and are never added up', () => {
    const usage = { input_tokens: 30, output_tokens: 9 };
    expect(read({ delta: {}, usage: { output_tokens: 4 } }, { ...stop, usage })).toMatchObject({
      status: 'read',
      usage: { input: 30, cachedInput: 5, output: 9 },
    });
  });

  it('that go down: the larger of two counts', () => {
    expect(read({ ...stop, usage: { output_tokens: 0 } })).toMatchObject({
      status: 'read',
      usage: { input: 10, cachedInput: 5, output: 1 },
    });
    expect(read({ ...stop, usage: { input_tokens: 3, output_tokens: 2 } })).toMatchObject({
      status: 'read',
      usage: { input: 10, cachedInput: 5, output: 2 },
    });
  });

  it('are not the last before the message says why it stopped', () => {
    expect(read({ delta: { stop_reason: null }, usage: { output_tokens: 4 } }).status).toBe(
      'missing',
    );
  });
});

function chatUsage(prompt: number, completion: number) {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}
