import type { AccountState } from '../contract.js';

/** Accounts of one root with from ≤ (the holders below the root) < to, by name, at most `max`. */
export type ReadRange = (from: string, to: string, max: number) => AccountState[];

interface SubtreeBounds {
  /** The holders that lead to the account from the root, joined by `/`. */
  readonly below: string;
  /** Only names behind this text, of the same form. */
  readonly after: string | undefined;
  readonly depth: number | undefined;
}

/**
 * The accounts below one, in the order of their names' bytes, down to `depth` levels, at most
 * `max`.
 *
 * The work is bounded by the answer, not by the tree: whatever lies deeper than asked for is one
 * stretch of names, and is stepped over.
 */
export function subtree(
  read: ReadRange,
  { below, after, depth }: SubtreeBounds,
  max: number,
): AccountState[] {
  const { from: first, to } = subtreeRange(below);
  const from = after !== undefined && after >= first ? after + BELOW_ANY : first;
  if (depth === undefined) return read(from, to, max);
  if (depth === 0) return [];
  const levels = (below === '' ? 0 : below.split('/').length) + depth;
  const found: AccountState[] = [];
  for (let next = from; found.length < max; ) {
    const [state] = read(next, to, 1);
    if (state === undefined) break;
    const holders = state.account.split('/').slice(2);
    if (holders.length <= levels) {
      found.push(state);
      next = holders.join('/') + BELOW_ANY;
    } else {
      next = afterChildrenOf(holders.slice(0, levels).join('/'));
    }
  }
  return found;
}

/** All accounts below one are those with from ≤ name < to. */
export function subtreeRange(below: string): { readonly from: string; readonly to: string } {
  return below === ''
    ? { from: FIRST, to: LAST }
    : { from: `${below}/`, to: afterChildrenOf(below) };
}

/** Holders begin with a letter or a digit and hold nothing below `-`. */
const FIRST = '0';
export const LAST = '~';
const BELOW_ANY = ' ';

/** The first name that is not a descendant: `0` is the byte after `/`. */
function afterChildrenOf(below: string): string {
  return `${below}0`;
}
