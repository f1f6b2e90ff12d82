import { describe, expect, it } from 'vitest';
import type { AccountAnswer, AccountNode } from '../../../cli/api/answers.js';
import { type Arrangement, arrangeTree } from '../../../cli/api/arrange-tree.js';

const NOTHING = { credits: 0, usd: 0, tokens: 0, calls: 0 };

function node(account: string, spent = {}, children: readonly AccountNode[] = []): AccountNode {
  const holder = account.split('/').at(-1) ?? '';
  return { account, holder, spent: { ...NOTHING, ...spent }, children } as unknown as AccountNode;
}

function arranged(children: readonly AccountNode[], how: Arrangement) {
  const answer = { account: 'main/a', children } as unknown as AccountAnswer;
  const { answer: got, hidden } = arrangeTree({ answer, hidden: [] }, how);
  const shown = (nodes: readonly AccountNode[]): unknown[] =>
    nodes.map((one) =>
      one.children.length === 0 ? one.holder : [one.holder, ...shown(one.children)],
    );
  return { shown: shown(got.children), hidden };
}

const TREE = [
  node('r/agent-10', { usd: 3 }),
  node('r/agent-2', { credits: 9 }, [node('r/agent-2/x', { calls: 1 }), node('r/agent-2/b')]),
  node('r/Agent-2', { usd: 3, credits: 1 }),
];

describe('a tree', () => {
  it('by name counts as people do', () => {
    expect(arranged(TREE, { sort: 'name' })).toEqual({
      shown: [['agent-2', 'b', 'x'], 'Agent-2', 'agent-10'],
      hidden: [],
    });
  });

  it('by what was spent has USD first, then credits, then the rest, then the name', () => {
    expect(arranged(TREE, { sort: 'spent' }).shown).toEqual([
      'Agent-2',
      'agent-10',
      ['agent-2', 'x', 'b'],
    ]);
  });

  it('hides what is deeper, and what is behind the first of each account, and counts it', () => {
    expect(arranged(TREE, { sort: 'name', depth: 1 })).toEqual({
      shown: ['agent-2', 'Agent-2', 'agent-10'],
      hidden: [{ account: 'r/agent-2', accounts: 2 }],
    });
    expect(arranged(TREE, { sort: 'spent', limit: 1 })).toEqual({
      shown: ['Agent-2'],
      hidden: [{ account: 'main/a', accounts: 4 }],
    });
  });
});
