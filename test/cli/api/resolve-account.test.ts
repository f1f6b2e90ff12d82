import { describe, expect, it } from 'vitest';
import type { AccountNode, RootsAnswer } from '../../../cli/api/answers.js';
import { matchBelow, matchRoot } from '../../../cli/api/resolve-account.js';

const zero = { credits: 0, usd: 0, tokens: 0, calls: 0 };
const state = (account: string, holder: string) => ({
  account,
  holder,
  standing: 'open' as const,
  toppedUp: {},
  setAside: [],
  limits: [],
  spent: zero,
  held: zero,
});

function root(account: string, holder: string): RootsAnswer['roots'][number] {
  return {
    ...state(account, holder),
    root: { holder, kid: 'k', expires: '2026-12-02T10:00:00.000Z', labels: {} },
  };
}

function below(account: string, ...children: AccountNode[]): AccountNode {
  return { ...state(account, account.split('/').at(-1) ?? ''), children };
}

const A = `main/a1${'0'.repeat(30)}`;
const B = `main/a2${'0'.repeat(30)}`;
const C = `acme/b1${'0'.repeat(30)}`;
const roots = [root(A, 'research'), root(B, 'writer'), root(C, 'writer')];

describe('matchRoot', () => {
  it.each([
    ['the account', A, { root: A, isWhole: true }],
    ['a beginning of it', 'main/a1', { root: A, isWhole: true }],
    ['a tenant with one root', 'acme', { root: C, isWhole: true }],
    ["the holder's name", 'research', { root: A, isWhole: true }],
    ['an account below it', `${B}/x/y`, { root: B, isWhole: false, below: `${B}/x/y` }],
    ['the same by the holder', 'research/x/y', { root: A, isWhole: false, below: `${A}/x/y` }],
  ])('%s', (_what, text, expected) => {
    expect(matchRoot(text, roots)).toEqual(expected);
  });

  it('several are listed', () => {
    expect(() => matchRoot('writer', roots)).toThrow(
      `"writer" could be any of 2 accounts:\n  ${B} (writer, until 2026-12-02T10:00)\n` +
        `  ${C} (writer, until 2026-12-02T10:00)\n` +
        'say the account, or as much of it as tells them apart: main/a200',
    );
    expect(() => matchRoot('main/a', roots)).toThrow(`\n  ${A} (research, `);
  });

  it('many are cut short', () => {
    const many = Array.from({ length: 25 }, (_, i) => root(`main/${i}`, 'same'));
    expect(() => matchRoot('same', many)).toThrow(
      /any of 25 accounts:(\n {2}main\/\d \(same, until [^)]+\)){10}\n {2}and 15 more\nsay/,
    );
  });

  it('several roots of the holder above are listed', () => {
    expect(() => matchRoot('writer/x', roots)).toThrow('could be any of 2 accounts');
  });

  it('an account goes before a holder of the same name', () => {
    const tenant = root(`main/c1${'0'.repeat(30)}`, 'main');
    expect(matchRoot('main/a1', [...roots, tenant])).toEqual({ root: A, isWhole: true });
  });

  it('none is told', () => {
    expect(() => matchRoot('nobody/x', roots)).toThrow('begins with "nobody/x"');
    expect(() => matchRoot('nobody', roots)).toThrow('found no root with the holder "nobody"');
  });
});

describe('matchBelow', () => {
  const children = [
    below(`${A}/res`, below(`${A}/res/x`)),
    below(`${A}/research`),
    below(`${A}/team-1`),
    below(`${A}/team-2`),
  ];

  it.each([
    ['the very one, though others begin so', `${A}/res`, `${A}/res`],
    ['the only one that begins so', `${A}/rese`, `${A}/research`],
    ['a grandchild', `${A}/res/`, `${A}/res/x`],
  ])('%s', (_what, text, expected) => {
    expect(matchBelow(text, children)).toBe(expected);
  });

  it('several are listed', () => {
    expect(() => matchBelow(`${A}/team`, children)).toThrow(`\n  ${A}/team-1\n  ${A}/team-2`);
  });

  it('none is told', () => {
    expect(() => matchBelow(`${A}/none`, children)).toThrow(`nothing was charged to ${A}/none`);
  });
});
