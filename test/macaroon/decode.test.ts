import { describe, expect, it } from 'vitest';
import { decodeMacaroon, type MacaroonErrorCode } from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';
import { codeOf, fromWire, mint, toWire } from './fixtures.js';

const decode = (bytes: Uint8Array | string) => codeOf(() => decodeMacaroon(toWire(bytes)));

const S = '11'.repeat(32);
const HEAD = '02 02 05 6b65796964 00';
const END = `00 06 20 ${S}`;
const location300 = `01 ac02 ${'6c'.repeat(300)}`;

const binary: [string, string, MacaroonErrorCode | 'accepted'][] = [
  ['no caveats', `${HEAD} ${END}`, 'accepted'],
  ['a caveat', `${HEAD} 02 01 61 00 ${END}`, 'accepted'],
  ['a location', `02 01 03 616263 02 05 6b65796964 00 ${END}`, 'accepted'],
  ['an empty location', `02 01 00 02 05 6b65796964 00 ${END}`, 'accepted'],
  ['a location of any bytes', `02 01 03 00ff0a 02 05 6b65796964 00 ${END}`, 'accepted'],
  ['a location of 300 bytes', `02 ${location300} 02 05 6b65796964 00 ${END}`, 'accepted'],
  ['two locations', `02 01 00 01 00 02 05 6b65796964 00 ${END}`, 'malformed'],
  ['a location after the identifier', `02 02 05 6b65796964 01 00 00 ${END}`, 'malformed'],
  ['two identifiers', `02 02 01 61 02 01 61 00 ${END}`, 'malformed'],
  ['no identifier', `02 00 ${END}`, 'malformed'],
  ['no header', `02 ${END}`, 'malformed'],
  ['an empty identifier', `02 02 00 00 ${END}`, 'not_ascii'],
  ['an identifier of two lines', `02 02 03 610a61 00 ${END}`, 'not_ascii'],
  ['a verification id in the header', `02 02 01 61 04 01 61 00 ${END}`, 'malformed'],
  ['an empty caveat', `${HEAD} 02 00 00 ${END}`, 'not_ascii'],
  ['a caveat with NUL', `${HEAD} 02 03 610061 00 ${END}`, 'not_ascii'],
  ['a caveat with DEL', `${HEAD} 02 01 7f 00 ${END}`, 'not_ascii'],
  ['a caveat in UTF-8', `${HEAD} 02 02 c3a9 00 ${END}`, 'not_ascii'],
  ['a caveat with a location', `${HEAD} 01 01 61 02 01 61 00 ${END}`, 'third_party'],
  ['a caveat with an empty location', `${HEAD} 01 00 02 01 61 00 ${END}`, 'third_party'],
  ['a third-party caveat', `${HEAD} 01 01 61 02 01 61 04 01 61 00 ${END}`, 'third_party'],
  ['a third-party caveat, no location', `${HEAD} 02 01 61 04 01 61 00 ${END}`, 'third_party'],
  ['a caveat with an unknown field', `${HEAD} 02 01 61 03 01 61 00 ${END}`, 'malformed'],
  ['two caveats in one section', `${HEAD} 02 01 61 02 01 61 00 ${END}`, 'malformed'],
  ['a length in two bytes for one', `02 02 8500 6b65796964 00 ${END}`, 'malformed'],
  ['a length in three bytes', `02 02 858000 6b65796964 00 ${END}`, 'malformed'],
  ['a length of 2^32 + 5', `02 02 8580808010 6b65796964 00 ${END}`, 'malformed'],
  ['a length of 2^64 + 5', `02 02 85808080808080808002 6b65796964 00 ${END}`, 'malformed'],
  ['a length without an end', `02 02 ${'80'.repeat(40)}`, 'malformed'],
  ['a length beyond the end', '02 02 7f 61', 'malformed'],
  ['a field type in two bytes', `02 8200 05 6b65796964 00 ${END}`, 'malformed'],
  ['a length for the end of a section', `02 02 05 6b65796964 0000 ${END}`, 'malformed'],
  ['no signature', `${HEAD} 00`, 'malformed'],
  ['no end of the caveats', `${HEAD} 06 20 ${S}`, 'malformed'],
  ['a signature length in two bytes', `${HEAD} 00 06 a000 ${S}`, 'malformed'],
  ['two signatures', `${HEAD} ${END} 06 20 ${S}`, 'malformed'],
  ['another macaroon after it', `${HEAD} ${END} ${HEAD} ${END}`, 'malformed'],
  ['version 3', `03 02 05 6b65796964 00 ${END}`, 'malformed'],
  ['nothing', '', 'malformed'],
];

