import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { encodeMacaroon } from '../../src/macaroon/encode.js';
import {
  attenuate,
  decodeMacaroon,
  mintMacaroon,
  portableCrypto,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';
import { caveats, codeOf, line, mint, ring, rootId } from './fixtures.js';

const lines = fc.array(line, { maxLength: 10 });
const notLines = ['', 'a\nb', 'a\r', 'a\0', '\t', '\x7f', 'caf\u00e9', '\u0161', '\u{1f600}'];

describe('mint', () => {
  it('gives the same macaroon with either crypto', () => {
    fc.assert(
      fc.property(lines, (conditions) => {
        const request = { ring, tenant: 'acme-2', rootId, caveats: conditions };
        expect(mintMacaroon({ ...request, crypto: nodeCrypto })).toBe(mintMacaroon(request));
      }),
    );
  });

  it('refuses a caveat that is not one line of printable ASCII', () => {
    for (const text of notLines) expect(codeOf(() => mint([text]))).toBe('not_ascii');
  });

  it('refuses a tenant and an id that can be in no identifier', () => {
    const request = { ring, tenant: 'main', rootId, caveats };
    expect(codeOf(() => mintMacaroon({ ...request, tenant: 'a/b' }))).toBe('bad_identifier');
    expect(codeOf(() => mintMacaroon({ ...request, rootId: 'abc' }))).toBe('bad_identifier');
  });

  it('writes no location', () => {
    expect(mint().startsWith(Buffer.of(2, 2).toString('base64url').slice(0, 2))).toBe(true);
  });
});

describe('attenuate', () => {
  it('in steps or at once, with either crypto: what mint would have written', () => {
    fc.assert(
      fc.property(lines, lines, lines, (a, b, c) => {
        const whole = mint([...a, ...b, ...c]);
        expect(attenuate(attenuate(mint(a), b, nodeCrypto), c, portableCrypto)).toBe(whole);
        expect(attenuate(mint(a), [...b, ...c])).toBe(whole);
        expect(verifyMacaroon(whole, ring, portableCrypto).caveats).toEqual([...a, ...b, ...c]);
      }),
    );
  });

  it('refuses a caveat that is not one line of printable ASCII', () => {
    for (const text of notLines) expect(codeOf(() => attenuate(mint(), [text]))).toBe('not_ascii');
  });

  it('refuses a macaroon that is not ours', () => {
    const theirs = { identifier: Buffer.from('keyid'), caveats: [], signature: Buffer.alloc(32) };
    expect(codeOf(() => attenuate(encodeMacaroon(theirs), ['a = b']))).toBe('bad_identifier');
  });

  it('does not make a forged macaroon valid', () => {
    const parts = decodeMacaroon(mint());
    const forged = encodeMacaroon({
      identifier: Buffer.from(parts.identifier),
      caveats: [Buffer.from('holder = root')],
      signature: parts.signature,
    });
    const further = attenuate(forged, ['budget = 1 credits']);
    expect(codeOf(() => verifyMacaroon(further, ring, nodeCrypto))).toBe('signature_mismatch');
  });
});
