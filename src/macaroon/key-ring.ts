import { isKid } from './identifier.js';

/** The root keys of an installation. Plain data: every change makes a new ring. */
export interface KeyRing {
  /** Oldest first. Exactly one is minting. */
  readonly keys: readonly RingKey[];
}

export interface RingKey {
  /** `[a-z0-9-]{1,32}`, and no other key of the ring has it. */
  readonly kid: string;
  /** At least 32 random bytes. */
  readonly secret: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ`, for people to read: nothing is decided by it. */
  readonly createdAt: string;
  /** New macaroons are signed by the one that is `minting`; all of them verify. */
  readonly status: 'minting' | 'verifying';
}

/** What a new key is made of. */
export interface NewRingKey {
  /** 4 bytes, which name the key, and 32 bytes of secret, from a cryptographic generator. */
  readonly random: Uint8Array;
  readonly nowMs: number;
}

const KID_BYTES = 4;
const SECRET_BYTES = 32;
/** How much randomness {@link newKeyRing} and {@link rotate} take. */
export const NEW_KEY_BYTES = KID_BYTES + SECRET_BYTES;
const MIN_SECRET_BYTES = 32;
/** 32 random bytes have 30 different values on average, and fewer than 16 never. */
const MIN_DISTINCT_BYTES = 16;

/** A ring, or a change of one, that is refused. Names the field; never shows a secret. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

/** A ring with one key. @throws {KeyRingError} when the randomness is none. */
export function newKeyRing(material: NewRingKey): KeyRing {
  return checkKeyRing({ keys: [makeKey(material)] });
}

/**
 * A ring in which a new key mints; all the others go on verifying.
 * @throws {KeyRingError} when the randomness is none.
 */
export function rotate(ring: KeyRing, material: NewRingKey): KeyRing {
  const verifying = ring.keys.map((key) => ({ ...key, status: 'verifying' as const }));
  return checkKeyRing({ keys: [...verifying, makeKey(material)] });
}

/**
 * A ring without that key: every macaroon minted under it is refused from then on.
 * @throws {KeyRingError} for the minting key, and for one that is not there.
 */
export function retire(ring: KeyRing, kid: string): KeyRing {
  const key = findKey(ring, kid);
  if (key === undefined) {
    const kids = ring.keys.map((other) => other.kid).join(', ');
    throw new KeyRingError(`no key ${JSON.stringify(kid)} in the ring: expected one of ${kids}`);
  }
  if (key.status === 'minting') {
    throw new KeyRingError(`key ${JSON.stringify(kid)} is the minting key: rotate first`);
  }
  return { keys: ring.keys.filter((other) => other !== key) };
}

/** The key under which new macaroons are signed. */
export function mintingKey(ring: KeyRing): RingKey {
  const key = ring.keys.find((candidate) => candidate.status === 'minting');
  if (key === undefined) throw new KeyRingError('keys: found no minting key, expected one');
  return key;
}

export function findKey(ring: KeyRing, kid: string): RingKey | undefined {
  return ring.keys.find((key) => key.kid === kid);
}

/**
 * The ring itself, once every key is known to be fit for use.
 * @throws {KeyRingError} for a weak secret, a kid used twice, or not exactly one minting key.
 */
export function checkKeyRing(ring: KeyRing): KeyRing {
  const seen = new Set<string>();
  ring.keys.forEach(({ kid, secret }, index) => {
    const field = `keys[${index}]`;
    if (!isKid(kid)) {
      throw new KeyRingError(
        `${field}.kid: found ${JSON.stringify(kid)}, expected [a-z0-9-]{1,32}`,
      );
    }
    if (seen.has(kid)) {
      throw new KeyRingError(
        `${field}.kid: found ${JSON.stringify(kid)} a second time, expected every kid once`,
      );
    }
    seen.add(kid);
    const weakness = weaknessOf(secret);
    if (weakness !== undefined) {
      throw new KeyRingError(
        `${field}.secret: found ${weakness}, expected at least ${MIN_SECRET_BYTES} random bytes`,
      );
    }
  });
  const minting = ring.keys.filter((key) => key.status === 'minting').length;
  if (minting !== 1) {
    throw new KeyRingError(`keys: found ${minting} minting keys, expected exactly one`);
  }
  return ring;
}

/** What shows that a secret was typed or left at a default, not drawn at random. */
function weaknessOf(secret: Uint8Array): string | undefined {
  if (secret.length < MIN_SECRET_BYTES) return `${secret.length} bytes`;
  if (new Set(secret).size < MIN_DISTINCT_BYTES) return 'few different bytes, repeated';
  if (secret.every((byte) => byte >= 0x20 && byte <= 0x7e)) return 'readable text';
  const step = stepAt(secret, 1);
  if (secret.every((_, i) => i === 0 || stepAt(secret, i) === step)) return 'bytes in sequence';
  return undefined;
}

function stepAt(secret: Uint8Array, index: number): number {
  return ((secret[index] ?? 0) - (secret[index - 1] ?? 0)) & 0xff;
}

function makeKey({ random, nowMs }: NewRingKey): RingKey {
  if (random.length !== NEW_KEY_BYTES) {
    throw new RangeError(`new key: found ${random.length} random bytes, expected ${NEW_KEY_BYTES}`);
  }
  const name = Array.from(random.subarray(0, KID_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return {
    kid: `k${name.join('')}`,
    secret: random.slice(KID_BYTES),
    createdAt: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    status: 'minting',
  };
}
