import { expect, it } from 'vitest';
import { possibleTiers } from '../../../gateway/model-calls/tiers.js';
import type { TierPart } from '../../../gateway/stream/reading.js';
import { pricesWith } from './answering.js';

const price = pricesWith({ m: { input: 1, output: 1 } }).find('m');

it.each<[string, readonly TierPart[], readonly string[], readonly string[]]>([
  ['default', [], ['default', 'fast'], ['default']],
  ['priority', [], ['default'], ['priority']],
  ['default', ['tier'], ['default', 'priority', 'flex'], ['default', 'priority', 'flex']],
  // What is named stays named.
  ['fast', ['geo'], ['default', 'us', 'fast', 'fast+us'], ['fast', 'fast+us']],
  ['default', ['geo'], ['default', 'us', 'fast', 'fast+us'], ['default', 'us']],
  [
    'default',
    ['speed', 'geo'],
    ['default', 'us', 'fast', 'fast+us'],
    ['default', 'us', 'fast', 'fast+us'],
  ],
  ['us', ['speed'], ['default', 'priority', 'fast', 'us', 'priority+us'], ['us']],
  // A request that allows other ones alone.
  ['default', ['tier'], ['priority'], ['default', 'priority']],
  ['batch', ['speed'], ['default', 'fast'], ['batch']],
])('%s, with %j open, of %j: %j', (named, open, allowed, expected) => {
  if (price === undefined) throw new Error('no line');
  expect(possibleTiers(price, named, open, allowed)).toEqual(expected);
});
