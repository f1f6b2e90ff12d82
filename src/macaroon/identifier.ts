import { MacaroonError } from './errors.js';

/** Who minted a macaroon, and which ledger account it is (DESIGN §2). */
export interface Identifier {
  /** The ring key under which it was minted: `[a-z0-9-]{1,32}`. */
  readonly kid: string;
  /** `[a-z0-9-]{1,32}`. */
  readonly tenant: string;
  /** 128 random bits in 32 lowercase hex digits. */
  readonly rootId: string;
}

const FORM =
  'b1.<kid>.<tenant>.<id>, kid and tenant of [a-z0-9-]{1,32}, id of 32 lowercase hex digits';
const IDENTIFIER = /^b1\.([a-z0-9-]{1,32})\.([a-z0-9-]{1,32})\.([0-9a-f]{32})$/;
/** `b1.`, 32 characters, a dot, 32, a dot, 32. */
const MAX_CHARS = 101;
const KID = /^[a-z0-9-]{1,32}$/;

export function isKid(text: string): boolean {
  return KID.test(text);
}

/** @throws {MacaroonError} `bad_identifier` for every text that {@link formatIdentifier} can't write. */
export function parseIdentifier(text: string): Identifier {
  const match = IDENTIFIER.exec(text);
  if (match === null) {
    const found = text.length > MAX_CHARS ? `${text.length} characters` : JSON.stringify(text);
    throw new MacaroonError('bad_identifier', `identifier: found ${found}, expected ${FORM}`);
  }
  const [, kid = '', tenant = '', rootId = ''] = match;
  return { kid, tenant, rootId };
}

/** @throws {MacaroonError} `bad_identifier`. */
export function formatIdentifier({ kid, tenant, rootId }: Identifier): string {
  const text = `b1.${kid}.${tenant}.${rootId}`;
  parseIdentifier(text);
  return text;
}

/** A new root's id. @param random 16 bytes from a cryptographic generator. */
export function newRootId(random: Uint8Array): string {
  if (random.length !== 16) {
    throw new RangeError(`root id: found ${random.length} random bytes, expected 16`);
  }
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
