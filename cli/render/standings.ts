import { formatMicros } from '../../src/money/micros.js';
import { UNITS } from '../../src/money/units.js';
import type { LimitLine, Standing } from '../api/answers.js';
import { renderExpiry } from './instant.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';
import type { TreeLine } from './tree-lines.js';

export const AMOUNT_COLUMNS: readonly Column[] = [
  { title: 'CALLS', align: 'right' },
  { title: 'SPENT', align: 'right' },
  { title: 'HELD', align: 'right' },
  { title: 'LIMIT', align: 'right' },
  { title: 'REMAINING', align: 'right' },
  { title: 'UNIT' },
];
const RESETS: Column = { title: 'RESETS' };
const STANDING: Column = { title: 'STANDING' };

const COUNTED = ['credits', 'usd', 'tokens'] as const;
const NO_LIMIT = '-';

/**
 * What was spent and what is left, an account a line, or several where it has several limits; then
 * what is set aside for carved accounts, and what was topped up. What no account has has no column.
 */
export function renderStandings(
  lines: readonly TreeLine<Standing>[],
  nowMs: number,
  style: Style,
): string {
  const nodes = lines.map(({ node }) => node);
  const extra = extraColumns(nodes);
  const rows = lines.flatMap(({ lead, node }) => {
    const [first, ...more] = accountRows(node, extra, nowMs, style);
    return [
      [`${lead}${style.bold(node.holder)}`, ...(first ?? [])],
      ...more.map((row) => ['', ...row]),
    ];
  });
  const table = renderTable([{ title: 'HOLDER' }, ...AMOUNT_COLUMNS, ...extra], rows, style);
  return [table, renderSetAside(nodes, nowMs, style), renderTopUps(nodes, style)].join('');
}

/** Those that not every tree has. */
export function extraColumns(nodes: readonly Standing[]): readonly Column[] {
  const resets = nodes.some(({ limits }) => limits.some((line) => line.resetsAt !== undefined));
  const barred = nodes.some(({ standing }) => standing !== 'open');
  return [...(resets ? [RESETS] : []), ...(barred ? [STANDING] : [])];
}

/** One account without its name: calls, spent, held, limit, remaining, unit, and the extra ones. */
export function accountRows(
  node: Standing,
  extra: readonly Column[],
  nowMs: number,
  style: Style,
): string[][] {
  const { spent, standing } = node;
  const rows = amountRows(node, nowMs, style);
  if (rows.length === 0) rows.push({ cells: ['', '', NO_LIMIT, NO_LIMIT, ''], resets: '' });
  return rows.map(({ cells, resets }, place) => {
    const isFirst = place === 0;
    const word = isFirst && standing !== 'open' ? style.red(standing) : '';
    return [
      isFirst ? formatMicros(spent.calls) : '',
      ...cells,
      ...extra.map((column) => (column === RESETS ? resets : word)),
    ];
  });
}

interface AmountRow {
  /** Spent, held, limit, remaining, unit. */
  readonly cells: readonly string[];
  readonly resets: string;
}

/** For every limit, then for what was counted without one. */
function amountRows({ limits, spent, held }: Standing, nowMs: number, style: Style): AmountRow[] {
  const limited = limits.map((line) => ({
    cells: [
      formatMicros(line.spent),
      formatMicros(line.held),
      formatMicros(line.limit),
      line.remaining === 0 ? style.red('0') : formatMicros(line.remaining),
      unitText(line),
    ],
    resets: line.resetsAt === undefined ? '' : renderExpiry(Date.parse(line.resetsAt), nowMs),
  }));
  const unlimited = COUNTED.filter(
    (unit) => spent[unit] + held[unit] > 0 && !limits.some((line) => line.unit === unit),
  ).map((unit) => ({
    cells: [formatMicros(spent[unit]), formatMicros(held[unit]), NO_LIMIT, NO_LIMIT, unit],
    resets: '',
  }));
  return [...limited, ...unlimited];
}

function unitText({ unit, window, carved }: LimitLine): string {
  const per = window === 'life' ? unit : `${unit}/${window}`;
  return carved === true ? `${per} carved` : per;
}

const SET_ASIDE_COLUMNS: readonly Column[] = [
  { title: 'SET ASIDE FOR' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'USED', align: 'right' },
  { title: 'LEFT', align: 'right' },
  { title: 'UNIT' },
  { title: 'UNTIL' },
];

/** What the accounts above hold back for one alone; nothing where there is none. */
function renderSetAside(nodes: readonly Standing[], nowMs: number, style: Style): string {
  const rows = nodes.flatMap(({ account, setAside }) =>
    setAside.map(({ unit, amount, used, until }) => [
      account,
      formatMicros(amount),
      formatMicros(used),
      formatMicros(amount - used),
      unit,
      renderExpiry(Date.parse(until), nowMs),
    ]),
  );
  return rows.length === 0 ? '' : `\n${renderTable(SET_ASIDE_COLUMNS, rows, style)}`;
}

const TOP_UP_COLUMNS: readonly Column[] = [
  { title: 'TOPPED UP' },
  { title: 'BY', align: 'right' },
  { title: 'UNIT' },
];

function renderTopUps(nodes: readonly Standing[], style: Style): string {
  const rows = nodes.flatMap(({ account, toppedUp }) =>
    UNITS.flatMap((unit) => {
      const by = toppedUp[unit];
      return by === undefined ? [] : [[account, formatMicros(by), unit]];
    }),
  );
  return rows.length === 0 ? '' : `\n${renderTable(TOP_UP_COLUMNS, rows, style)}`;
}
