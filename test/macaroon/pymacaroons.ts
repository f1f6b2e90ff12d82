import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';

/**
 * Runs a Python program that has pymacaroons, with `input` as JSON on standard input, and answers
 * the JSON that it prints.
 */
export function runPython(program: string, input: unknown): unknown {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`, { cause: error });
  return JSON.parse(stdout);
}
