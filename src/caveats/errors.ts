/** A caveat does not parse, or the chain of them says nothing that can be enforced. */
export class CaveatError extends Error {
  override readonly name = 'CaveatError';
}

/** What a parser of one kind throws: names the caveat, what was found, what was expected. */
export function caveatError(key: string, value: string, expected: string): CaveatError {
  return new CaveatError(`${key} ${JSON.stringify(value)}: expected ${expected}`);
}
