import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../gateway/authenticate.js';
import { nodeCrypto } from '../../gateway/crypto.js';
import type { MacaroonCrypto } from '../../src/macaroon/crypto.js';
import {
  attenuate,
  mintMacaroon,
  NEW_KEY_BYTES,
  newKeyRing,
  newRootId,
} from '../../src/macaroon/index.js';

const NOW = Date.UTC(2026, 5, 1, 12);

/** An authenticator that tells how often it has proved something. */
function authenticator() {
  const ring = newKeyRing({ random: randomBytes(NEW_KEY_BYTES), nowMs: NOW });
  let proofs = 0;
  const crypto: MacaroonCrypto = {
    ...nodeCrypto,
    hkdfSha256: (...args) => {
      proofs += 1;
      return nodeCrypto.hkdfSha256(...args);
    },
  };
  const root = mintMacaroon({
    ring,
    tenant: 'main',
    rootId: newRootId(randomBytes(16)),
    caveats: ['holder = agent', 'budget = 1 credits', 'expires = 2026-06-02T12:00:00Z'],
    crypto: nodeCrypto,
  });
  const authenticate = createAuthenticator({ keyRing: () => ring, crypto, clock: () => NOW });
  return { authenticate, root, proofs: () => proofs };
}

/** As long as a macaroon may be: whoever has one can make any number of these. */
function long(root: string, holder: string): string {
  const tools = Array.from({ length: 1_400 }, (_, i) => i.toString(36).padStart(2, '0')).join(',');
  return attenuate(root, [`holder = ${holder}`, `tools = ${tools}`], nodeCrypto);
}

describe('proofs', () => {
  it('are remembered, a thousand of the usual size and more', () => {
    const { authenticate, root, proofs } = authenticator();
    const macaroons = Array.from({ length: 1_000 }, (_, i) =>
      attenuate(root, [`holder = h${i}`, 'budget = 1 credits'], nodeCrypto),
    );
    for (const macaroon of [...macaroons, ...macaroons]) authenticate(macaroon);
    expect(proofs()).toBe(1_000);
  });

  it('take no more memory for the longest macaroons: the oldest are forgotten', () => {
    const { authenticate, root, proofs } = authenticator();
    const macaroons = Array.from({ length: 400 }, (_, i) => long(root, `h${i}`));
    for (const macaroon of macaroons) authenticate(macaroon);
    expect(proofs()).toBe(400);
    authenticate(macaroons.at(-1) ?? '');
    expect(proofs()).toBe(400);
    authenticate(macaroons[0] ?? '');
    expect(proofs()).toBe(401);
  });

  it('that are used again are not the oldest', () => {
    const { authenticate, root, proofs } = authenticator();
    const kept = long(root, 'kept');
    authenticate(kept);
    for (let i = 0; i < 400; i++) {
      authenticate(long(root, `h${i}`));
      if (i % 50 === 0) authenticate(kept);
    }
    expect(proofs()).toBe(401);
  });
});
