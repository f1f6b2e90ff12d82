import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
} from 'yaml';
import { ConfigError, type ConfigProblem, type Position } from './errors.js';

/**
 * A value as the file has it. Every scalar is its source text: `15`, `0x10` and `1e3` are texts
 * here, so that an amount is read digit by digit and never was a float. Null is an empty value.
 */
export type Tree = string | null | readonly Tree[] | { readonly [name: string]: Tree };
export type Path = readonly PropertyKey[];

export interface ConfigDocument {
  /** An absolute path. */
  readonly file: string;
  readonly tree: Tree;
  /** Of the value, or of the nearest one around it; undefined in an empty file. */
  valueAt(path: Path): Position | undefined;
  /** Of the name before the value, or else as {@link valueAt}. */
  nameAt(path: Path): Position | undefined;
}

interface Place {
  readonly name: number | undefined;
  readonly value: number;
}

/** @throws {ConfigError} with every mistake of the YAML itself */
export function parseConfigDocument(file: string, source: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    // In this schema a plain scalar is a string, whatever it looks like.
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    // Prints nothing here; 'silent' would take the first of several documents.
    logLevel: 'error',
  });
  const reader = new TreeReader(file, lines);
  const tree = document.contents === null ? null : reader.read(document.contents, [], undefined);
  const problems = [...syntaxProblems(document, reader, source), ...reader.problems];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    file,
    tree,
    valueAt: (path) => reader.find(path, ({ value }) => value),
    nameAt: (path) => reader.find(path, ({ name, value }) => name ?? value),
  };
}

/** What the YAML library says, put as what was found. */
function syntaxProblems({ errors, warnings }: Document.Parsed, reader: TreeReader, source: string) {
  let isTooDeep = false;
  const brokenLines = new Set<number | undefined>();
  return [...errors, ...warnings].flatMap(({ code, message, pos }) => {
    const problem = (found: string, expected: string) =>
      reader.problem(pos[0], [], found, expected);
    switch (code) {
      case 'BAD_ALIAS':
        return []; // The reader refuses every alias itself, and says where it stands.
      case 'DUPLICATE_KEY':
        return [problem('the same name twice', 'every name once in its map')];
      case 'TAB_AS_INDENT':
        return [problem('a tab as indentation', 'spaces')];
      case 'MULTIPLE_DOCS':
        return [problem('a second document', 'one document in the file')];
      default: {
        if (message.includes('call stack')) {
          // The parser runs out of its stack more than once, at depths that nobody can foretell.
          if (isTooDeep) return [];
          isTooDeep = true;
          return [problem('lists or maps that are nested too deeply', 'at most a hundred levels')];
        }
        const broken = problem(`broken YAML (${message})`, wellFormed(source, pos[0]));
        // What the parser says of the rest of that line only follows from the first.
        if (brokenLines.has(broken.at?.line)) return [];
        brokenLines.add(broken.at?.line);
        return [broken];
      }
    }
  });
}

/** With a hint where the line has a variable: inside braces, its own braces need quotes. */
function wellFormed(source: string, offset: number): string {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const [line = ''] = source.slice(start).split('\n', 1);
  return /[[{].*\$\{/.test(line)
    ? `quotes around \${NAME} inside [ ] and { }`
    : 'YAML 1.2 without tags and aliases';
}

/** Walks the nodes, and keeps where each of them was. */
class TreeReader {
  readonly problems: ConfigProblem[] = [];
  readonly #places = new Map<string, Place>();
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  read(node: Node, path: Path, name: number | undefined): Tree {
    const value = node.range?.[0] ?? 0;
    this.#places.set(toKey(path), { name, value });
    if (isAlias(node)) {
      const expected = 'the value itself; a text that begins with * is put in quotes';
      this.#refuse(value, path, `the alias *${node.source}`, expected);
      return null;
    }
    if (isSeq<Node>(node))
      return node.items.map((item, i) => this.read(item, [...path, i], undefined));
    if (isMap<Node, Node | null>(node)) {
      const entries = node.items.map((pair) => this.#readPair(pair.key, pair.value, path));
      // Own properties throughout, whatever their names are.
      return Object.fromEntries(entries.filter((entry) => entry !== undefined));
    }
    return isScalar(node) ? readScalar(node) : null;
  }

  find(path: Path, offset: (place: Place) => number): Position | undefined {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(toKey(path.slice(0, length)));
      if (place !== undefined && length === path.length) return this.#position(offset(place));
      // Something is missing below this one: its name is what a reader looks for.
      if (place !== undefined) return this.#position(place.name ?? place.value);
    }
    return undefined;
  }

  problem(offset: number, path: Path, found: string, expected: string): ConfigProblem {
    const at = this.#position(offset);
    return { file: this.#file, at, setting: path.join('.'), found, expected };
  }

  #readPair(key: Node, value: Node | null, path: Path): [string, Tree] | undefined {
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key)) {
      this.#refuse(offset, path, 'a list or map as a name', 'a text');
      return undefined;
    }
    const name = String(key.value);
    if (name === '__proto__') {
      this.#refuse(offset, path, 'the name __proto__', 'any other name');
      return undefined;
    }
    const valuePath = [...path, name];
    if (value !== null) return [name, this.read(value, valuePath, offset)];
    this.#places.set(toKey(valuePath), { name: offset, value: offset });
    return [name, null];
  }

  #refuse(offset: number, path: Path, found: string, expected: string): void {
    this.problems.push(this.problem(offset, path, found, expected));
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

function readScalar(scalar: Scalar): Tree {
  const text = String(scalar.value);
  return scalar.type === Scalar.PLAIN && /^(?:|~|null)$/i.test(text) ? null : text;
}

function toKey(path: Path): string {
  return JSON.stringify(path);
}
