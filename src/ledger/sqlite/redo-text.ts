import type { Cell, RootCells } from './cells.js';

/**
 * Records by their names, as they are to be in the tables. Those of holds are not among them: they are told
 * from the entries beside (`../rules/hold-after.ts`).
 */
export interface RedoRecords {
  readonly roots: readonly [name: string, cells: RootCells][];
  /** Without cells: an account that has left. */
  readonly accounts: readonly [name: string, cells: Cell[]][];
}

export function redoText(records: RedoRecords): string {
  return JSON.stringify(records);
}

/**
 * Whatever stands behind the first line is not read: version 5 wrote the holds there.
 * @throws {SyntaxError} unless it begins with a text of {@link redoText}
 */
export function readRedoText(text: string): RedoRecords {
  const end = text.indexOf('\n');
  const { roots, accounts } = JSON.parse(end < 0 ? text : text.slice(0, end)) as RedoRecords;
  return { roots, accounts };
}
