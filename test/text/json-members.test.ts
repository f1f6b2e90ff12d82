import { describe, expect, it } from 'vitest';
import { membersOf } from '../../src/text/json-members.js';
import { fc } from '../support/property.js';

const encode = (text: string) => new TextEncoder().encode(text);
const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');

function read(json: Uint8Array, open?: number): [string, unknown][] {
  return membersOf(json, open).map(({ key, start, end }) => [
    key,
    JSON.parse(new TextDecoder().decode(json.subarray(start, end))),
  ]);
}

describe('the members of an object', () => {
  it('are those that JSON.parse finds, each value with its own bytes and no others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }))),
        space,
        (members, gap) => {
          const text = members
            .map(
              ([key, value]) =>
                `${gap}${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(value, null, gap.trim())}${gap}`,
            )
            .join(',');
          const expected = members.map(([key, value]) => [
            JSON.parse(JSON.stringify(key)),
            JSON.parse(JSON.stringify(value)),
          ]);
          expect(read(encode(`${gap}{${text}${gap}}${gap}`))).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    ['{}', []],
    ['{"a":1}', [['a', 1]]],
    ['{"\\u0061":"}"}', [['a', '}']]],
    [
      '{"a":"\\\\","b":"\\"," }',
      [
        ['a', '\\'],
        ['b', '",'],
      ],
    ],
    [
      '{"a":[{"b":[]}],"c":null}',
      [
        ['a', [{ b: [] }]],
        ['c', null],
      ],
    ],
    ['{"__proto__":-1.5e3}', [['__proto__', -1500]]],
  ])('in %s', (text, members) => {
    expect(read(encode(text))).toEqual(members);
  });

  it('of an object inside', () => {
    const json = encode('{"x": {"include_usage" : false}, "y":2}');
    const [x] = membersOf(json);
    expect(read(json, x?.start)).toEqual([['include_usage', false]]);
  });
});
