import { formatMicros } from '../../src/money/micros.js';
import type { LimitLine, Standing } from '../api/answers.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';
import type { TreeLine } from './tree-lines.js';

const COLUMNS: readonly Column[] = [
  { title: 'HOLDER' },
  { title: 'CALLS', align: 'right' },
  { title: 'SPENT', align: 'right' },
  { title: 'HELD', align: 'right' },
  { title: 'LIMIT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
  { title: 'UNIT' },
];

const COUNTED = ['credits', 'usd', 'tokens'] as const;
const NO_LIMIT = '-';

/** What was spent and what is left, an account a line, or several where it has several limits. */
export function renderStandings(lines: readonly TreeLine<Standing>[], style: Style): string {
  const rows = lines.flatMap(({ lead, node }) => {
    const [first = ['', '', NO_LIMIT, NO_LIMIT, ''], ...more] = amountRows(node, style);
    return [
      [`${lead}${style.bold(node.holder)}`, formatMicros(node.spent.calls), ...first],
      ...more.map((row) => ['', '', ...row]),
    ];
  });
  return renderTable(COLUMNS, rows, style);
}

/** Spent, held, limit, remaining, unit: for every limit, then for what was counted without one. */
export function amountRows({ limits, spent, held }: Standing, style: Style): string[][] {
  const limited = limits.map((line) => [
    formatMicros(line.spent),
    formatMicros(line.held),
    formatMicros(line.limit),
    line.remaining === 0 ? style.red('0') : formatMicros(line.remaining),
    unitText(line),
  ]);
  const unlimited = COUNTED.filter(
    (unit) => spent[unit] + held[unit] > 0 && !limits.some((line) => line.unit === unit),
  ).map((unit) => [formatMicros(spent[unit]), formatMicros(held[unit]), NO_LIMIT, NO_LIMIT, unit]);
  return [...limited, ...unlimited];
}

function unitText({ unit, window }: LimitLine): string {
  return window === 'life' ? unit : `${unit}/${window}`;
}
