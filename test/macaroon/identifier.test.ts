import { describe, expect, it } from 'vitest';
import { formatIdentifier, newRootId, parseIdentifier } from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';
import { codeOf, rootId } from './fixtures.js';

const name = fc.stringMatching(/^[a-z0-9-]{1,32}$/);
const id = fc.stringMatching(/^[0-9a-f]{32}$/);

describe('identifier', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(name, name, id, (kid, tenant, rootId) => {
        const identifier = { kid, tenant, rootId };
        expect(parseIdentifier(formatIdentifier(identifier))).toEqual(identifier);
      }),
    );
  });

  it.each([
    ['another version', `b2.k1.main.${rootId}`],
    ['upper case in the version', `B1.k1.main.${rootId}`],
    ['an empty kid', `b1..main.${rootId}`],
    ['a long kid', `b1.${'k'.repeat(33)}.main.${rootId}`],
    ['an upper-case kid', `b1.K1.main.${rootId}`],
    ['an empty tenant', `b1.k1..${rootId}`],
    ['a brace in the tenant', `b1.k1.{main}.${rootId}`],
    ['a dot more', `b1.k1.ma.in.${rootId}`],
    ['upper-case hex', `b1.k1.main.${rootId.toUpperCase()}`],
    ['31 digits', `b1.k1.main.${rootId.slice(1)}`],
    ['33 digits', `b1.k1.main.${rootId}0`],
    ['a space before', ` b1.k1.main.${rootId}`],
    ['a line break after', `b1.k1.main.${rootId}\n`],
    ['nothing', ''],
    ['8,000 characters', 'b'.repeat(8_000)],
  ])('refuses %s', (_what, text) => {
    expect(codeOf(() => parseIdentifier(text))).toBe('bad_identifier');
  });

  it('is not written from parts that could not be read back', () => {
    expect(codeOf(() => formatIdentifier({ kid: 'a.b', tenant: 'main', rootId }))).toBe(
      'bad_identifier',
    );
  });

  it('takes its id from 16 random bytes', () => {
    expect(newRootId(Uint8Array.from({ length: 16 }, (_, i) => i * 16 + 1))).toBe(
      '01112131415161718191a1b1c1d1e1f1',
    );
    expect(() => newRootId(new Uint8Array(15))).toThrow('found 15 random bytes, expected 16');
  });
});