describe('V2 binary', () => {
  it.each(binary)('%s', (_what, hex, expected) => {
    expect(decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBe(expected);
  });
});

const s64 = Buffer.from(S, 'hex').toString('base64url');
const rest = `"i":"keyid","s64":"${s64}"`;

const json: [string, string, MacaroonErrorCode | 'accepted'][] = [
  ['the least', `{${rest}}`, 'accepted'],
  ['everything', `{"v":2,"l":"http://x/","c":[{"i":"a = b"}],${rest}}`, 'accepted'],
  ['spaces between', `{ "v" : 2,\n\t"c": [ ] , ${rest} }\r\n`, 'accepted'],
  ['an empty location', `{"l":"",${rest}}`, 'accepted'],
  ['escapes of ASCII', `{"c":[{"\\u0069":"\\u0061"}],${rest}}`, 'accepted'],
  ['i64 in base64url', `{"i64":"a2V5aWQ","s64":"${s64}"}`, 'accepted'],
  ['i64 in padded base64', `{"i64":"a2V5aWQ=","s64":"${s64}"}`, 'accepted'],
  ['i64 with spare bits', `{"i64":"a2V5aWR","s64":"${s64}"}`, 'malformed'],
  ['i64 with too much padding', `{"i64":"a2V5aWQ==","s64":"${s64}"}`, 'malformed'],
  ['i and i64', `{"i64":"a2V5aWQ",${rest}}`, 'malformed'],
  ['no identifier', `{"s64":"${s64}"}`, 'malformed'],
  ['no signature', '{"i":"keyid"}', 'malformed'],
  ['a signature as text', `{"i":"keyid","s":"${'x'.repeat(32)}"}`, 'malformed'],
  ['a signature of 31 bytes', `{"i":"keyid","s64":"${s64.slice(0, -2)}"}`, 'malformed'],
  ['a null signature', '{"i":"keyid","s64":null}', 'malformed'],
  ['an identifier as a number', `{"i":5,"s64":"${s64}"}`, 'malformed'],
  ['version 1', `{"v":1,${rest}}`, 'malformed'],
  ['version "2"', `{"v":"2",${rest}}`, 'malformed'],
  ['version null', `{"v":null,${rest}}`, 'malformed'],
  ['location null', `{"l":null,${rest}}`, 'malformed'],
  ['caveats null', `{"c":null,${rest}}`, 'malformed'],
  ['caveats in an object', `{"c":{"i":"a"},${rest}}`, 'malformed'],
  ['a caveat as text', `{"c":["a"],${rest}}`, 'malformed'],
  ['a caveat of null', `{"c":[null],${rest}}`, 'malformed'],
  ['a caveat without text', `{"c":[{}],${rest}}`, 'malformed'],
  ['a caveat in i and i64', `{"c":[{"i":"a","i64":"YQ"}],${rest}}`, 'malformed'],
  ['a caveat with an unknown key', `{"c":[{"i":"a","x":1}],${rest}}`, 'malformed'],
  ['a caveat with v64', `{"c":[{"i":"a","v64":"YQ"}],${rest}}`, 'third_party'],
  ['a caveat with v', `{"c":[{"i":"a","v":"a"}],${rest}}`, 'third_party'],
  ['a caveat with a location', `{"c":[{"i":"a","l":"x"}],${rest}}`, 'third_party'],
  ['a caveat of nothing', `{"c":[{"i":""}],${rest}}`, 'not_ascii'],
  ['a caveat of two lines', `{"c":[{"i":"a\\nb"}],${rest}}`, 'not_ascii'],
  ['a caveat with NUL in i64', `{"c":[{"i64":"AA"}],${rest}}`, 'not_ascii'],
  ['a caveat in escaped UTF-16', `{"c":[{"i":"\\u0161"}],${rest}}`, 'not_ascii'],
  ['a raw byte beyond ASCII', `{"l":"\u00e9",${rest}}`, 'not_ascii'],
  ['an unknown key', `{"x":1,${rest}}`, 'malformed'],
  ['an upper-case key', `{"V":2,${rest}}`, 'malformed'],
  ['__proto__', `{"__proto__":{"i":"x"},${rest}}`, 'malformed'],
  ['__proto__ in a caveat', `{"c":[{"i":"a","__proto__":{}}],${rest}}`, 'malformed'],
  ['a key twice', `{"i":"keyid",${rest}}`, 'malformed'],
  ['a key twice, once escaped', `{"\\u0069":"keyid",${rest}}`, 'malformed'],
  ['a key twice in a caveat', `{"c":[{"i":"a","i":"a"}],${rest}}`, 'malformed'],
  ['something after it', `{${rest}}x`, 'malformed'],
  ['two of them', `{${rest}}{${rest}}`, 'malformed'],
  ['a comment', `{/**/${rest}}`, 'malformed'],
  ['a list of macaroons', `[{${rest}}]`, 'malformed'],
  ['a byte order mark', `\ufeff{${rest}}`, 'malformed'],
  ['a space before', ` {${rest}}`, 'malformed'],
  ['brackets to the limit', `{"c":${'['.repeat(6_000)}`, 'malformed'],
  ['brackets, closed', `{"c":${'['.repeat(2_900)}${']'.repeat(2_900)},${rest}}`, 'malformed'],
  ['V1', '{"identifier":"a","signature":"00","caveats":[],"location":"x"}', 'version_1'],
];

describe('V2 JSON', () => {
  it.each(json)('%s', (_what, text, expected) => {
    expect(decode(text)).toBe(expected);
  });

  it('is read to the same parts as binary', () => {
    const binaryText = mint();
    const decoded = decodeMacaroon(binaryText);
    const c = decoded.unprovedCaveats.map((i) => ({ i }));
    const s = Buffer.from(decoded.signature).toString('base64');
    const text = toWire(JSON.stringify({ c, i: decoded.identifier, s64: s }));
    expect(decodeMacaroon(text)).toEqual(decoded);
  });
});

describe('whatever the text, the only error is MacaroonError', () => {
  const bytes = fromWire(mint());
  const edit = fc.record({
    at: fc.nat(bytes.length),
    drop: fc.nat(3),
    put: fc.uint8Array({ maxLength: 3 }),
  });

  it('texts of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void codeOf(() => decodeMacaroon(text))),
    );
  });

  it('bytes after a good beginning', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('02', '0202', '7b', '7b2263223a'),
        fc.uint8Array(),
        (head, tail) => {
          decode(Buffer.concat([Buffer.from(head, 'hex'), tail]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('a valid one, cut and patched', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let changed: Buffer = bytes;
        for (const { at, drop, put } of edits) {
          changed = Buffer.concat([changed.subarray(0, at), put, changed.subarray(at + drop)]);
        }
        decode(changed);
      }),
      { numRuns: 2_000 },
    );
  });

  it('JSON values of any shape', () => {
    const fields = fc.record(
      {
        v: fc.jsonValue(),
        l: fc.jsonValue(),
        i: fc.jsonValue(),
        i64: fc.jsonValue(),
        c: fc.jsonValue(),
        s64: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (value) => void decode(JSON.stringify(value))),
      { numRuns: 1_000 },
    );
  });
});
