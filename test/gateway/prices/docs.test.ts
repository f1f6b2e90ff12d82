import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costOf } from '../../../src/pricing/models/index.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import { load } from './fixture.js';

const page = readFileSync(new URL('../../../docs/prices.md', import.meta.url), 'utf8');

const blocks = page
  .split('```yaml\n')
  .slice(1)
  .map((part) => part.split('```')[0] ?? '');

it('the list on the page that holds less for a search is a list', () => {
  const line = load(blocks[2] ?? '').find('claude-opus-5-5');
  expect(line?.serverTools.get('web_search')?.tokensPerRun).toBe(20_000);
});

it('the line on the page is a price list, and the sum on the page is right', () => {
  const line = load(blocks[1] ?? '').find('my-model');
  if (line === undefined) throw new Error('expected my-model in the example');
  const usage = { ...NO_USAGE, input: 100, cachedInput: 50, output: 7 };
  // 332.5 micro-dollars of tokens, and half a cent for the request.
  expect(costOf(line, usage)).toEqual({ status: 'priced', micros: 5_333 });
});
