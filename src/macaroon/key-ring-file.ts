import { findDuplicateKey } from '../text/duplicate-keys.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { checkKeyRing, type KeyRing, KeyRingError, type RingKey } from './key-ring.js';

/**
 * The text of a key ring file, JSON:
 *
 *     {"version": 1, "keys": [{"kid", "secret": base64url, "createdAt", "status"}]}
 *
 * It holds every secret there is: the file belongs to its owner alone (mode 0600).
 */
const VERSION = 1;
const RING_FIELDS = ['version', 'keys'];
const KEY_FIELDS = ['kid', 'secret', 'createdAt', 'status'];
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export function formatKeyRing(ring: KeyRing): string {
  const keys = ring.keys.map(({ kid, secret, createdAt, status }) => ({
    kid,
    secret: encodeBase64url(secret),
    createdAt,
    status,
  }));
  return `${JSON.stringify({ version: VERSION, keys }, undefined, 2)}\n`;
}

/** @throws {KeyRingError} naming the field, what was found (never a secret) and what was expected. */
export function parseKeyRing(text: string): KeyRing {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which holds secrets.
    throw new KeyRingError('key ring: found text that is not JSON, expected {"version","keys"}');
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw new KeyRingError(
      `key ring: found ${JSON.stringify(duplicate)} twice, expected every field once`,
    );
  }
  const fields = readFields(value, RING_FIELDS, 'key ring');
  if (fields['version'] !== VERSION) {
    throw new KeyRingError(`version: found ${show(fields['version'])}, expected ${VERSION}`);
  }
  const keys = fields['keys'];
  if (!Array.isArray(keys)) {
    throw new KeyRingError(`keys: found ${show(keys)}, expected a list`);
  }
  return checkKeyRing({ keys: keys.map((key, index) => readKey(key, `keys[${index}]`)) });
}

function readKey(value: unknown, field: string): RingKey {
  const { kid, secret: secret64, createdAt, status } = readFields(value, KEY_FIELDS, field);
  if (typeof kid !== 'string') {
    throw new KeyRingError(`${field}.kid: found ${show(kid)}, expected a text`);
  }
  const secret = typeof secret64 === 'string' ? decodeBase64url(secret64) : undefined;
  if (secret === undefined) {
    throw new KeyRingError(`${field}.secret: expected base64url without padding`);
  }
  if (typeof createdAt !== 'string' || !TIMESTAMP.test(createdAt)) {
    throw new KeyRingError(
      `${field}.createdAt: found ${show(createdAt)}, expected YYYY-MM-DDTHH:MM:SSZ`,
    );
  }
  if (status !== 'minting' && status !== 'verifying') {
    throw new KeyRingError(
      `${field}.status: found ${show(status)}, expected "minting" or "verifying"`,
    );
  }
  return { kid, secret, createdAt, status };
}

/** The fields of an object that has exactly these. */
function readFields(
  value: unknown,
  known: readonly string[],
  what: string,
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyRingError(`${what}: found ${show(value)}, expected an object`);
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      throw new KeyRingError(
        `${what}: found the field ${JSON.stringify(name)}, expected only ${known.join(', ')}`,
      );
    }
  }
  for (const name of known) {
    if (!Object.hasOwn(value, name)) {
      throw new KeyRingError(`${what}: found no field ${name}, expected ${known.join(', ')}`);
    }
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A value for a message: shallow, and short, so that no misplaced secret is printed whole. */
function show(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (Array.isArray(value)) return 'a list';
  return value === undefined ? 'nothing' : `an ${typeof value}`;
}
