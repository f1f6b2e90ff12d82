import type { z } from 'zod';
import { type ConfigDocument, type Path, parseConfigDocument, type Tree } from './document.js';
import { ConfigError, type ConfigProblem } from './errors.js';
import { describeReadError, type FileReader } from './files.js';
import {
  type Environment,
  interpolate,
  isInterpolated,
  isWellInterpolated,
} from './interpolate.js';
import { toProblems } from './issues.js';
import { configSchema, type SettingName, type Settings, settings } from './schema.js';

/** A file that was read and checked, in all that does not wait for the environment. */
export interface LoadedConfig {
  readonly document: ConfigDocument;
}

/**
 * Reads the configuration and checks it against the schema.
 * @param file an absolute path
 * @throws {ConfigError} with every mistake in it. Variables are not looked at yet.
 */
export function loadConfig(file: string, files: Pick<FileReader, 'read'>): LoadedConfig {
  const document = parseConfigDocument(file, readText(file, files));
  const { tree } = document;
  const checked = configSchema.safeParse(tree);
  const problems = [
    ...malformedVariables(document, tree, []),
    ...(checked.success ? [] : toProblems(document, tree, checked.error.issues)),
  ];
  throwAny(problems);
  return { document };
}

function readText(file: string, files: Pick<FileReader, 'read'>): string {
  try {
    return files.read(file).text;
  } catch (error) {
    const expected = 'the configuration; "bursar init" writes one';
    throw new ConfigError([{ file, setting: '', found: describeReadError(error), expected }]);
  }
}

/**
 * The values of some settings, with their variables filled in. Others are not looked at, so that a
 * command fails only for what it needs.
 * @throws {ConfigError}
 */
export function readSettings<N extends SettingName>(
  { document }: LoadedConfig,
  names: readonly N[],
  env: Environment,
): Pick<Settings, N> {
  const problems: ConfigProblem[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  const top = document.tree as Readonly<Record<string, Tree>>;
  for (const name of names) {
    const raw = Object.hasOwn(top, name) ? top[name] : undefined;
    const value = raw === undefined ? undefined : fillIn(document, raw, [name], env, problems);
    const checked: z.ZodSafeParseResult<unknown> = settings[name].safeParse(value);
    if (checked.success) values[name] = checked.data;
    else {
      const issues = checked.error.issues.map((issue) => ({
        ...issue,
        path: [name, ...issue.path],
      }));
      problems.push(...toProblems(document, value === undefined ? {} : { [name]: value }, issues));
    }
  }
  throwAny(problems);
  // Each value came out of the schema of its own name.
  return values as Pick<Settings, N>;
}

/** The tree with variables in place; one that is missing is a problem, and its text stays. */
function fillIn(
  document: ConfigDocument,
  tree: Tree,
  path: Path,
  env: Environment,
  problems: ConfigProblem[],
): Tree {
  if (typeof tree === 'string') {
    const filled = interpolate(tree, env);
    if ('text' in filled) return filled.text;
    problems.push({
      file: document.file,
      at: document.valueAt(path),
      setting: path.join('.'),
      found: `no variable ${filled.missing} in the environment`,
      expected: `it to be set, or \${${filled.missing}:-} where it may be empty`,
    });
    return tree;
  }
  if (tree === null) return null;
  if (Array.isArray(tree)) {
    return tree.map((item: Tree, i) => fillIn(document, item, [...path, i], env, problems));
  }
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      fillIn(document, value, [...path, name], env, problems),
    ]),
  );
}

function malformedVariables(document: ConfigDocument, tree: Tree, path: Path): ConfigProblem[] {
  if (typeof tree === 'string') {
    if (!isInterpolated(tree) || isWellInterpolated(tree)) return [];
    return [
      {
        file: document.file,
        at: document.valueAt(path),
        setting: path.join('.'),
        found: `a \${ that names no variable`,
        expected: `\${NAME} or \${NAME:-default}`,
      },
    ];
  }
  if (tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) =>
    malformedVariables(document, value, [...path, Array.isArray(tree) ? Number(name) : name]),
  );
}

/** In the order of the file. @throws {ConfigError} when there is any */
export function throwAny(problems: readonly ConfigProblem[]): void {
  if (problems.length === 0) return;
  throw new ConfigError(
    problems.toSorted(
      (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
    ),
  );
}
