import { z } from 'zod';
import { BILLING_PRESETS } from '../upstream/billing.js';
import { readCount, readFlag, readWord } from './grammar.js';
import { section, text } from './shapes.js';

/** `billing:` and `usage:` of an upstream: what its answers cost (docs/usage.md). */

const word = text(readWord, 'a name without spaces');

const row = section({
  status: text(readCount(400, 599), 'the status of an error, such as 403').optional(),
  code: word.optional(),
  billed: text(readFlag, 'true or false'),
}).refine(({ status, code }) => status !== undefined || code !== undefined, {
  error: 'status, code, or both',
  params: { found: 'neither of them' },
});

const PRESETS = BILLING_PRESETS.join(', ');

/** The name of a preset, or a map with rows before those of the preset. */
export const billing = z.preprocess(
  (value) => (typeof value === 'string' ? { preset: value } : value),
  section({
    preset: z.enum(BILLING_PRESETS, { error: `one of ${PRESETS}` }).prefault('standard'),
    rows: z
      .array(row, { error: 'a list of rows, such as [{status: 403, billed: true}]' })
      .prefault([]),
  }),
);

export const usage = section({
  ignore: z.array(word, { error: 'a list such as [queue_time]' }).prefault([]),
});
