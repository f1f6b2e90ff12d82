/** One word of a Lua text: no blanks, no comments. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator';
  readonly text: string;
  /** Where it begins, in characters. */
  readonly start: number;
}

const WORD = new RegExp(
  [
    /(?<comment>--\[\[[\s\S]*?\]\]|--[^\n]*)/,
    /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\[\[[\s\S]*?\]\])/,
    /(?<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/,
    /(?<name>[A-Za-z_]\w*)/,
    /(?<operator>\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.])/,
    /\s+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

const KINDS = ['name', 'number', 'string', 'operator'] as const;

/**
 * Cuts a Lua 5.1 text into words, so that a change of one touches no string and no comment. Reads
 * what this project's scripts use: no long brackets with `=` in them.
 * @throws {Error} at a character that begins no word.
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const start = WORD.lastIndex;
    const match = WORD.exec(text);
    if (match === null) throw new Error(`at ${start}: found ${JSON.stringify(text[start])}`);
    const kind = KINDS.find((its) => match.groups?.[its] !== undefined);
    if (kind !== undefined) found.push({ kind, text: match[0], start });
  }
  return found;
}
