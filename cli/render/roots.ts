import type { RootsAnswer } from '../api/answers.js';
import { renderExpiry } from './instant.js';
import { AMOUNT_COLUMNS, accountRows, extraColumns } from './standings.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

/** Every root, a line each, or several where it has several limits. */
export function renderRoots(roots: RootsAnswer['roots'], nowMs: number, style: Style): string {
  const extra = extraColumns(roots);
  const rows = roots.flatMap((root) => {
    const [first = [], ...more] = accountRows(root, extra, nowMs, style);
    const expires = renderExpiry(Date.parse(root.root.expires), nowMs);
    return [
      [style.bold(root.holder), ...first, root.account, expires],
      ...more.map((row) => ['', ...row, '', '']),
    ];
  });
  const columns = [
    { title: 'HOLDER' },
    ...AMOUNT_COLUMNS,
    ...extra,
    { title: 'ACCOUNT' },
    { title: 'EXPIRES' },
  ];
  return renderTable(columns, rows, style);
}
