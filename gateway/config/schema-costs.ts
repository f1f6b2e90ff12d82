import { z } from 'zod';
import type { Micros } from '../../src/money/units.js';
import { readAmount } from './grammar.js';
import { section, text } from './shapes.js';

/** The price of one call of a name, in each unit in which it has one. */
export interface Cost {
  readonly credits?: Micros | undefined;
  readonly usd?: Micros | undefined;
}

export const credits = text(readAmount('credits'), 'credits such as 15 or 0.25');

const priceMap = section({
  credits: credits.optional(),
  usd: text(readAmount('USD'), 'USD such as 0.01').optional(),
}).refine((price) => price.credits !== undefined || price.usd !== undefined, {
  error: 'credits, usd, or both',
  params: { found: 'no price' },
});

const isMap = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const EXAMPLE = 'credits such as 15 or 0.25, or a map such as {credits: 5, usd: 0.01}';

/** `15` is credits; `{credits: 5, usd: 0.01}` has a price in USD besides, and either may be left out. */
export const cost = z.unknown().transform((value, context): Cost => {
  if (isMap(value)) return pass(priceMap.safeParse(value));
  if (typeof value === 'string') {
    return pass(credits.transform((micros) => ({ credits: micros })).safeParse(value));
  }
  context.addIssue({ code: 'custom', message: EXAMPLE });
  return z.NEVER;

  function pass(read: z.ZodSafeParseResult<Cost>): Cost {
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  }
});
