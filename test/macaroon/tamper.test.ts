import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { encodeMacaroon } from '../../src/macaroon/encode.js';
import {
  decodeMacaroon,
  mintMacaroon,
  NEW_KEY_BYTES,
  newKeyRing,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';
import { caveats, fixedBytes, fromWire, mint, ring, rootId, toWire, verdict } from './fixtures.js';

const valid = mint();
const { identifier, signature } = decodeMacaroon(valid);

/** The valid macaroon's signature under other parts: what someone can write without a key. */
function rewritten(lines: readonly string[], id = identifier): string {
  return encodeMacaroon({
    identifier: Buffer.from(id),
    caveats: lines.map((line) => Buffer.from(line)),
    signature,
  });
}

describe('a valid macaroon', () => {
  it('proves its identifier and its caveats, in order', () => {
    const chain = verifyMacaroon(valid, ring, nodeCrypto);
    const [key] = ring.keys;
    expect(chain.identifier).toEqual({ kid: key?.kid, tenant: 'main', rootId });
    expect(chain.caveats).toEqual(caveats);
    expect(rewritten(caveats)).toBe(valid);
  });
});

describe('every change of it is refused', () => {
  it('one bit of its bytes', () => {
    const bytes = fromWire(valid);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, verdict(toWire(changed))]).not.toEqual([bit, 'accepted']);
    }
  });

  it('one bit of its text', () => {
    for (let bit = 0; bit < valid.length * 8; bit++) {
      const changed = Buffer.from(valid, 'latin1');
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, verdict(changed.toString('latin1'))]).not.toEqual([bit, 'accepted']);
    }
  });

  it('every truncation, of the text and of the bytes, from either end', () => {
    const bytes = fromWire(valid);
    for (let length = 0; length < valid.length; length++) {
      expect(verdict(valid.slice(0, length))).not.toBe('accepted');
      expect(verdict(valid.slice(valid.length - length))).not.toBe('accepted');
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(verdict(toWire(bytes.subarray(0, length)))).not.toBe('accepted');
      expect(verdict(toWire(bytes.subarray(bytes.length - length)))).not.toBe('accepted');
    }
  });

  it('anything appended', () => {
    for (let byte = 0; byte < 256; byte++) {
      const appended = toWire(Buffer.concat([fromWire(valid), Buffer.of(byte)]));
      expect(verdict(appended)).toBe('malformed');
    }
  });

  it('a caveat removed, repeated, replaced, swapped, or inserted anywhere', () => {
    const inserted = 'budget = 9 credits';
    for (let i = 0; i < caveats.length; i++) {
      const one = caveats[i] ?? '';
      expect(verdict(rewritten(caveats.toSpliced(i, 1)))).toBe('signature_mismatch');
      expect(verdict(rewritten(caveats.toSpliced(i, 0, one)))).toBe('signature_mismatch');
      expect(verdict(rewritten(caveats.with(i, inserted)))).toBe('signature_mismatch');
      for (let j = 0; j < i; j++) {
        const swapped = caveats.with(i, caveats[j] ?? '').with(j, one);
        expect(verdict(rewritten(swapped))).toBe('signature_mismatch');
      }
    }
    for (let i = 0; i <= caveats.length; i++) {
      expect(verdict(rewritten(caveats.toSpliced(i, 0, inserted)))).toBe('signature_mismatch');
    }
  });

  it('another identifier', () => {
    expect(verdict(rewritten(caveats, identifier.replace('.main.', '.other.')))).toBe(
      'signature_mismatch',
    );
    expect(verdict(rewritten(caveats, identifier.replace(/b1\.[^.]+/, 'b1.other')))).toBe(
      'unknown_key',
    );
    expect(verdict(rewritten(caveats, `${identifier} `))).toBe('bad_identifier');
    expect(verdict(rewritten(caveats, 'keyid'))).toBe('bad_identifier');
  });

  it('another key of the same name', () => {
    const [key] = ring.keys;
    if (key === undefined) throw new Error('expected a key');
    const [other] = newKeyRing({ random: fixedBytes('other', NEW_KEY_BYTES), nowMs: 0 }).keys;
    if (other === undefined) throw new Error('expected a key');
    const forged = { keys: [{ ...other, kid: key.kid }] };
    const text = mintMacaroon({ ring: forged, tenant: 'main', rootId, caveats });
    expect(verdict(text)).toBe('signature_mismatch');
  });

  it('a signature of any length from 0 to 64 bytes but 32', () => {
    const head = fromWire(valid).subarray(0, -34);
    for (let length = 0; length <= 64; length++) {
      const field = Buffer.concat([Buffer.of(6, length), fixedBytes('signature', length)]);
      const text = toWire(Buffer.concat([head, field]));
      expect(verdict(text)).toBe(length === 32 ? 'signature_mismatch' : 'malformed');
      const s64 = toWire(fixedBytes('signature', length));
      const json = JSON.stringify({ i: identifier, c: caveats.map((i) => ({ i })), s64 });
      expect(verdict(toWire(json))).toBe(length === 32 ? 'signature_mismatch' : 'malformed');
    }
  });
});

describe('every other spelling of its base64 is refused', () => {
  it('padding, whitespace and the standard alphabet', () => {
    for (const pad of ['=', '==', '===', '====', ' ', '\n', '\r\n', '\t', '\0', '\u00a0']) {
      expect(verdict(valid + pad)).toBe('not_base64url');
      expect(verdict(pad + valid)).toBe('not_base64url');
      expect(verdict(`${valid.slice(0, 8)}${pad}${valid.slice(8)}`)).toBe('not_base64url');
    }
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('budget = 1 usd', '>>>>', '????'), { maxLength: 9 }),
        (lines) => {
          const text = mint(lines);
          const standard = text.replaceAll('-', '+').replaceAll('_', '/');
          if (standard !== text) expect(verdict(standard)).toBe('not_base64url');
        },
      ),
    );
  });

  it('bits left over in the last character', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const extra of ['', 'x', 'xx']) {
      const text = mint([`${caveats[0]}${extra}`]);
      const last = alphabet.indexOf(text.slice(-1));
      const spareBits = [0, 0, 4, 2][text.length % 4] ?? 0;
      for (let spare = 1; spare < 1 << spareBits; spare++) {
        const other = text.slice(0, -1) + alphabet.charAt(last | spare);
        expect(fromWire(other)).toEqual(fromWire(text));
        expect(verdict(other)).toBe('not_base64url');
      }
    }
  });

  it('more or fewer characters by any of the two alphabets', () => {
    fc.assert(
      fc.property(
        fc.nat(valid.length),
        fc.constantFrom(...'+/=-_Aa0 \n\u00e9'),
        (at, character) => {
          expect(verdict(valid.slice(0, at) + character + valid.slice(at))).not.toBe('accepted');
        },
      ),
    );
  });
});
