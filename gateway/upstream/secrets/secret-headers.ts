/** Headers whose value says in which form something is, or who asks: known to everybody. */
const OPEN_NAMES =
  /^(?:accept(?:-.*)?|cache-control|content-.*|from|origin|pragma|prefer|referer|user-agent|traceparent|tracestate|.*-version)$/;

/** `research`, `true`: a word of a language is no secret, and would be cut out of every text that has it. */
const WORD = /^[A-Za-z]{1,15}$/;

/**
 * The values that nobody else may see, of the headers that the configuration adds to a call.
 * @param headers names in lower case
 */
export function secretValues(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name, value]) => !OPEN_NAMES.test(name) && !WORD.test(value))
    .map(([, value]) => value);
}
