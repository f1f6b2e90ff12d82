import { formatMicros } from '../../src/money/micros.js';
import type { RootsAnswer } from '../api/answers.js';
import { renderExpiry } from './instant.js';
import { amountRows } from './standings.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: readonly Column[] = [
  { title: 'HOLDER' },
  { title: 'CALLS', align: 'right' },
  { title: 'SPENT', align: 'right' },
  { title: 'HELD', align: 'right' },
  { title: 'LIMIT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
  { title: 'UNIT' },
  { title: 'ACCOUNT' },
  { title: 'EXPIRES' },
];

/** Every root, a line each, or several where it has several limits. */
export function renderRoots(roots: RootsAnswer['roots'], nowMs: number, style: Style): string {
  const rows = roots.flatMap((root) => {
    const [first = ['', '', '-', '-', ''], ...more] = amountRows(root, style);
    const expires = renderExpiry(Date.parse(root.root.expires), nowMs);
    return [
      [style.bold(root.holder), formatMicros(root.spent.calls), ...first, root.account, expires],
      ...more.map((row) => ['', '', ...row, '', '']),
    ];
  });
  return renderTable(COLUMNS, rows, style);
}
