import { hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { mintingKey } from '../../src/macaroon/index.js';
import { macaroonKey } from '../../src/macaroon/macaroon-key.js';
import { ring, rootId, toWire } from './fixtures.js';

it("a macaroon's own key is HKDF-SHA256 of the ring's, by the whole identifier", () => {
  const { kid, secret } = mintingKey(ring);
  for (const tenant of ['main', 'acme']) {
    const identifier = `b1.${kid}.${tenant}.${rootId}`;
    const expected = hkdfSync('sha256', secret, 'bursar/v1', `macaroon\0${identifier}`, 32);
    expect(toWire(macaroonKey(secret, Buffer.from(identifier), nodeCrypto))).toBe(
      toWire(new Uint8Array(expected)),
    );
  }
});
