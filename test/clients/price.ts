import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Billed } from './stub/billed.js';

interface Line {
  readonly aliases?: readonly string[];
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite?: number;
  readonly cacheWriteLong?: number;
  readonly output: number;
  readonly serverTools?: Readonly<Record<string, { readonly per1000?: number }>>;
}

const SHIPPED = fileURLToPath(new URL('../../prices.yaml', import.meta.url));
const { models } = parse(readFileSync(SHIPPED, 'utf8')) as { models: Record<string, Line> };

/**
 * What one answer costs by the shipped list, in micro-dollars rounded up once: worked out here from the
 * file's own figures, so that the gateway's arithmetic is not what it is compared with.
 */
export function microsOf(billed: Billed): number {
  const line =
    models[billed.model] ?? Object.values(models).find((one) => names(one, billed.model));
  if (line === undefined) throw new Error(`prices.yaml has no line for ${billed.model}`);
  // USD per million tokens is micro-dollars a token. Figures have six decimals at the most.
  const millionths = (tokens: number, figure: number | undefined) => {
    if (tokens > 0 && figure === undefined) throw new Error(`${billed.model} lacks a figure`);
    return BigInt(tokens) * BigInt(Math.round((figure ?? 0) * 1e6));
  };
  const total =
    millionths(billed.input, line.input) +
    millionths(billed.cachedInput, line.cachedInput) +
    millionths(billed.cacheWrite, line.cacheWrite) +
    millionths(billed.cacheWriteLong, line.cacheWriteLong) +
    millionths(billed.output, line.output) +
    millionths(billed.searches * 1000, line.serverTools?.['web_search']?.per1000);
  return Number((total + 999_999n) / 1_000_000n);
}

/** Whether one of a line's other names, or of its beginnings, is the model's. */
function names({ aliases = [] }: Line, model: string): boolean {
  return aliases.some((one) =>
    one.endsWith('*') ? model.startsWith(one.slice(0, -1)) : one === model,
  );
}
