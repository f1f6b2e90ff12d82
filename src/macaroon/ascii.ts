import { MacaroonError } from './errors.js';

/** @throws {MacaroonError} `not_ascii` unless these are one line of printable ASCII, not empty. */
export function checkLine(bytes: Uint8Array, what: string): void {
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e) throw notAscii(what);
  if (bytes.length === 0) throw notAscii(what);
}

/** The bytes of one line of text. @throws {MacaroonError} `not_ascii`, as {@link checkLine}. */
export function lineBytes(text: string, what: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Checked before it is stored, where only its low byte would be left.
    if (code > 0x7e) throw notAscii(what);
    bytes[i] = code;
  }
  checkLine(bytes, what);
  return bytes;
}

/** The text of bytes that are already known to be ASCII. */
export function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function notAscii(what: string): MacaroonError {
  return new MacaroonError('not_ascii', `${what}: expected one line of printable ASCII, not empty`);
}
