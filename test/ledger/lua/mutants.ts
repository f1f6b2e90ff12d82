import { type Token, tokens } from './tokens.js';

/** One Lua file with one mistake in it. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** The definition at the left margin that it is in. */
  readonly inside: string;
  /** The line as it is, without its margin. */
  readonly code: string;
  /** What was done: `< → <=`, and `(2)` for the second such place of the line. */
  readonly change: string;
  /** The file's text with the mistake. */
  readonly text: string;
}

/** A mutant as a reviewer finds it, and as the list of survivors has it: wherever its line is now. */
export function nameOf({
  file,
  inside,
  code,
  change,
}: Pick<Mutant, 'file' | 'inside' | 'code' | 'change'>): string {
  return `${file} | ${inside} | ${code} | ${change}`;
}

/** Both that are one step away, since either is a bound moved by one or a test turned round. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['~='],
  '~=': ['=='],
};
const SWAPS: Readonly<Record<string, string>> = { and: 'or', or: 'and', '+': '-', '-': '+' };
const KEYWORDS = new Set(
  'and break do else elseif end for function if in local not or repeat return then until while'.split(
    ' ',
  ),
);
const DROPPED = '';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/**
 * Every mutant of a file: each comparison moved by one and turned round, each `+` and `-` swapped and
 * dropped with what it adds (so each increment, too), each `and` and `or` swapped, each `not` dropped,
 * each number one more and one less.
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const words = tokens(text);
  const seen = new Map<string, number>();
  return words.flatMap((_, place) =>
    editsAt(words, place).map(({ from, to, put }): Mutant => {
      const change = `${text.slice(from, to)} → ${put === DROPPED ? 'nothing' : put}`;
      const line = text.slice(0, from).split('\n').length;
      const key = `${line} ${change}`;
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return {
        file,
        line,
        inside: insideOf(text, from),
        code: (text.split('\n')[line - 1] ?? '').trim(),
        change: count === 1 ? change : `${change} (${count})`,
        text: text.slice(0, from) + put + text.slice(to),
      };
    }),
  );
}

function editsAt(words: readonly Token[], place: number): Edit[] {
  const word = words[place] as Token;
  const from = word.start;
  const to = from + word.text.length;
  const swapped = SWAPS[word.text];
  if (word.kind === 'number') {
    const n = BigInt(word.text);
    // In brackets, since after a minus another one would begin a comment.
    const less = n === 0n ? '(-1)' : String(n - 1n);
    return [String(n + 1n), less].map((put) => ({ from, to, put }));
  }
  if (word.kind === 'string') return [];
  if (word.text in COMPARISONS) {
    return (COMPARISONS[word.text] ?? []).map((put) => ({ from, to, put }));
  }
  if (word.text === 'not') return [{ from, to, put: DROPPED }];
  if (word.text === '-' && !endsOperand(words[place - 1])) return [{ from, to, put: DROPPED }];
  if (swapped === undefined) return [];
  const swap = { from, to, put: swapped };
  if (word.kind === 'name') return [swap];
  return [swap, { from, to: endOfTerm(words, place + 1), put: DROPPED }];
}

/** Whether what comes after this word is a binary operator. */
function endsOperand(word: Token | undefined): boolean {
  if (word === undefined) return false;
  if (word.kind === 'operator') return [')', ']', '}'].includes(word.text);
  return !KEYWORDS.has(word.text);
}

/** Where the factors end that begin at a place: what a `+` before them adds. */
function endOfTerm(words: readonly Token[], first: number): number {
  let at = first;
  for (;;) {
    while (['-', '#', 'not'].includes(words[at]?.text ?? '')) at += 1;
    at = skipBrackets(words, at);
    for (;;) {
      const next = words[at + 1]?.text ?? '';
      if (next === '.' || next === ':') at += 2;
      else if (next === '(' || next === '[') at = skipBrackets(words, at + 1);
      else break;
    }
    if (!['*', '/', '%', '^'].includes(words[at + 1]?.text ?? '')) break;
    at += 2;
  }
  const last = words[at];
  return last === undefined ? 0 : last.start + last.text.length;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The place of the bracket that closes the one at `place`; `place` where there is none. */
function skipBrackets(words: readonly Token[], place: number): number {
  let depth = 0;
  for (let at = place; at < words.length; at++) {
    const word = words[at] as Token;
    if (word.kind === 'operator' && word.text in CLOSES) depth += 1;
    if (word.kind === 'operator' && [')', ']', '}'].includes(word.text)) depth -= 1;
    if (depth <= 0) return at;
  }
  return place;
}

const DEFINITION =
  /^(?:local (?:function )?(\w+)|function (\w+)\(|register\('(\w+)'|(redis\.register_function))/gm;

function insideOf(text: string, at: number): string {
  let inside = '';
  for (const match of text.matchAll(DEFINITION)) {
    if (match.index > at) break;
    inside = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
  }
  return inside;
}
