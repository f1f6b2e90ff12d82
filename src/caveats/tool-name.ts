/**
 * Names of models and tools as the `tools` caveat spells them: `[A-Za-z0-9._/@-]` stand for
 * themselves, every other character is the `%XX` of each of its UTF-8 bytes, in upper case.
 */
const PLAIN = /^[A-Za-z0-9._/@-]*$/;
const SPELLED = /^(?:[A-Za-z0-9._/@-]|%[0-9A-F]{2})*$/;

/** The one spelling of a name. */
export function encodeToolName(name: string): string {
  if (PLAIN.test(name)) return name;
  let spelled = '';
  for (const byte of new TextEncoder().encode(name)) {
    const char = String.fromCharCode(byte);
    spelled += PLAIN.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return spelled;
}

/** The name behind a spelling, or undefined when it isn't the one spelling of any name. */
export function decodeToolName(spelled: string): string | undefined {
  if (PLAIN.test(spelled)) return spelled;
  if (!SPELLED.test(spelled)) return undefined;
  try {
    const name = decodeURIComponent(spelled);
    return encodeToolName(name) === spelled ? name : undefined;
  } catch {
    return undefined;
  }
}
