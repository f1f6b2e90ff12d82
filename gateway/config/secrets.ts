import { type KeyRing, KeyRingError, parseKeyRing } from '../../src/macaroon/index.js';
import { describeReadError, type FileReader } from './files.js';

type Files = Pick<FileReader, 'read'>;

/** A secret, or the file that holds it, is refused. The message names the file, never the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly found: string;
  readonly expected: string;
  constructor(found: string, expected: string) {
    super(`found ${found}; expected ${expected}`);
    this.found = found;
    this.expected = expected;
  }
}

const MIN_LENGTH = 32;
/** 32 random hex digits have 14 different ones on average; fewer than 8 once in ten million. */
const MIN_DISTINCT = 8;
/** What people write where a key will be, in documents and examples. */
const PLACEHOLDER =
  /change.?(?:me|this)|replace.?(?:me|this)|place.?holder|example|password|default|your.|(?:operator|secret|api).?key|0123456789|abcdefgh/i;

/**
 * The operator's key, if it can't be guessed.
 * @throws {SecretError}
 */
export function checkOperatorKey(key: string): string {
  const expected = `at least ${MIN_LENGTH} random characters, such as "openssl rand -hex 32" prints`;
  const refuse = (found: string): never => {
    throw new SecretError(found, expected);
  };
  if (key === '') refuse('an empty operator key');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    refuse('an operator key with spaces, line feeds or characters beyond ASCII');
  }
  if (key.length < MIN_LENGTH) refuse(`an operator key of ${key.length} characters`);
  if (PLACEHOLDER.test(key)) refuse('a placeholder as operator key');
  const isPeriodic = (key + key).indexOf(key, 1) < key.length;
  if (isPeriodic || new Set(key).size < MIN_DISTINCT) refuse('an operator key that repeats itself');
  return key;
}

/** @throws {SecretError} */
export function readOperatorKey(file: string, files: Files): string {
  return checkOperatorKey(readPrivateText(file, files).replace(/\r?\n$/, ''));
}

/** @throws {SecretError} */
export function readKeyRing(file: string, files: Files): KeyRing {
  const text = readPrivateText(file, files);
  try {
    return parseKeyRing(text);
  } catch (error) {
    if (!(error instanceof KeyRingError)) throw error;
    throw new SecretError(`in ${file}: ${error.message}`, 'a key ring as "bursar keys" writes it');
  }
}

/**
 * The text of a file that nobody but its owner may read or write.
 * @param expected where there is no such file
 * @throws {SecretError}
 */
export function readPrivateText(
  file: string,
  files: Files,
  expected = 'a file with the secret; "bursar init" makes one',
): string {
  const { text, mode } = readFile(file, files, expected);
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(4, '0');
    throw new SecretError(`${file} with mode ${octal}`, `mode 0600: run chmod 600 ${quote(file)}`);
  }
  return text;
}

function readFile(file: string, files: Files, expected: string) {
  try {
    return files.read(file);
  } catch (error) {
    throw new SecretError(`${describeReadError(error)}: ${file}`, expected);
  }
}

/** For a shell. */
function quote(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
