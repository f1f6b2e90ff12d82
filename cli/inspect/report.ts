import {
  type Allowance,
  type CaveatNote,
  formatInstant,
  formatLimit,
} from '../../src/caveats/index.js';
import { formatRule } from '../../src/caveats/tools.js';
import { renderExpiry } from '../render/instant.js';
import type { Style } from '../render/style.js';
import { renderTable } from '../render/table.js';
import { indentation } from '../render/tree-lines.js';
import { bindingLimits, joinTools } from './effective.js';

export interface Report {
  readonly identifier: string;
  /** By which an operator revokes it. */
  readonly fingerprint: string;
  readonly allowance: Allowance;
  readonly notes: readonly CaveatNote[];
  readonly nowMs: number;
}

export const NOT_PROVED =
  'Nothing is proved here: this is what the macaroon says of itself. Only a gateway with its key can tell.';

/** For people: the accounts, what is effective, and every caveat with its effect. */
export function renderReport(report: Report, style: Style): string {
  const { allowance, identifier, fingerprint } = report;
  return [
    `${style.yellow(NOT_PROVED)}\n`,
    `${style.dim('identifier')}   ${identifier}\n${style.dim('fingerprint')}  ${fingerprint}\n`,
    section('Accounts that it charges', accountTable(allowance, style), style),
    section('What is effective', effectiveLines(report), style),
    section('Caveats, in order', caveatTable(report.notes, style), style),
  ].join('\n');
}

function section(title: string, body: string, style: Style): string {
  return `${style.bold(title)}\n${body.replace(/^/gm, '  ').trimEnd()}\n`;
}

function accountTable({ path }: Allowance, style: Style): string {
  const rows = path.map(({ account, holder, limits }, level) => [
    `${indentation(level)}${style.bold(holder)}`,
    limits.length === 0 ? 'none of its own' : limits.map(formatLimit).join(', '),
    account,
  ]);
  return renderTable([{ title: 'HOLDER' }, { title: 'LIMITS' }, { title: 'ACCOUNT' }], rows, style);
}

function effectiveLines({ allowance, nowMs }: Report): string {
  const limits = bindingLimits(allowance).map(
    ({ limit, holder }) =>
      `at most ${formatLimit({ ...limit, carved: false })}, by the limit of ${holder}`,
  );
  return [
    ...limits,
    ...setAsideLines(allowance),
    toolsLine(allowance),
    `expires ${renderExpiry(allowance.expiresAtMs, nowMs)}`,
  ].join('\n');
}

function setAsideLines({ path }: Allowance): string[] {
  return path.flatMap(({ holder, limits, carveEndsMs = 0 }) =>
    limits
      .filter(({ carved }) => carved)
      .map(
        (limit) =>
          `${formatLimit({ ...limit, carved: false })} set aside for ${holder} from its first use, ` +
          `until ${formatInstant(carveEndsMs)}`,
      ),
  );
}

function toolsLine({ tools }: Allowance): string {
  if (tools.length === 0) return 'every model and tool that has a price';
  const joined = joinTools(tools);
  if (joined.length === 0) return 'no model and no tool: its tools caveats have none in common';
  const priced = joined.some(({ priceMicros }) => priceMicros !== undefined);
  return `only ${joined.map(formatRule).join(', ')}${priced ? ' (credits a call, at least)' : ''}`;
}

function caveatTable(notes: readonly CaveatNote[], style: Style): string {
  const rows = notes.map(({ line, noEffect }, index) => [
    String(index + 1),
    noEffect === undefined ? line : style.dim(line),
    noEffect === undefined ? '' : style.yellow(`no effect: ${noEffect}`),
  ]);
  const columns = [{ title: '#', align: 'right' as const }, { title: 'CAVEAT' }, { title: '' }];
  return renderTable(columns, rows, style);
}
