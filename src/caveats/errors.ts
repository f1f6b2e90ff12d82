/** A caveat does not parse, or the chain of them says nothing that can be enforced. */
export class CaveatError extends Error {
  override readonly name = 'CaveatError';
}

/** What a parser of one kind throws: names the caveat, what was found, what was expected. */
export function caveatError(key: string, value: string, expected: string): CaveatError {
  return new CaveatError(`${key} ${JSON.stringify(value)}: expected ${expected}`);
}

/** The same for a value whose part was refused elsewhere, with what was expected there. */
export function caveatMistake(key: string, value: string, part: Error): CaveatError {
  return new CaveatError(`${key} ${JSON.stringify(value)}: ${part.message}`);
}
