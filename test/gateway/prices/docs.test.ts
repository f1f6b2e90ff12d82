import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costOf } from '../../../src/pricing/models/index.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import { load } from './fixture.js';

const page = readFileSync(new URL('../../../docs/prices.md', import.meta.url), 'utf8');

it('the line on the page is a price list, and the sum on the page is right', () => {
  const [, , example = ''] = page.split('```yaml\n').map((part) => part.split('```')[0]);
  const line = load(example).find('my-model');
  if (line === undefined) throw new Error('expected my-model in the example');
  const usage = { ...NO_USAGE, input: 100, cachedInput: 50, output: 7 };
  // 332.5 micro-dollars of tokens, and half a cent for the request.
  expect(costOf(line, usage)).toEqual({ status: 'priced', micros: 5_333 });
});
