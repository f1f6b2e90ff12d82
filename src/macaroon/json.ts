import { findDuplicateKey } from '../text/duplicate-keys.js';
import { asciiText, lineBytes } from './ascii.js';
import { decodeEitherBase64 } from './base64url.js';
import { SIGNATURE_BYTES } from './binary.js';
import { MacaroonError } from './errors.js';
import type { MacaroonParts } from './types.js';

/**
 * The V2 JSON format (libmacaroons, doc/format.txt), read only, restricted to what we accept:
 *
 *     {"v": 2, "l": location, "i" or "i64": identifier, "c": [{"i" or "i64": caveat}], "s64": signature}
 *
 * `v`, `l` and `c` may be missing, since libraries differ. Several of them write `s`, the
 * signature as text, when its 32 bytes happen to be UTF-8: once in 150 million macaroons, and not
 * ASCII, so that one is refused and attenuating once more gives another.
 */
const OPENING_BRACE = 0x7b;
const KEYS = new Set(['v', 'l', 'i', 'i64', 'c', 's64']);
const CAVEAT_KEYS = new Set(['i', 'i64']);
const THIRD_PARTY_KEYS = new Set(['v', 'v64', 'l', 'l64']);
const VERSION_1_KEYS = ['identifier', 'signature', 'caveats'];

/** Whether bytes that were base64url are to be read by {@link decodeJson}. */
export function isJson(bytes: Uint8Array): boolean {
  return bytes[0] === OPENING_BRACE;
}

/** @throws {MacaroonError} `malformed`, `not_ascii`, `version_1` or `third_party`. */
export function decodeJson(bytes: Uint8Array): MacaroonParts {
  const fields = parseObject(bytes);
  if (VERSION_1_KEYS.some((key) => Object.hasOwn(fields, key))) {
    throw new MacaroonError('version_1', 'a version 1 macaroon in JSON, expected version 2');
  }
  checkKeys(fields, KEYS, 'the macaroon');
  const { v: version, l: location, c: list, s64: signature64 } = fields;
  if (version !== undefined && version !== 2) throw malformed('field v', '2, or nothing');
  if (location !== undefined && typeof location !== 'string') throw malformed('field l', 'a text');
  if (list !== undefined && !Array.isArray(list)) throw malformed('field c', 'a list of caveats');
  const signature = typeof signature64 === 'string' ? decodeEitherBase64(signature64) : undefined;
  if (signature?.length !== SIGNATURE_BYTES) {
    throw malformed('field s64', `${SIGNATURE_BYTES} bytes in base64`);
  }
  return {
    identifier: readBytes(fields, 'the identifier'),
    caveats: (list ?? []).map(readCaveat),
    signature,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(bytes: Uint8Array): Fields {
  for (const byte of bytes) {
    if (byte >= 0x80) throw new MacaroonError('not_ascii', 'JSON: expected ASCII only');
  }
  const text = asciiText(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('JSON', 'one whole object');
  }
  if (!isObject(value)) throw malformed('JSON', 'one whole object');
  if (findDuplicateKey(text) !== undefined) throw malformed('JSON', 'every key once');
  return value;
}

function readCaveat(value: unknown, index: number): Uint8Array {
  const what = `caveat ${index + 1}`;
  if (!isObject(value)) throw malformed(what, 'an object');
  if (Object.keys(value).some((key) => THIRD_PARTY_KEYS.has(key))) {
    throw new MacaroonError(
      'third_party',
      `${what} is for a third party, expected first-party caveats only`,
    );
  }
  checkKeys(value, CAVEAT_KEYS, what);
  return readBytes(value, what);
}

/** The value of `i`, which is text, or of `i64`, which is base64; exactly one of them. */
function readBytes(fields: Fields, what: string): Uint8Array {
  const { i: text, i64: base64 } = fields;
  if (typeof text === 'string' && base64 === undefined) return lineBytes(text, what);
  const bytes =
    typeof base64 === 'string' && text === undefined ? decodeEitherBase64(base64) : undefined;
  if (bytes === undefined) throw malformed(what, 'either i, a text, or i64, base64');
  return bytes;
}

function checkKeys(fields: Fields, known: ReadonlySet<string>, what: string): void {
  for (const key of Object.keys(fields)) {
    if (!known.has(key)) throw malformed(what, `no key but ${[...known].join(', ')}`);
  }
}

function malformed(what: string, expected: string): MacaroonError {
  return new MacaroonError('malformed', `${what}: expected ${expected}`);
}
