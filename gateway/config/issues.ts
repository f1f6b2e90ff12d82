import type { z } from 'zod';
import type { ConfigDocument, Path, Tree } from './document.js';
import type { ConfigProblem } from './errors.js';
import { isInterpolated } from './interpolate.js';

type Issue = z.core.$ZodIssue;

/**
 * The schema's issues as problems: each with its place and what was found there. What waits for
 * the environment is no problem yet, and is left out.
 * @param tree what the schema has read: the document's, or one with variables filled in
 * @param waits whether a text is still to be filled in: one with a `${`, unless said
 */
export function toProblems(
  document: ConfigDocument,
  tree: Tree,
  issues: readonly Issue[],
  waits: (text: string) => boolean = isInterpolated,
): ConfigProblem[] {
  return issues.flatMap((issue) => describeIssue(document, tree, issue, waits));
}

function describeIssue(
  document: ConfigDocument,
  tree: Tree,
  issue: Issue,
  waits: (text: string) => boolean,
): ConfigProblem[] {
  const { path, message: expected } = issue;
  const problem = (at: Path, found: string, wanted: string, isAboutName: boolean) => ({
    file: document.file,
    at: isAboutName ? document.nameAt(at) : document.valueAt(at),
    setting: at.join('.'),
    found,
    expected: wanted,
  });
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => problem([...path, name], 'an unknown name', expected, true));
    case 'invalid_key':
      return [
        problem(
          path,
          `the name ${JSON.stringify(path.at(-1))}`,
          issue.issues[0]?.message ?? expected,
          true,
        ),
      ];
    case 'custom':
      if (issue.params !== undefined) {
        return [problem(path, String(issue.params['found']), expected, true)];
      }
  }
  const value = lookUp(tree, path);
  if (typeof value === 'string' && waits(value)) return [];
  return [problem(path, describeValue(value, path), expected, false)];
}

/** The value, or the scalar that stands where a map was possible too. */
function lookUp(tree: Tree, path: Path): Tree | undefined {
  let value: Tree | undefined = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return value;
    value = Object.hasOwn(value, step)
      ? (value as Readonly<Record<PropertyKey, Tree>>)[step]
      : undefined;
  }
  return value;
}

const MAX_SHOWN = 80;

function describeValue(value: Tree | undefined, path: Path): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value !== 'string') return 'a map';
  if (isSecret(path)) return `a text of ${value.length} characters`;
  // Up to the last @: a password that was not encoded can hold any character.
  const shown = value
    .replace(/\/\/.*@/s, '//[credentials]@')
    .replace(/\?sentinel=.*/s, '?sentinel=[credentials]');
  return shown.length > MAX_SHOWN
    ? `${JSON.stringify(shown.slice(0, MAX_SHOWN))}…`
    : JSON.stringify(shown);
}

function isSecret(path: Path): boolean {
  const last = path.at(-1);
  if (path[0] === 'operatorKeys' && last === 'key') return true;
  return last === 'apiKey' || last === 'operatorKey' || path.includes('headers');
}
