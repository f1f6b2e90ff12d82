/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake: where it is, what was found there, and what was expected. Shows no secret. */
export interface ConfigProblem {
  /** An absolute path. */
  readonly file: string;
  /** Undefined when the file as a whole is at fault. */
  readonly at?: Position | undefined;
  /** The setting's name from the top, such as `upstreams.openai.baseUrl`; empty for the whole. */
  readonly setting: string;
  readonly found: string;
  readonly expected: string;
}

/** The configuration is refused. The message has every problem on a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

function formatProblem({ file, at, setting, found, expected }: ConfigProblem): string {
  const where = at === undefined ? file : `${file}:${at.line}:${at.column}`;
  const what = setting === '' ? '' : `${setting}: `;
  return `${where}: ${what}found ${found}; expected ${expected}`;
}
