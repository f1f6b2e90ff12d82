import { closeSync, fstatSync, readSync } from 'node:fs';
import { type KeyRing, KeyRingError, parseKeyRing } from '../../src/macaroon/index.js';
import type { FileReader } from './files.js';
import { runKeysCommand, runKeysCommandAside } from './keys-command.js';
import type { KeysPlace } from './keys-place.js';
import { readKeyRing, SecretError } from './secrets.js';

const MOST_BYTES = 1024 * 1024;

/**
 * The key ring, from wherever it comes. A descriptor can be read once.
 * @throws {SecretError}
 */
export function readRing(place: KeysPlace, files: Pick<FileReader, 'read'>): KeyRing {
  switch (place.kind) {
    case 'file':
      return readKeyRing(place.file, files);
    case 'descriptor':
      return parseRing(readDescriptor(place.descriptor), `descriptor ${place.descriptor}`);
    case 'command':
      return parseRing(runKeysCommand(place), `what the command ${place.program} printed`);
  }
}

/** A command's ring while calls are served. @throws {SecretError} */
export async function readRingAside(
  place: Extract<KeysPlace, { kind: 'command' }>,
): Promise<KeyRing> {
  return parseRing(await runKeysCommandAside(place), `what the command ${place.program} printed`);
}

function parseRing(text: string, where: string): KeyRing {
  try {
    return parseKeyRing(text);
  } catch (error) {
    if (!(error instanceof KeyRingError)) throw error;
    throw new SecretError(`in ${where}: ${error.message}`, 'a key ring as "bursar keys" writes it');
  }
}

function readDescriptor(descriptor: number): string {
  const refuse = (found: string) =>
    new SecretError(found, `a pipe or file with the key ring, as in ${descriptor}< <(command)`);
  try {
    const kind = fstatSync(descriptor);
    // Node has descriptors of its own, of other kinds.
    if (!kind.isFIFO() && !kind.isFile() && !kind.isSocket()) {
      throw refuse(`descriptor ${descriptor}, which is something else`);
    }
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= MOST_BYTES; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    closeSync(descriptor);
    if (length > MOST_BYTES) throw refuse(`more than ${MOST_BYTES} bytes`);
    return buffer.toString('utf8', 0, length);
  } catch (error) {
    if (error instanceof SecretError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw refuse(`descriptor ${descriptor}, which can't be read (${code})`);
  }
}
