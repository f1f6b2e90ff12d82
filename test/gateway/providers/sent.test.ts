import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../../gateway/body.js';
import { withOutputLimit } from '../../../gateway/providers/sent.js';
import { fc, runs } from '../../support/property.js';
import { bytesOf, read } from './support.js';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const space = fc.constantFrom('', ' ', '\n\t');

/** A member as a client may spell it: spaces anywhere, its key escaped or not. */
const member = (key: string, values: readonly string[]) =>
  fc.tuple(fc.constantFrom(...values), space, fc.boolean()).map(([value, gap, escapes]) => {
    const [first = '', ...rest] = key;
    const code = first.charCodeAt(0).toString(16).padStart(4, '0');
    const name = escapes ? `\\u${code}${rest.join('')}` : key;
    return `${gap}"${name}"${gap}:${gap}${value}${gap}`;
  });

const options = ['null', '{}', '{ }', '{"include_usage":false}', '{"include_usage" : null }'];
const body = fc
  .tuple(
    member('model', ['"gpt-4o"']),
    member('messages', [
      '[]',
      '[{"role":"user","content":"max_tokens\\": 5, {\\"stream_options"}]',
    ]),
    fc.option(member('max_tokens', ['null']), { nil: undefined }),
    fc.option(member('max_completion_tokens', ['null']), { nil: undefined }),
    fc.option(member('stream', ['true', 'false', 'null']), { nil: undefined }),
    fc.option(
      member('stream_options', [
        ...options,
        '{"include_usage":true}',
        '{"include_obfuscation":true}',
      ]),
      { nil: undefined },
    ),
    fc.option(member('temperature', ['1.0', '1e0', '0.1000000000000000055']), { nil: undefined }),
  )
  .chain((members) => {
    const given = members.filter((one) => one !== undefined);
    return fc.shuffledSubarray(given, { minLength: given.length });
  })
  .map((members) => `{${members.join(',')}}`);

describe('a body with its limit written in', () => {
  it('says what was priced, and nothing else that it did not say', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (text, limit) => {
        const request = read('chat', text);
        const sent = textOf(withOutputLimit(request, bytesOf(text), limit));
        const before = parseJsonObject(bytesOf(text));
        const usage = request.streamUsage === 'to_ask' ? { include_usage: true } : {};
        expect(parseJsonObject(bytesOf(sent))).toEqual({
          ...before,
          max_completion_tokens: limit,
          ...(request.streamUsage === 'to_ask' || 'stream_options' in before
            ? {
                stream_options:
                  request.streamUsage === 'to_ask'
                    ? { ...(before['stream_options'] as object | null), ...usage }
                    : before['stream_options'],
              }
            : {}),
        });
        const again = read('chat', sent);
        expect(again.output).toMatchObject({ status: 'stated', tokens: limit });
        expect(again.streamUsage).not.toBe('to_ask');
        expect({ ...again, output: 0, streamUsage: 0 }).toEqual({
          ...request,
          output: 0,
          streamUsage: 0,
        });
      }),
      { numRuns: runs(500) },
    );
  });

  it.each([
    [
      'chat',
      '{"model":"m","messages":[]}',
      '{"max_completion_tokens":7,"model":"m","messages":[]}',
    ],
    [
      'chat',
      ' {"max_completion_tokens" : null,"model":"m","messages":[], "stream":true}',
      ' {"stream_options":{"include_usage":true},"max_completion_tokens" : 7,"model":"m","messages":[], "stream":true}',
    ],
    [
      'chat',
      '{"model":"m","messages":[],"max_tokens":7,"stream":true,"stream_options":{ "include_usage":false}}',
      '{"model":"m","messages":[],"max_tokens":7,"stream":true,"stream_options":{ "include_usage":true}}',
    ],
    [
      'chat',
      '{"model":"m","messages":[],"max_tokens":7,"stream":true,"stream_options":{"include_obfuscation":false}}',
      '{"model":"m","messages":[],"max_tokens":7,"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}',
    ],
    ['responses', '{"model":"m","input":""}', '{"max_output_tokens":7,"model":"m","input":""}'],
    ['messages', '{"model":"m","messages":[]}', '{"max_tokens":7,"model":"m","messages":[]}'],
  ] as const)('%s: %s', (api, text, expected) => {
    expect(textOf(withOutputLimit(read(api, text), bytesOf(text), 7))).toBe(expected);
  });

  it.each([
    ['chat', '{"model":"m", "messages":[],"max_tokens" : 7}', 7],
    [
      'chat',
      '{"model":"m","messages":[],"max_tokens":7e0,"stream":true,"stream_options":{"include_usage":true}}',
      7,
    ],
    ['messages', '{"model":"m","messages":[],"max_tokens":7,"stream":true}', 7],
    ['responses', '{"model":"m","input":"","max_output_tokens":7,"stream":true}', 7],
    ['embeddings', '{"model":"m","input":""}', undefined],
    ['count_tokens', '{"model":"m","messages":[]}', undefined],
  ] as const)('passes unchanged where the caller stated all: %s %s', (api, text, limit) => {
    const bytes = bytesOf(text);
    expect(withOutputLimit(read(api, text), bytes, limit)).toBe(bytes);
  });

  it.each([
    ['chat', { max_tokens: 7 }, 8],
    ['chat', { max_tokens: 7 }, undefined],
    ['chat', {}, undefined],
    ['chat', {}, 0],
    ['chat', {}, 1.5],
    ['count_tokens', {}, 5],
  ] as const)('is never sent with another limit than was held: %s %j, %s', (api, fields, limit) => {
    const text = { model: 'm', messages: [], ...fields };
    expect(() => withOutputLimit(read(api, text), bytesOf(text), limit)).toThrow(RangeError);
  });
});
