import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import {
  findKey,
  formatKeyRing,
  KeyRingError,
  mintingKey,
  mintMacaroon,
  NEW_KEY_BYTES,
  newKeyRing,
  parseKeyRing,
  retire,
  rotate,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';
import { caveats, codeOf, fixedBytes, rootId, toWire } from './fixtures.js';

const material = (seed: string) => ({
  random: fixedBytes(seed, NEW_KEY_BYTES),
  nowMs: Date.UTC(2026, 0, 31, 23, 59, 59, 999),
});
const one = newKeyRing(material('one'));
const two = rotate(one, material('two'));
const kidOf = (ring: typeof one) => mintingKey(ring).kid;
const mintUnder = (ring: typeof one) =>
  mintMacaroon({ ring, tenant: 'main', rootId, caveats, crypto: nodeCrypto });

describe('rotation', () => {
  it('mints under the new key, and verifies under both', () => {
    expect(two.keys.map(({ status }) => status)).toEqual(['verifying', 'minting']);
    expect(kidOf(two)).not.toBe(kidOf(one));
    const chains = [mintUnder(one), mintUnder(two)].map((text) =>
      verifyMacaroon(text, two, nodeCrypto),
    );
    expect(chains.map(({ identifier }) => identifier.kid)).toEqual([kidOf(one), kidOf(two)]);
  });

  it('ends with retirement: the kid is unknown from then on', () => {
    const retired = retire(two, kidOf(one));
    expect(findKey(retired, kidOf(one))).toBeUndefined();
    expect(codeOf(() => verifyMacaroon(mintUnder(one), retired, nodeCrypto))).toBe('unknown_key');
    expect(codeOf(() => verifyMacaroon(mintUnder(two), retired, nodeCrypto))).toBe('accepted');
  });

  it('does not retire the minting key, nor one that is not there', () => {
    expect(() => retire(one, kidOf(one))).toThrow(
      new KeyRingError(`key "${kidOf(one)}" is the minting key: rotate first`),
    );
    expect(() => retire(one, 'k0')).toThrow(
      new KeyRingError(`no key "k0" in the ring: expected one of ${kidOf(one)}`),
    );
  });

  it('leaves the ring that it was given as it was', () => {
    const before = formatKeyRing(one);
    rotate(one, material('three'));
    expect(formatKeyRing(one)).toBe(before);
  });

  it('refuses a key of the same name', () => {
    expect(() => rotate(one, material('one'))).toThrow('a second time, expected every kid once');
  });

  it('refuses randomness of another length, or none', () => {
    expect(() => newKeyRing({ random: new Uint8Array(32), nowMs: 0 })).toThrow(RangeError);
    expect(() => newKeyRing({ random: new Uint8Array(NEW_KEY_BYTES), nowMs: 0 })).toThrow(
      KeyRingError,
    );
  });
});

describe('key ring file', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (seeds) => {
        const ring = [...new Set(seeds)].reduce(
          (sofar, seed) => rotate(sofar, material(seed)),
          one,
        );
        expect(parseKeyRing(formatKeyRing(ring))).toEqual(ring);
      }),
    );
  });

  it('is this text', () => {
    expect(JSON.parse(formatKeyRing(one))).toEqual({
      version: 1,
      keys: [
        {
          kid: kidOf(one),
          secret: toWire(mintingKey(one).secret),
          createdAt: '2026-01-31T23:59:59Z',
          status: 'minting',
        },
      ],
    });
    expect(kidOf(one)).toMatch(/^k[0-9a-f]{8}$/);
  });

  const secret = toWire(fixedBytes('secret', 32));
  const key = { kid: 'k1', secret, createdAt: '2026-01-01T00:00:00Z', status: 'minting' };
  const file = (...keys: readonly object[]) => JSON.stringify({ version: 1, keys });
  const weak = (bytes: Uint8Array | string) => file({ ...key, secret: toWire(bytes) });

  it.each([
    ['nothing', '', 'key ring: found text that is not JSON'],
    ['a list', '[]', 'key ring: found a list, expected an object'],
    ['no version', '{"keys":[]}', 'key ring: found no field version'],
    ['version 2', '{"version":2,"keys":[]}', 'version: found 2, expected 1'],
    ['keys in an object', '{"version":1,"keys":{}}', 'keys: found an object, expected a list'],
    ['another field', '{"version":1,"keys":[],"x":0}', 'key ring: found the field "x"'],
    ['a field twice', '{"version":1,"version":1,"keys":[]}', 'key ring: found "version" twice'],
    ['no keys', file(), 'keys: found 0 minting keys, expected exactly one'],
    ['a key of null', file(null as never), 'keys[0]: found null, expected an object'],
    ['another field in a key', file({ ...key, x: 1 }), 'keys[0]: found the field "x"'],
    ['no secret', file({ kid: 'k1', createdAt: '', status: '' }), 'keys[0]: found no field secret'],
    ['a kid as a number', file({ ...key, kid: 5 }), 'keys[0].kid: found 5, expected a text'],
    ['a kid with a dot', file({ ...key, kid: 'a.b' }), 'keys[0].kid: found "a.b"'],
    ['an empty kid', file({ ...key, kid: '' }), 'keys[0].kid: found ""'],
    ['a kid twice', file(key, { ...key, status: 'verifying' }), 'keys[1].kid: found "k1" a second'],
    ['two that mint', file(key, { ...key, kid: 'k2' }), 'keys: found 2 minting keys'],
    ['none that mints', file({ ...key, status: 'verifying' }), 'keys: found 0 minting keys'],
    ['another status', file({ ...key, status: 'active' }), 'keys[0].status: found'],
    ['another time', file({ ...key, createdAt: 'now' }), 'keys[0].createdAt: found'],
    [
      'a padded secret',
      file({ ...key, secret: `${secret}=` }),
      'keys[0].secret: expected base64url',
    ],
    ['a secret of null', file({ ...key, secret: null }), 'keys[0].secret: expected base64url'],
    ['an empty secret', weak(''), 'keys[0].secret: found 0 bytes'],
    ['31 bytes', weak(fixedBytes('short', 31)), 'keys[0].secret: found 31 bytes'],
    ['zeros', weak(new Uint8Array(32)), 'keys[0].secret: found few different bytes'],
    ['one byte 64 times', weak(new Uint8Array(64).fill(7)), 'keys[0].secret: found few different'],
    ['a pattern', weak(Buffer.from('deadbeef'.repeat(8), 'hex')), 'keys[0].secret: found few'],
    [
      'a count',
      weak(Uint8Array.from({ length: 32 }, (_, i) => i)),
      'keys[0].secret: found bytes in',
    ],
    [
      'a placeholder',
      weak('this is our super secret key; only we should know it'),
      'readable text',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseKeyRing(text)).toThrow(KeyRingError);
    expect(() => parseKeyRing(text)).toThrow(message);
  });

  it('never shows a secret in a message, wherever it was put', () => {
    const misplaced = ['createdAt', 'status'].map((field) => file({ ...key, [field]: secret }));
    for (const text of [...misplaced, file(key).slice(0, -1), file(key, key), weak(secret)]) {
      let message = '';
      try {
        parseKeyRing(text);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('KeyRingError');
      expect(message).not.toContain(secret);
    }
  });
});
