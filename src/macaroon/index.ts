/** Macaroons: mint, attenuate, decode, verify. Runs anywhere; nothing of Node is needed. */
export { attenuate } from './attenuate.js';
export { type MacaroonCrypto, portableCrypto } from './crypto.js';
export { decodeMacaroon } from './decode.js';
export { MacaroonError, type MacaroonErrorCode } from './errors.js';
export { fingerprintOf } from './fingerprint.js';
export { formatIdentifier, type Identifier, newRootId, parseIdentifier } from './identifier.js';
export {
  findKey,
  type KeyRing,
  KeyRingError,
  mintingKey,
  NEW_KEY_BYTES,
  type NewRingKey,
  newKeyRing,
  type RingKey,
  retire,
  rotate,
} from './key-ring.js';
export { formatKeyRing, parseKeyRing } from './key-ring-file.js';
export { MAX_ACCOUNTS, MAX_CAVEATS, MAX_ENCODED_CHARS } from './limits.js';
export { type MintRequest, mintMacaroon } from './mint.js';
export type { UnprovedMacaroon } from './types.js';
export { type ProvedChain, verifyMacaroon } from './verify.js';
