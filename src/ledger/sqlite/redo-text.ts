import type { Cell, HoldCells, RootCells } from './cells.js';

/** Records by their names, as they are to be in the tables. */
export interface RedoRecords {
  readonly roots: readonly [name: string, cells: RootCells][];
  readonly accounts: readonly [name: string, cells: Cell[]][];
  readonly holds: readonly [reservation: string, cells: HoldCells][];
}

/** All but the texts of holds, which are JSON already and would only be quoted. */
interface Outline {
  readonly roots: RedoRecords['roots'];
  readonly accounts: RedoRecords['accounts'];
  readonly holds: readonly [reservation: string, open: number, dueMs: number][];
}

/** A line for the outline and one for each hold: JSON has no line breaks of its own. */
export function redoText({ roots, accounts, holds }: RedoRecords): string {
  const outline: Outline = {
    roots,
    accounts,
    holds: holds.map(([reservation, [open, dueMs]]) => [reservation, open, dueMs]),
  };
  let text = `${JSON.stringify(outline)}\n`;
  for (const [, [, , record]] of holds) text += `${record}\n`;
  return text;
}

/**
 * Whatever stands behind the last line is not read.
 * @throws {Error} unless it is a text of {@link redoText}
 */
export function readRedoText(text: string): RedoRecords {
  const [first = '', ...lines] = text.split('\n');
  const { roots, accounts, holds } = JSON.parse(first) as Outline;
  // Behind the last line break there is no line.
  if (lines.length !== holds.length + 1) {
    throw new Error(`redo: found ${lines.length - 1} holds, expected ${holds.length}`);
  }
  return {
    roots,
    accounts,
    holds: holds.map(([reservation, open, dueMs], at) => {
      return [reservation, [open, dueMs, lines[at] ?? '']];
    }),
  };
}
