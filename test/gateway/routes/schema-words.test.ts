import { expect, it } from 'vitest';
import { z } from 'zod';
import { inWords } from '../../../gateway/routes/schema-words.js';

const SCHEMA = z.strictObject({
  account: z.string(),
  budget: z.union([z.string(), z.array(z.string()).max(2)]).optional(),
  kind: z.enum(['a', 'b']).optional(),
  id: z.string().regex(/^x$/, 'expected an x').optional(),
});

it.each([
  [{}, 'account: found nothing; expected a text'],
  [{ account: 5 }, 'account: found a number; expected a text'],
  [{ account: null }, 'account: found null; expected a text'],
  [{ account: 'a', budget: {} }, 'budget: found an object; expected a text or a list'],
  [
    { account: 'a', budget: ['1', '2', '3'] },
    'budget: found a list of 3; expected a text or a list of at most 2',
  ],
  [{ account: 'a', kind: 'c' }, 'kind: found a text; expected one of "a", "b"'],
  [{ account: 'a', id: 'y' }, 'id: expected an x'],
  [
    { account: 'a', acount: 1 },
    'found the unknown member "acount"; expected only account, budget, kind, id',
  ],
])('%j: %s', (value, words) => {
  const issue = SCHEMA.safeParse(value).error?.issues[0];
  expect(issue && inWords(issue, value, Object.keys(SCHEMA.shape))).toBe(words);
});
