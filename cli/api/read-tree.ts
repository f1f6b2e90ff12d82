import { type AccountAnswer, type AccountNode, readAccountAnswer } from './answers.js';
import type { Ask } from './ask.js';
import { askTree, pagesOfTree } from './find-account.js';

/** Accounts that are there and not shown. */
export interface Hidden {
  /** Below this one. */
  readonly account: string;
  readonly accounts: number;
}

export interface ReadTree {
  readonly answer: AccountAnswer;
  readonly hidden: readonly Hidden[];
}

/** So many children of each account are shown, and so many accounts in all. */
const SHOWN = { children: 50, accounts: 1_000 };

/** Every account below one, page by page. */
export async function readWholeTree(ask: Ask, account: string): Promise<ReadTree> {
  const nodes = new Map<string, AccountNode[]>();
  const top: AccountNode[] = [];
  let answer: AccountAnswer | undefined;
  for await (const page of pagesOfTree(ask, account)) {
    const read = readAccountAnswer(page);
    answer ??= read;
    for (const node of flat(read.children)) {
      const children: AccountNode[] = [];
      nodes.set(node.account, children);
      const above = node.account.slice(0, node.account.lastIndexOf('/'));
      (nodes.get(above) ?? top).push({ ...node, children });
    }
  }
  if (answer === undefined) throw new Error(`${account}: no page of its tree`);
  return { answer: { ...answer, children: top }, hidden: [] };
}

function flat(nodes: readonly AccountNode[]): AccountNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

/** The first children of each account, so that no child with very many hides the others. */
export async function readSomeOfTree(ask: Ask, account: string, shown = SHOWN): Promise<ReadTree> {
  const hidden: Hidden[] = [];
  let left = shown.accounts;
  const readOne = async (of: string): Promise<AccountAnswer> => {
    const limit = Math.min(shown.children, left);
    const answer = readAccountAnswer(await askTree(ask, { account: of, depth: 1, limit }));
    left -= answer.children.length;
    const children: AccountNode[] = [];
    for (const child of answer.children) {
      const below = countOf(child) - 1;
      if (below > 0 && left === 0) hidden.push({ account: child.account, accounts: below });
      const isRead = below > 0 && left > 0;
      children.push({ ...child, children: isRead ? (await readOne(child.account)).children : [] });
    }
    if (answer.next !== undefined) {
      const inShown = answer.children.reduce((sum, child) => sum + countOf(child), 0);
      const own = answer.path.at(-1)?.accounts ?? 1;
      hidden.push({ account: of, accounts: Math.max(1, own - 1 - inShown) });
    }
    return { ...answer, children };
  };
  return { answer: await readOne(account), hidden };
}

function countOf({ accounts = 1 }: AccountNode): number {
  return accounts;
}
