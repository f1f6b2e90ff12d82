import { describe } from 'vitest';
import { AMOUNT, check, type Row, withKey } from './table.js';

describe('a wrong price', () => {
  const withCost = (amount: string) => withKey(`tools:\n  costs:\n    a: ${amount}\n`);
  const COST = 'expected credits such as 15 or 0.25, or a map such as {credits: 5, usd: 0.01}';
  const NUMBERS =
    '1e3 0x10 0o17 .5 5. +5 -1 -0 007 1_000 NaN .nan .inf 0.1234567 9007199254740993 9007199254.740993 true 5usd';
  check([
    ...NUMBERS.split(' ').map(
      (amount): Row => [
        amount,
        withCost(amount),
        `4:8: tools.costs.a: found "${amount}"; ${AMOUNT}`,
      ],
    ),
    ['spaces', withCost('" 5"'), `4:8: tools.costs.a: found " 5"; ${AMOUNT}`],
    [
      'as default',
      withKey('tools: {defaultCost: 1e3}\n'),
      `2:22: tools.defaultCost: found "1e3"; ${AMOUNT}`,
    ],
    ...['', '~', 'null'].map(
      (empty): Row => [
        `nothing, written ${JSON.stringify(empty)}`,
        withCost(empty),
        `4:8: tools.costs.a: found nothing; ${COST}`,
      ],
    ),
    ['a list', withCost('[1]'), `4:8: tools.costs.a: found a list; ${COST}`],
    [
      'a map',
      withCost('{b: 1}'),
      '4:5: tools.costs.a: found no price; expected credits, usd, or both',
      '4:9: tools.costs.a.b: found an unknown name; expected one of credits, usd',
    ],
    [
      'a map of nothing',
      withCost('{}'),
      '4:5: tools.costs.a: found no price; expected credits, usd, or both',
    ],
    ...['1e-2', '0.0000001', '.01', '-1', '$0.01'].map(
      (amount): Row => [
        `${amount} USD`,
        withCost(`{credits: 5, usd: ${amount}}`),
        `4:26: tools.costs.a.usd: found "${amount}"; ${AMOUNT.replace('credits', 'USD')}`,
      ],
    ),
    [
      'credits in a map',
      withCost('{credits: 1e3}'),
      `4:18: tools.costs.a.credits: found "1e3"; ${AMOUNT}`,
    ],
    [
      'a list of prices',
      withKey('tools:\n  costs: [a]\n'),
      '3:10: tools.costs: found a list; expected a map of names and credits, such as gpt-4o: 15',
    ],
    [
      'no tools',
      withKey(''),
      '1:1: tools: found nothing; expected a map of defaultCost, costs, endpoints',
    ],
    [
      'none at all',
      withKey('tools: {costs: {}}\n'),
      '2:1: tools: found no price; expected defaultCost, or a line in costs: without any price every call is refused',
    ],
  ]);
});
