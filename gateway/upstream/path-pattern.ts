/** Plain characters of a path's segments, and others in UTF-8 as RFC 3986 §2.1 has them. */
const PLAIN = /^(?:\/(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-F]{2})*)+$/;

/**
 * Encoded, though it stands for itself (RFC 3986 §2.3) or parts an address: a slash, a backslash, `;`, `?`, `#`,
 * and `%`, which would be decoded once more.
 */
const NEEDLESS = /%(?:2[35DEF]|3[0-9BF]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AEF]|[01][0-9A-F])/;

/** A segment of no characters, but for the last, or of dots alone. */
const DOTS_OR_NOTHING = /\/\.{0,2}(?=\/)|\/\.{1,2}$/;

/**
 * Whether a path has one reading: nothing is encoded that need not be, with no parameters behind a semicolon
 * (RFC 3986 §3.3), no control characters, no dot segments, and nothing of which Unicode's compatibility forms
 * make a slash or a dot.
 * @param path from its first slash on, without a query
 */
export function isPlainPath(path: string): boolean {
  if (!PLAIN.test(path) || NEEDLESS.test(path) || DOTS_OR_NOTHING.test(path)) return false;
  try {
    return hasSameSigns(decodeURIComponent(path));
  } catch {
    return false;
  }
}

/** As many of the signs that part a path before the compatibility forms are made as behind it. */
function hasSameSigns(text: string): boolean {
  const signs = (one: string) => one.replaceAll(/[^./\\;%?#]/g, '');
  return signs(text) === signs(text.normalize('NFKC'));
}

/**
 * Whether a path is the one that a pattern names, or below it.
 * @param pattern a plain path, which may end in `/*`
 */
export function isUnder(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return path === pattern;
  const start = pattern.slice(0, -1);
  return path.length > start.length && path.startsWith(start);
}

/** Whether it can be written in a list. */
export function isPathPattern(pattern: string): boolean {
  const plain = pattern.endsWith('/*') ? pattern.slice(0, -1) : pattern;
  return !plain.includes('*') && isPlainPath(plain);
}
