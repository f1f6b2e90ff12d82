import { UNITS } from '../../src/money/units.js';
import type { AccountNode } from './answers.js';
import type { Hidden, ReadTree } from './read-tree.js';

export const SORTS = ['name', 'spent'] as const;
export type Sort = (typeof SORTS)[number];

export interface Arrangement {
  readonly sort: Sort;
  /** Levels that are shown below the account; all without it. */
  readonly depth?: number;
  /** Children of each account that are shown; all without it. */
  readonly limit?: number;
}

/** A tree in the order and within the limits that were asked for, and what that hides. */
export function arrangeTree({ answer, hidden }: ReadTree, how: Arrangement): ReadTree {
  const more: Hidden[] = [];
  const arrange = (of: string, nodes: readonly AccountNode[], depth: number): AccountNode[] => {
    const sorted = nodes.toSorted(ORDERS[how.sort]);
    const shown = depth > (how.depth ?? Number.POSITIVE_INFINITY) ? [] : sorted.slice(0, how.limit);
    const left = sorted.slice(shown.length).reduce((sum, node) => sum + countOf(node), 0);
    if (left > 0) more.push({ account: of, accounts: left });
    return shown.map((node) => ({
      ...node,
      children: arrange(node.account, node.children, depth + 1),
    }));
  };
  const children = arrange(answer.account, answer.children, 1);
  return { answer: { ...answer, children }, hidden: [...more, ...hidden] };
}

function countOf(node: AccountNode): number {
  return 1 + node.children.reduce((sum, child) => sum + countOf(child), 0);
}

const names = new Intl.Collator('en', { numeric: true });

/** `agent-2` before `agent-10`. Names that are the same but for their case stand by their bytes. */
function byName({ holder: a }: AccountNode, { holder: b }: AccountNode): number {
  return names.compare(a, b) || (a < b ? -1 : Number(a > b));
}

/** What money can be spent in comes first: the first unit in which two differ decides. */
const MONEY_FIRST = ['usd', 'credits', ...UNITS] as const;

function bySpent(a: AccountNode, b: AccountNode): number {
  const unit = MONEY_FIRST.find((one) => a.spent[one] !== b.spent[one]);
  return unit === undefined ? byName(a, b) : b.spent[unit] - a.spent[unit];
}

const ORDERS = { name: byName, spent: bySpent } as const;
