import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { extendSignature, rootSignature } from '../../src/macaroon/chain.js';
import { type MacaroonCrypto, portableCrypto } from '../../src/macaroon/crypto.js';
import { decodeMacaroon } from '../../src/macaroon/index.js';
import { codeOf } from './fixtures.js';
import { type PublishedMacaroon, published, toBytes } from './published.js';

/** The signature by the published rules, third-party caveats and binding included. */
function signatureOf(vector: PublishedMacaroon, crypto: MacaroonCrypto): string {
  let signature = rootSignature(toBytes(vector.key), toBytes(vector.identifier), crypto);
  for (const { cid, vid64 } of vector.caveats) {
    if (vid64 === undefined) {
      signature = extendSignature(signature, [Buffer.from(cid)], crypto);
    } else {
      const vid = Buffer.from(vid64, 'base64');
      const both = [vid, Buffer.from(cid)].map((data) => crypto.hmacSha256(signature, data));
      signature = crypto.hmacSha256(signature, Buffer.concat(both));
    }
  }
  const root = vector.boundTo
    ? Buffer.from(vector.boundTo, 'hex')
    : vector.boundToUtf8 && Buffer.from(vector.boundToUtf8);
  if (root) {
    const both = [root, signature].map((data) => crypto.hmacSha256(new Uint8Array(32), data));
    signature = crypto.hmacSha256(new Uint8Array(32), Buffer.concat(both));
  }
  return Buffer.from(signature).toString('hex');
}

const signed = published.filter((vector) => vector.signatureHex !== null);
const written = published.filter((vector) => vector.serialized !== null);

describe.each([
  ['nodeCrypto', nodeCrypto],
  ['portableCrypto', portableCrypto],
])('published signatures, %s', (_name, crypto) => {
  it.each(signed)('$id', (vector) => {
    const differs = vector.wrongKey === true || vector.expect === 'signature-mismatch';
    if (differs) expect(signatureOf(vector, crypto)).not.toBe(vector.signatureHex);
    else expect(signatureOf(vector, crypto)).toBe(vector.signatureHex);
  });
});

/** JSON travels in base64url; binary is published with padding here and there, which is not ours. */
function onTheWire({ serialized, format }: PublishedMacaroon): string {
  const text = serialized ?? '';
  if (format.endsWith('j')) return Buffer.from(text).toString('base64url');
  return format === 'v2' ? text.replace(/=+$/, '') : text;
}

describe('published macaroons', () => {
  it.each(written)('$id, $format', (vector) => {
    const text = onTheWire(vector);
    if (vector.format.startsWith('v1')) {
      expect(codeOf(() => decodeMacaroon(text))).toBe('version_1');
    } else if (vector.caveats.some((caveat) => caveat.vid64 !== undefined)) {
      expect(codeOf(() => decodeMacaroon(text))).toBe('third_party');
    } else {
      const decoded = decodeMacaroon(text);
      expect(decoded.identifier).toBe(vector.identifier);
      expect(decoded.unprovedCaveats).toEqual(vector.caveats.map((caveat) => caveat.cid));
      expect(Buffer.from(decoded.signature).toString('hex')).toBe(vector.signatureHex);
    }
  });

  it('are refused in binary when they come with padding', () => {
    const padded = written.filter(
      ({ format, serialized }) => format === 'v2' && serialized?.endsWith('='),
    );
    expect(padded.length).toBeGreaterThan(0);
    for (const { serialized } of padded) {
      expect(codeOf(() => decodeMacaroon(serialized ?? ''))).toBe('not_base64url');
    }
  });

  it.each(published.filter((vector) => vector.discharge))('$id, its discharge', ({ discharge }) => {
    const { serialized = '', format = '' } = discharge ?? {};
    const text = format.endsWith('j') ? Buffer.from(serialized).toString('base64url') : serialized;
    const expected = format.startsWith('v1') ? 'version_1' : 'accepted';
    expect(codeOf(() => decodeMacaroon(text))).toBe(expected);
  });

  it('an identifier of binary bytes has a signature, but is not ours to read', () => {
    const [vector] = published.filter(({ id }) => id === 'py-binary-id');
    if (vector === undefined) throw new Error('expected py-binary-id among the vectors');
    const signature = signatureOf(vector, nodeCrypto);
    expect(signature).toBe(signatureOf(vector, portableCrypto));
    const identifier = Buffer.from(toBytes(vector.identifier)).toString('base64url');
    const s64 = Buffer.from(signature, 'hex').toString('base64url');
    const json = JSON.stringify({ i64: identifier, s64 });
    expect(codeOf(() => decodeMacaroon(Buffer.from(json).toString('base64url')))).toBe('not_ascii');
  });

  it('conditions: a condition that is not held to be true is what makes one unauthorized', () => {
    const conditional = published.filter((vector) => vector.expect && vector.exact);
    expect(conditional.length).toBeGreaterThan(10);
    for (const vector of conditional) {
      const held = vector.caveats.every(({ cid }) => vector.exact?.includes(cid));
      const signed = signatureOf(vector, nodeCrypto) === vector.signatureHex;
      expect([vector.id, held && signed]).toEqual([vector.id, vector.expect === 'authorized']);
    }
  });
});
