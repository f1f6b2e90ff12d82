/**
 * Adds the operator's parameters to a path, in the place of the caller's of the same names.
 * @param query percent-encoded by name, such as `api-version=2024-10-21`
 */
export function withQuery(path: string, query: ReadonlyMap<string, string>): string {
  if (query.size === 0) return path;
  const start = path.indexOf('?');
  const given = start === -1 ? [] : path.slice(start + 1).split('&');
  const kept = given.filter((pair) => pair !== '' && !query.has(nameOf(pair)));
  const below = start === -1 ? path : path.slice(0, start);
  return `${below}?${[...kept, ...query.values()].join('&')}`;
}

/** What {@link withQuery} takes: whole pairs by their decoded names. */
export function encodeQuery(
  query: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(query ?? {}).map(([name, value]) => [
      name,
      `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    ]),
  );
}

function nameOf(pair: string): string {
  const [name = ''] = pair.split('=', 1);
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
