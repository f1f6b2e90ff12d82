import type { Usage } from '../../src/pricing/usage.js';
import type { Runs } from './counts.js';

/** All that was taken in, of every kind. */
export function inputOf({ input, cachedInput, cacheWrite, cacheWriteLong }: Usage): number {
  return input + cachedInput + cacheWrite + cacheWriteLong;
}

/** All that was put out. */
export function outputOf({ output, reasoning }: Usage): number {
  return output + reasoning;
}

/**
 * Of two usages of one answer the later one, as long as its counts don't go down. Where the input does,
 * each kind is the larger of the two: never cheaper than either. Where the output does, it is the
 * earlier one's.
 */
export function largerUsage(before: Usage, later: Usage): Usage {
  const isLessInput = inputOf(later) < inputOf(before);
  const { output, reasoning } = outputOf(later) < outputOf(before) ? before : later;
  return {
    input: larger(isLessInput, before.input, later.input),
    cachedInput: larger(isLessInput, before.cachedInput, later.cachedInput),
    cacheWrite: larger(isLessInput, before.cacheWrite, later.cacheWrite),
    cacheWriteLong: larger(isLessInput, before.cacheWriteLong, later.cacheWriteLong),
    output,
    reasoning,
    serverTools: largerRuns(before.serverTools, later.serverTools),
    tier: later.tier,
  };
}

function larger(isLess: boolean, before: number, later: number): number {
  return isLess ? Math.max(before, later) : later;
}

/** How often each tool ran, where two places say so: absence in one of them is not none. */
export function largerRuns(one: Runs, other: Runs): Runs {
  const said = Object.entries(one);
  if (said.length === 0) return other;
  const runs = new Map(Object.entries(other));
  for (const [name, count] of said) runs.set(name, Math.max(count, runs.get(name) ?? 0));
  return Object.fromEntries(runs);
}

/** What was counted in all and has no kind is plain. */
export function raisedTo(usage: Usage, leastInput: number, leastOutput: number): Usage {
  const input = leastInput - inputOf(usage);
  const output = leastOutput - outputOf(usage);
  if (input <= 0 && output <= 0) return usage;
  return {
    ...usage,
    input: usage.input + Math.max(0, input),
    output: usage.output + Math.max(0, output),
  };
}

/** A usage with at most so much in and out; of the kinds, those that cost more are kept. */
export function cutTo(usage: Usage, most: { readonly input: number; readonly output: number }) {
  let left = most.input;
  const take = (count: number): number => {
    const taken = Math.min(count, left);
    left -= taken;
    return taken;
  };
  const cacheWriteLong = take(usage.cacheWriteLong);
  const cacheWrite = take(usage.cacheWrite);
  const input = take(usage.input);
  const cachedInput = take(usage.cachedInput);
  const output = Math.min(usage.output, most.output);
  const reasoning = Math.min(usage.reasoning, most.output - output);
  return { ...usage, input, cachedInput, cacheWrite, cacheWriteLong, output, reasoning };
}
